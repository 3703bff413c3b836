"""Pixels: small pictures drawn as letters, and pictures that must not be read."""
