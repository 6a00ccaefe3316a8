"""The index on two SQL tables: keys narrow, rapidfuzz compares what is left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from comity.core import codec
from comity.core.ids import Owner
from comity.core.ports import Row
from comity.screening import rules, store
from comity.screening.ports import Read
from comity.screening.records import Candidate, Found, Probe, Subject, SubjectName
from comity.screening.weighing import Weighing

STRONG_LIMIT: Final = 2000
NAME_LIMIT: Final = 1000
CANDIDATE_LIMIT: Final = 200
_COUNTED_EVERY: Final = 256


class SimpleIndex:
    """`comity.screening.ports.ScreeningIndex` for some hundred thousand entries.

    Two reads: by document, date of birth and year with name beginnings, then by name words; each has its own limit, so
    that a common surname cannot crowd out a document number.
    """

    def __init__(self, *, strong_limit: int = STRONG_LIMIT, name_limit: int = NAME_LIMIT) -> None:
        self._strong_limit = strong_limit
        self._name_limit = name_limit
        self._entries = 0
        self._searches = 0

    def search(self, read: Read, probe: Probe) -> Found:
        """Return candidates with evidence; see the protocol."""
        strong = self._fetch(read, probe, rules.strong_keys(probe), self._strong_limit)
        named = self._fetch(read, probe, rules.name_keys(probe), self._name_limit)
        cut_short = len(strong) == self._strong_limit
        rows = {_identity(row): row for row in strong}
        asked = rules.compared_names(probe.names)
        for row in named:
            # A complete first read holds everyone whose document or date agrees: the others have their names alone.
            if cut_short or (_identity(row) not in rows and _may_agree_by_name(asked, row)):
                rows[_identity(row)] = row
        weighing = Weighing(probe, lambda: self._count(read))
        candidates = [found for row in rows.values() if (found := candidate_of(probe, row, weighing)) is not None]
        candidates.sort(key=rules.strength)
        limits = (
            cut_short,
            len(named) == self._name_limit,
            len(candidates) > CANDIDATE_LIMIT,
        )
        return Found(candidates=tuple(candidates[:CANDIDATE_LIMIT]), limit_reached=any(limits))

    def _count(self, read: Read) -> int:
        """Count the entries now and then: it takes longer than a search."""
        if self._searches % _COUNTED_EVERY == 0:
            self._entries = store.count_entries(read)
        self._searches += 1
        return self._entries

    def _fetch(self, read: Read, probe: Probe, keys: Sequence[str], limit: int) -> Sequence[Row]:
        if not keys:
            return ()
        parameters: dict[str, object] = {"keys": keys, "on": probe.on, "limit": limit}
        if probe.kinds:
            parameters["kinds"] = probe.kinds
        if probe.categories:
            parameters["categories"] = probe.categories
        query = store.entries_by_keys(kinds=bool(probe.kinds), categories=bool(probe.categories))
        return read(query, parameters)


class _Names(msgspec.Struct, frozen=True):
    """As much of a stored subject as a first look needs."""

    names: tuple[SubjectName, ...]


def _identity(row: Row) -> tuple[str, str, str]:
    return row.kind, row.party, row.id


def _may_agree_by_name(asked: Sequence[str], row: Row) -> bool:
    return rules.may_agree_by_name(asked, codec.decode_own_as(row.body, _Names).names)


def candidate_of(probe: Probe, row: Row, weighing: Weighing) -> Candidate | None:
    """Return an entry's row as a candidate with evidence and weight, None where that is not enough."""
    subject = codec.decode_own_as(row.body, Subject)
    evidence = rules.compare(probe, subject)
    if rules.is_candidate(evidence):
        weighed = weighing.weigh(subject, evidence)
    else:
        weighed = weighing.accepts_across_scripts(subject, evidence)
        if weighed is None:
            return None
    return Candidate(
        kind=row.kind,
        id=row.id,
        owner=Owner(party=row.party, authority=row.authority),
        version=row.version,
        category=row.category,
        evidence=evidence,
        weighed=weighed,
    )
