"""Implementations of the screening index."""
