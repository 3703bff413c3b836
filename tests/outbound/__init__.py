"""Tests of imgurl.outbound."""
