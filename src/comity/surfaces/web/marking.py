"""Marking texts for translation where they are written, before it is known in which language they are read."""

from __future__ import annotations


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "translated later"
    """Mark a text for extraction."""
    return text
