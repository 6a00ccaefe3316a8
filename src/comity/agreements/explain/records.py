"""An explanation: for each party sections of lines, every line with the article it rests on."""

from __future__ import annotations

import msgspec


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence, what goes with it, and its article."""

    text: str
    basis: str
    details: tuple[str, ...] = ()
    clause: str | None = None


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A heading with its lines."""

    id: str
    title: str
    lines: tuple[Line, ...]


class PartyExplanation(msgspec.Struct, frozen=True, kw_only=True):
    """What the agreement means for one party."""

    party: str
    name: str
    sections: tuple[Section, ...]


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """An agreement version in plain language."""

    agreement: str
    lineage: str
    version: int
    title: str
    language: str
    opening: tuple[Line, ...]
    parties: tuple[PartyExplanation, ...]
    unverified: int
