"""Tests of imgurl.tables: what a list is, where its rows are, what they hold, and writing them."""
