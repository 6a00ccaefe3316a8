"""Evidence side by side: what was searched for, and what the record behind a match says of it."""

from __future__ import annotations

from collections.abc import Mapping

from comity.crossings.records import Asked, CheckView, Match
from comity.crossings.told_records import Fact, Traced


def told_of(view: CheckView, match: Match) -> Mapping[str, Fact]:
    """Return what the record of a match says, by field; empty where it moved on since the check."""
    for told in view.told:
        if (told.alert, told.owner) == (match.alert, match.owner):
            return {fact.field: fact for fact in told.facts}
    return {}


def traced_of(view: CheckView, match: Match) -> tuple[Traced, ...]:
    """Return the lines of a match's weight, with what they were made of where its record is as it was found."""
    if match.weighed is None:
        return ()
    for told in view.told:
        if (told.alert, told.owner) == (match.alert, match.owner) and told.traced:
            return told.traced
    return tuple(Traced(code=line.code, weight_mbit=line.weight_mbit) for line in match.weighed.lines)


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
