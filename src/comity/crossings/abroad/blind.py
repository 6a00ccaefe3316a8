"""Looking travellers up blindly at other parties: who asks learns which keys hit, the owner learns nothing.

A hit is no match and says nothing about what the owner holds: it leads to a question or a check, by a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from comity.agreements.vocabulary import Mode
from comity.core.codec import encode
from comity.core.errors import BadInput, ComityError
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Search, Work
from comity.core.time import date_of
from comity.core.vocabulary import Permission, Purpose
from comity.crossings.abroad.blind_records import BlindHit, BlindRow, BlindView, LookUpBlind
from comity.crossings.abroad.keys import keys_of
from comity.crossings.abroad.probing import make_operations as probe_operations
from comity.crossings.abroad.records import AskedAbroad, AskedState
from comity.crossings.abroad.wishes import ASKING
from comity.crossings.board_records import Traveller
from comity.crossings.records import Check
from comity.crossings.zone import with_zone
from comity.exchange.blind import MAX_QUESTION
from comity.exchange.modes.asking import Asking
from comity.exchange.modes.looking import BlindLooker, Looked
from comity.exchange.modes.records import Wish

_PURPOSES = (Purpose.BORDERS, Purpose.POLICE)
_BLIND: Final = "blind"


@dataclass(frozen=True, slots=True)
class Blind:
    """What looking up blindly, and sending probes that name nobody, needs."""

    looker: BlindLooker
    asking: Asking


def make_operations(blind: Blind) -> tuple[AnyOperation, ...]:
    """Return the operations of both."""

    @operation("crossing.look-up-blind", permission=Permission.CROSSING_CHECK, purposes=_PURPOSES, kind=Kind.SEARCH)
    def look_up_blind(work: Work, command: LookUpBlind) -> BlindView:
        """Look travellers up at parties that hold their lists themselves; those parties learn nothing."""
        keys, bad = _keys(work, command.persons)
        if not any(keys):
            raise BadInput("blind.empty", "No traveller has a document with its country, or a whole date of birth.")
        wanted = tuple(dict.fromkeys(key for row in keys for key in row))
        hits: list[list[BlindHit]] = [[] for _ in keys]
        asked: list[AskedAbroad] = []
        for party, word, category in sorted(blind.asking.terms.asked_about(work, Mode.BLIND)):
            if word != ASKING:
                continue
            looked = _look(work, blind, (party, category), wanted)
            asked.append(_asked(party, category, looked))
            for row, of_row in enumerate(keys):
                if looked.hits is not None and not looked.hits.isdisjoint(of_row):
                    hits[row].append(BlindHit(party=party, category=category))
        work.log_search(
            Search(
                search=work.new_id(),
                operation="crossing.look-up-blind",
                terms=encode(command),
                justification=command.justification,
                found=(),
            )
        )
        work.record(persons=len(keys), bad_rows=len(bad))
        rows = tuple(BlindRow(row=number, hits=tuple(each)) for number, each in enumerate(hits, 1) if each)
        return BlindView(asked=tuple(asked), rows=rows, looked_up=sum(map(bool, keys)), bad_rows=bad)

    return (look_up_blind, *probe_operations(blind.asking))


def _keys(work: Work, persons: Sequence[Traveller]) -> tuple[list[frozenset[str]], tuple[int, ...]]:
    """Return the keys of each row, and the numbers of rows that cannot be read."""
    keys: list[frozenset[str]] = []
    bad: list[int] = []
    for number, person in enumerate(persons, 1):
        try:
            keys.append(frozenset(_keys_of(work, person)))
        except ComityError:
            keys.append(frozenset())
            bad.append(number)
    return keys, tuple(bad)


def _keys_of(work: Work, person: Traveller) -> Iterator[str]:
    check = Check(identity=person.identity, document=person.document, zone=person.zone)
    read = with_zone(check, date_of(work.at))
    return keys_of(read.identity, read.document)


def _look(work: Work, blind: Blind, whom: tuple[str, str], keys: tuple[str, ...]) -> Looked:
    """Ask in as many questions as it needs; one that is not answered makes the whole unknown."""
    party, category = whom
    wish = Wish(party=party, operation=ASKING, category=category, kind=_BLIND, terms={})
    found = Looked(frozenset())
    for start in range(0, len(keys), MAX_QUESTION):
        one = blind.looker.look(work, wish, keys[start : start + MAX_QUESTION])
        if one.hits is None or found.hits is None:
            return one
        found = Looked(found.hits | one.hits, None, one.agreement, one.obligations)
    return found


def _asked(party: str, category: str, looked: Looked) -> AskedAbroad:
    state = AskedState.SILENT if looked.hits is None else AskedState.ANSWERED
    return AskedAbroad(party=party, category=category, state=state, reason=looked.reason, agreement=looked.agreement)
