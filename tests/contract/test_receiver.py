"""The contract of `Receiver`, run on every implementation in `tests/support/receivers.py`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from comity.core.errors import BadInput, Refused
from comity.core.ids import Owner, RecordRef
from comity.core.ports import RecordChanged, Work
from comity.core.vocabulary import Purpose
from comity.exchange.peers import peer_actor
from comity.exchange.ports import Applied, Item, Receiver
from comity.exchange.records import Peer, PeerState, Status
from comity.exchange.statement import write_statement
from tests.support import golden
from tests.support.exchange_nodes import card_of, home_of
from tests.support.house import House, open_house
from tests.support.receivers import CASES, ReceiverCase

OWNER = Owner(party="FRA", authority="police")
PEER = Peer(card=card_of(home_of("FRA", golden.SIGNER), golden.SIGNER), state=PeerState.TRUSTED)


@dataclass
class Bench:
    """A receiver on real storage."""

    case: ReceiverCase
    receiver: Receiver
    house: House
    told: list[RecordChanged] = field(default_factory=list)

    def tell(self, _work: Work, change: RecordChanged) -> None:
        self.told.append(change)

    def item(self, version: int, payload: dict[str, object] | None, known: int) -> Item:
        statement = msgspec.structs.replace(
            golden.STATEMENT,
            kind=self.case.kind,
            category=self.case.category,
            schema=self.case.schema,
            id=self.case.record,
            owner=OWNER,
            version=version,
            operation="enter" if version == 1 else "change",
            payload=payload,
        )
        digest = write_statement(statement)[1]
        return Item(
            statement=statement,
            digest=digest,
            own_signature=b"",
            peer=PEER,
            stream="synthetic",
            known_version=known,
        )

    def apply(self, version: int, payload: dict[str, object] | None, known: int | None = None) -> Applied:
        item = self.item(version, payload, version - 1 if known is None else known)
        with self.house.work(peer_actor(PEER), Purpose.PEERING) as work:
            return self.receiver.apply(work, item)

    def held(self) -> tuple[RecordRef, ...]:
        with self.house.works().open(peer_actor(PEER), Purpose.PEERING) as work:
            return self.receiver.snapshot(work)

    def ref(self, version: int) -> RecordRef:
        return RecordRef(kind=self.case.kind, id=self.case.record, version=version)


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    case: ReceiverCase = request.param
    with open_house(tmp_path, *case.metadata) as house:
        made = Bench(case, case.make(), house)
        house.projections = {case.kind: (made.tell,)}
        yield made


def test_it_says_which_schemas_it_reads(bench: Bench) -> None:
    assert bench.case.schema in bench.receiver.schemas


def test_a_version_is_held_and_told(bench: Bench) -> None:
    said = bench.apply(1, bench.case.first)

    assert said.status is Status.STORED
    assert bench.held() == (bench.ref(1),)
    assert [(change.kind, change.id, change.version, change.from_peer) for change in bench.told] == [
        (bench.case.kind, bench.case.record, 1, True)
    ]
    assert bench.told[0].record is not None


def test_a_correction_replaces_what_was_held(bench: Bench) -> None:
    bench.apply(1, bench.case.first)

    said = bench.apply(2, bench.case.second)

    assert said.status is Status.STORED
    assert bench.held() == (bench.ref(2),)


def test_a_version_may_come_without_those_before_it(bench: Bench) -> None:
    assert bench.apply(2, bench.case.second, known=0).status is Status.STORED
    assert bench.held() == (bench.ref(2),)


def test_a_tombstone_leaves_nothing_and_tells_so(bench: Bench) -> None:
    bench.apply(1, bench.case.first)

    said = bench.apply(2, None)

    assert said.status is Status.STORED
    assert bench.held() == ()
    assert bench.told[-1].record is None


def test_a_record_may_come_back(bench: Bench) -> None:
    bench.apply(1, bench.case.first)
    bench.apply(2, None)

    assert bench.apply(3, bench.case.second, known=0).status is Status.STORED
    assert bench.held() == (bench.ref(3),)


def test_what_it_refuses_changes_nothing(bench: Bench) -> None:
    payloads: list[dict[str, object]] = [{"no-such-field": 1}]
    if bench.case.refusable is not None:
        payloads.append(bench.case.refusable)
    for payload in payloads:
        with bench.house.works().open(peer_actor(PEER), Purpose.PEERING) as work:
            try:
                status = bench.receiver.apply(work, bench.item(1, payload, 0)).status
            except (BadInput, Refused):
                status = Status.REFUSED
            changes = work.conclude(None).changes

        assert (status, changes) == (Status.REFUSED, ())
    assert bench.told == []


def test_an_erased_copy_is_gone_and_erasing_again_is_no_error(bench: Bench) -> None:
    bench.apply(1, bench.case.first)

    for _ in range(2):
        with bench.house.work(peer_actor(PEER), Purpose.PEERING) as work:
            bench.receiver.erase(work, OWNER, bench.ref(1))

    assert bench.held() == ()


def test_another_owner_cannot_have_a_record_of_the_same_id_erased(bench: Bench) -> None:
    bench.apply(1, bench.case.first)

    with bench.house.work(peer_actor(PEER), Purpose.PEERING) as work:
        bench.receiver.erase(work, Owner(party="ITA", authority="police"), bench.ref(1))

    assert bench.held() == (bench.ref(1),)
