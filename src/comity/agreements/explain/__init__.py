"""Agreements in plain language, in English and French: what each party may ask, get, do and keep, and for how long."""
