"""Facts of imgurl.storage."""
