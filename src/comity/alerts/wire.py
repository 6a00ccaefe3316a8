"""Which shape of an alert goes over the wire, so that nodes which know the first one only still get what it can say.

A peer names the shapes that it reads (`alert@1`, `alert@2`, `alert@3`); what it cannot read waits until it can. Shape 1
is the arrest or refusal of a person; shape 2 has every category and things; shape 3 has codes, pictures, DNA by
reference, links, misused identities, kinds of names, and hiding for an operation.
"""

from __future__ import annotations

from typing import Final

import msgspec

from comity.alerts.records import FIRST_SCHEMA, SCHEMA, SECOND_SCHEMA, AlertData, AlertPayload

_FIRST_CATEGORIES: Final = frozenset({"ARR", "REF"})
_FIRST_FIELDS: Final = frozenset(
    {
        "person",
        "reason",
        "action",
        "identity_category",
        "warnings",
        "decision_reference",
        "offence",
        "register_number",
        "documents",
        "ground_category",
        "free_movement",
        "decision_valid_until",
    }
)


_THIRD_FIELDS: Final = (
    "offence_codes",
    "photographs",
    "document_copies",
    "dna_profile",
    "links",
    "misused_identity",
)


def schema_of(category: str, data: AlertData, *, hidden: bool = False) -> int:
    """Return the lowest shape that can hold this alert."""
    if hidden or _is_of_third_shape(data):
        return SCHEMA
    whole = data.person is not None and data.reason is not None
    if category in _FIRST_CATEGORIES and whole and msgspec.to_builtins(data).keys() <= _FIRST_FIELDS:
        return FIRST_SCHEMA
    return SECOND_SCHEMA


def _is_of_third_shape(data: AlertData) -> bool:
    if any(getattr(data, name) for name in _THIRD_FIELDS):
        return True
    if any(one.make or one.model or one.colour for one in data.objects):
        return True
    person = data.person
    names = () if person is None else (*person.birth_names, *person.previous_names, *person.aliases)
    return any(name.kind is not None for name in names)


def data_of(payload: AlertPayload) -> AlertData:
    """Return the data of a payload without its clocks."""
    return AlertData(**{name: getattr(payload, name) for name in AlertData.__struct_fields__})
