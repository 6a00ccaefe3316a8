"""Evidence side by side: what was searched for, and what the record behind a match says of it."""

from __future__ import annotations

from collections.abc import Mapping

from comity.crossings.records import Asked, CheckView, Match
from comity.crossings.told_records import Fact


def told_of(view: CheckView, match: Match) -> Mapping[str, Fact]:
    """Return what the record of a match says, by field; empty where it moved on since the check."""
    for told in view.told:
        if (told.alert, told.owner) == (match.alert, match.owner):
            return {fact.field: fact for fact in told.facts}
    return {}


def asked_by_field(asked: Asked) -> Mapping[str, str]:
    """Return what was searched for, by the fields of the evidence."""
    identity, document = asked.identity, asked.document
    found = {
        "name": ", ".join(part for part in (identity.surnames, identity.forenames) if part),
        "birth_date": identity.birth_date or "",
        "nationality": identity.nationality or "",
        "document": " ".join(part for part in (document.country, document.number) if part) if document else "",
        "object": ", ".join(thing.number for thing in asked.things),
    }
    return {field: text for field, text in found.items() if text}
