"""Tests of the HTTP server: real processes on the loopback, and the parts in this process."""
