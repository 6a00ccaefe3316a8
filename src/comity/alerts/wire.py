"""Which shape of an alert goes over the wire, so that nodes which know the first one only still get what it can say.

A peer names the shapes that it reads (`alert@1`, `alert@2`); what it cannot read waits until it can. Shape 1 is the
arrest or refusal of a person; everything that came since makes shape 2.
"""

from __future__ import annotations

from typing import Final

import msgspec

from comity.alerts.records import FIRST_SCHEMA, SCHEMA, AlertData, AlertPayload

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


def schema_of(category: str, data: AlertData) -> int:
    """Return the lowest shape that can hold this alert."""
    whole = data.person is not None and data.reason is not None
    if category in _FIRST_CATEGORIES and whole and msgspec.to_builtins(data).keys() <= _FIRST_FIELDS:
        return FIRST_SCHEMA
    return SCHEMA


def data_of(payload: AlertPayload) -> AlertData:
    """Return the data of a payload without its clocks."""
    return AlertData(**{name: getattr(payload, name) for name in AlertData.__struct_fields__})
