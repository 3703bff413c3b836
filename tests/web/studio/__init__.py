"""Tests of the Studio's endpoints."""
