"""Tests of imgurl.gathering."""
