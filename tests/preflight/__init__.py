"""Facts of imgurl.preflight."""
