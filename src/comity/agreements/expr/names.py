"""The names a condition may use: those of every question, and the closed vocabulary of facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from comity.agreements.expr.records import Kind

RESERVED: Final[dict[str, Kind]] = {
    "actor.party": Kind.TEXT,
    "actor.authority": Kind.TEXT,
    "actor.role": Kind.TEXT,
    "owner.party": Kind.TEXT,
    "owner.authority": Kind.TEXT,
    "sender": Kind.TEXT,
    "receiver": Kind.TEXT,
    "stage": Kind.TEXT,
    "category": Kind.TEXT,
    "operation": Kind.TEXT,
    "purpose": Kind.TEXT,
    "at": Kind.INSTANT,
    "fields": Kind.TEXTS,
}
"""Names that every question brings along; no fact may be called so."""

ALWAYS_KNOWN: Final = frozenset(
    {"actor.party", "actor.authority", "stage", "category", "operation", "purpose", "at", "fields"}
)
"""Reserved names that no question leaves out; the others may be unknown."""


@dataclass(frozen=True, slots=True)
class Names:
    """What a condition may be made of: facts by kind, and named closed lists."""

    facts: Mapping[str, Kind]
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def kind_of(self, name: str) -> Kind | None:
        """Return what a name holds, or None for a name that is not in the vocabulary."""
        return RESERVED.get(name) or self.facts.get(name)
