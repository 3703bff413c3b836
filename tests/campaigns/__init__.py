"""Facts of imgurl.campaigns."""
