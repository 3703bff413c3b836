"""Tests of imgurl.merge: what becomes of values on their way to a picture."""
