"""That the measurements over HTTP see what is wrong."""
