"""Benches of screening."""
