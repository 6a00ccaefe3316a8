from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from comity.alerts import METADATA, AlertReceiver, store
from comity.alerts.operations import payload_of
from comity.alerts.records import AlertData, AlertRecord
from comity.core import codec
from comity.core.errors import BadInput
from comity.core.ids import NodeId, Owner, RecordRef
from comity.core.ports import RecordChanged
from comity.core.time import CivilDate
from comity.core.vocabulary import Purpose
from comity.exchange.ports import Applied, Item, Receiver
from comity.exchange.projection import project
from comity.exchange.records import Peer, PeerCard, PeerState, Profile, Status
from comity.exchange.statement import Statement
from tests.support.alerts import arrest, person, refusal
from tests.support.house import NOON, House, actor, open_house

OWNER = Owner(party="DEU", authority="court")
ALERT = "0" * 26
END = CivilDate("2031-11-25")
PEER = actor("DEU", "court")
CARD = PeerCard(
    node=NodeId("n"),
    party="DEU",
    profile=Profile.EXERCISE,
    fingerprint="f" * 64,
    certificate="",
    addresses=(),
    keys=(),
)
SENDER = Peer(card=CARD, state=PeerState.TRUSTED)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, METADATA) as opened:
        yield opened


@pytest.fixture
def changed(house: House) -> list[RecordChanged]:
    seen: list[RecordChanged] = []
    house.projections = {"alert": (lambda _work, change: seen.append(change),)}
    return seen


def sent(data: AlertData, category: str = "ARR") -> dict[str, object]:
    """What the owner's node puts into a statement."""
    record = AlertRecord(
        id=ALERT,
        owner=OWNER,
        category=category,
        version=1,
        data=data,
        entered=CivilDate("2026-11-25"),
        review_date=END,
        delete_by=END,
    )
    found = codec.decode(codec.encode(payload_of(record)))
    assert isinstance(found, dict)
    return dict(found)


def statement(payload: dict[str, object] | None, *, version: int = 1, **more: object) -> Statement:
    made = Statement(
        agreement="a" * 64,
        clause="replicate",
        owner=OWNER,
        operation="enter",
        category="ARR",
        purpose=Purpose.POLICE,
        kind="alert",
        schema=1,
        id=ALERT,
        version=version,
        previous=None,
        issued=NOON,
        expires=None,
        delete_by=END,
        classification="restricted",
        conditions=(),
        key="k",
        suite="ed25519",
        profile=Profile.EXERCISE,
        node=NodeId("n"),
        payload=payload,
    )
    return msgspec.structs.replace(made, **more)


def receive(house: House, said: Statement) -> Applied:
    item = Item(statement=said, digest="d", own_signature=b"", peer=SENDER, stream="s", known_version=0)
    with house.work(PEER) as work:
        return AlertReceiver().apply(work, item)


def held(house: House, party: str = "DEU") -> AlertRecord | None:
    with house.work(PEER) as work:
        return store.find_alert(work, party, ALERT)


def test_a_copy_follows_its_owner_from_entry_to_tombstone(house: House, changed: list[RecordChanged]) -> None:
    assert receive(house, statement(sent(arrest()))).status is Status.STORED
    first = held(house)
    corrected = msgspec.structs.replace(arrest(), reason="synthetic: corrected")
    receive(house, statement(sent(corrected), version=2, operation="change"))
    second = held(house)
    receive(house, statement(None, version=3, operation="delete"))

    assert first is not None
    assert (first.data, first.grounds, first.delete_by) == (arrest(), None, END)
    assert second is not None
    assert (second.version, second.data.reason) == (2, "synthetic: corrected")
    assert held(house) is None
    assert [(change.version, change.record is None, change.from_peer) for change in changed] == [
        (1, False, True),
        (2, False, True),
        (3, True, True),
    ]


def test_a_tombstone_without_a_copy_changes_nothing(house: House, changed: list[RecordChanged]) -> None:
    assert receive(house, statement(None, version=2)).status is Status.STORED
    assert changed == []


def test_a_projection_without_optional_fields_is_stored(house: House) -> None:
    minimum = ("person.surnames", "person.birth_date", "reason", "action", "offence")

    assert receive(house, statement(project(sent(arrest()), minimum))).status is Status.STORED

    copy = held(house)
    assert copy is not None
    assert copy.data.person is not None
    assert (copy.data.person.forenames, copy.data.decision_reference) == (None, None)


@pytest.mark.parametrize(
    ("said", "reasons"),
    [
        (statement(sent(msgspec.structs.replace(arrest(), offence=None))), ("MIN_DATA_MISSING",)),
        (statement(sent(arrest()), delete_by="2031-11-26"), ("alert.header-differs", "MAX_RETENTION_REACHED")),
        (statement(sent(arrest()), delete_by=None), ("alert.header-differs", "MAX_RETENTION_REACHED")),
        (statement({**sent(arrest()), "authority": "police"}), ("alert.header-differs",)),
        (
            statement(sent(refusal(person(nationalities=("FRA",))), "REF"), category="REF", delete_by="2026-11-24"),
            ("alert.header-differs", "REVIEW_EXPIRED", "OUT_OF_SCOPE"),
        ),
    ],
)
def test_content_against_the_law_is_refused_and_leaves_nothing(
    house: House, changed: list[RecordChanged], said: Statement, reasons: tuple[str, ...]
) -> None:
    applied = receive(house, said)

    assert (applied.status, applied.reasons) == (Status.REFUSED, reasons)
    assert held(house) is None
    assert changed == []


@pytest.mark.parametrize("extra", [{"religion": "synthetic"}, {"action": "shoot"}, {"person": {"surnames": "only"}}])
def test_a_payload_outside_the_closed_list_is_bad_input(house: House, extra: dict[str, object]) -> None:
    with pytest.raises(BadInput) as caught:
        receive(house, statement({**sent(arrest()), **extra}))

    assert "synthetic" not in str(caught.value)


def test_a_category_this_node_does_not_know_is_bad_input(house: House) -> None:
    with pytest.raises(BadInput) as caught:
        receive(house, statement(sent(arrest()), category="XYZ"))

    assert caught.value.code == "alert.unknown-category"


@pytest.mark.parametrize(
    "changes", [{"owner": Owner(party="DEU", authority="police")}, {"category": "REF"}], ids=["authority", "category"]
)
def test_a_version_may_not_change_owner_or_category(house: House, changes: dict[str, object]) -> None:
    receive(house, statement(sent(arrest())))

    assert receive(house, statement(sent(arrest()), version=2, **changes)).reasons == ("alert.owner-differs",)


def test_another_party_cannot_occupy_an_id(house: House) -> None:
    squatter = Owner(party="ITA", authority="court")
    receive(house, statement(sent(arrest()), owner=squatter))

    assert receive(house, statement(sent(arrest()))).status is Status.STORED
    assert held(house, "ITA") is not None


def test_copies_are_listed_and_erased_one_by_one(house: House) -> None:
    receive(house, statement(sent(arrest())))
    receiver: Receiver = AlertReceiver()
    ref = RecordRef(kind="alert", id=ALERT, version=1)

    with house.work(PEER) as work:
        assert receiver.snapshot(work) == (ref,)
        receiver.erase(work, OWNER, ref)

    with house.work(PEER) as work:
        assert work.read(select(store.ALERT)) == []
        receiver.erase(work, OWNER, ref)
