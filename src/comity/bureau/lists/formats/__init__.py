"""Readers of outside formats of lists: bytes in, common entries out, and for each row what could not be read."""
