"""Tests of imgurl.batches: from a list to the same list with links."""
