"""The image URL ``imgurl-url-1``: its grammar, its canonical form, signing and minting."""
