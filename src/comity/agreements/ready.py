"""The ready agreements that come with the house, and how to fit one to the parties at hand."""

from __future__ import annotations

import functools
import importlib.resources
from collections.abc import Iterable

import msgspec

from comity.agreements.load import agreement_id, read_own_agreement
from comity.agreements.records import Agreement, Clause
from comity.agreements.vocabulary import Scope
from comity.core.errors import BadInput, NotFound
from comity.core.said import say

_FOLDER = importlib.resources.files("comity.agreements") / "instruments"
_SUFFIX = ".yaml"
_FEWEST = 2


def instrument_names() -> tuple[str, ...]:
    """Return the lineage ids of the ready agreements, sorted."""
    names = (entry.name for entry in _FOLDER.iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX)))


def instrument_text(name: str) -> bytes:
    """Return the YAML of a ready agreement; raises `NotFound` `agreement.no-such-instrument`."""
    if name not in instrument_names():
        raise NotFound(
            "agreement.no-such-instrument",
            "There is no ready agreement of that name.",
            field="$.name",
            remedy=say("Choose one of: %(names)s.", names=", ".join(instrument_names())),
        )
    return (_FOLDER / f"{name}{_SUFFIX}").read_bytes()


@functools.cache
def load_instrument(name: str) -> Agreement:
    """Read a ready agreement, once a process; raises as `instrument_text`."""
    return read_own_agreement(instrument_text(name))


def narrow_parties(agreement: Agreement, parties: Iterable[str]) -> Agreement:
    """Return the next version of `agreement`, among exactly these of its parties; its parent is the version given.

    All parties of a document must sign it, so an exercise among three makes a document of three. Nothing else changes,
    and nothing is permitted that was not before: clauses for named parties lose those left out, and go when none is
    left. Raises `BadInput` `agreement.narrow` for a code that is no party, or fewer than two.
    """
    wanted = frozenset(parties)
    kept = tuple(party for party in agreement.parties if party.code in wanted)
    if len(kept) != len(wanted) or len(kept) < _FEWEST:
        raise BadInput(
            "agreement.narrow",
            "A narrower agreement is among two or more of the parties of the wider one.",
            field="$.parties",
            remedy=say("Choose from: %(names)s.", names=", ".join(party.code for party in agreement.parties)),
        )
    clauses = tuple(narrow for clause in agreement.clauses if (narrow := _narrow_clause(clause, wanted)) is not None)
    if not clauses:
        raise BadInput("agreement.narrow", "No clause is left among these parties.", field="$.parties")
    return msgspec.structs.replace(
        agreement, version=agreement.version + 1, parent=agreement_id(agreement), parties=kept, clauses=clauses
    )


def _narrow_clause(clause: Clause, wanted: frozenset[str]) -> Clause | None:
    changed = clause
    for side in ("givers", "receivers"):
        leaf = getattr(clause, side)
        if isinstance(leaf.value, Scope):
            continue
        left = tuple(code for code in leaf.value if code in wanted)
        if not left:
            return None
        changed = msgspec.structs.replace(changed, **{side: msgspec.structs.replace(leaf, value=left)})
    return changed
