"""Whom alerts protect: orders that keep somebody away from a person, and victims of trafficking."""
