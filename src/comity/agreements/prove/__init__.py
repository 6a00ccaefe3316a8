"""Checking what decides: the document and what was compiled from it as one formula each, proved equal.

`z3-solver` and `cedarpy` (extra `prove`) are imported where they are used; nothing here decides anything.
"""
