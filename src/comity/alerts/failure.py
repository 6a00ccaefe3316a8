"""How a broken rule is told."""

from __future__ import annotations

import msgspec

from comity.core.said import Said


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """One rule that an alert breaks: reason code (LAW tables), field, sentence; never a value."""

    code: str
    field: str
    text: str | Said
