"""Tests of imgurl.urls: grammar, canonical form, signing, keys, minting, diagnosis."""
