"""What is wrong with a server, found by looking."""
