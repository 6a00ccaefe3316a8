"""What holds for all items of a frame alike is asked once, and each item is still judged by its own instant and key."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from comity.core.decision import Decision, Outcome, Question
from comity.core.ids import NodeId, Owner
from comity.core.ports import Work
from comity.core.time import SECOND_US, CivilDate, Instant
from comity.core.vocabulary import Purpose
from comity.exchange.intake import Intake, Read
from comity.exchange.judging import Judge
from comity.exchange.ports import Applied, Item, Receiver, stored
from comity.exchange.records import Home, Peer, PeerCard, PeerKey, PeerState, Profile, Status
from comity.exchange.segment import FrameItem
from comity.exchange.statement import Statement, write_statement

NOW = Instant(1_000 * SECOND_US)
moments = st.integers(900, 1_100).map(lambda second: Instant(second * SECOND_US))
ends = st.none() | moments
windows = st.tuples(moments, ends, ends)


class Taking:
    """Takes everything."""

    schemas = (1,)

    def apply(self, work: Work, item: Item) -> Applied:
        """Take it."""
        del work, item
        return stored()


class Asked:
    """A work that permits all, and counts how often it was asked."""

    recorded_at = NOW

    def __init__(self) -> None:
        self.questions: list[Question] = []

    def decide(self, question: Question) -> Decision:
        """Permit."""
        self.questions.append(question)
        return Decision(outcome=Outcome.PERMIT, effect="allow", reasons=(), fields=("text",), clauses=("c",))


def statement(number: int, issued: Instant, **more: object) -> Statement:
    made = Statement(
        agreement="a" * 64,
        clause="c",
        owner=Owner(party="FRA", authority="police"),
        operation="enter",
        category="NOTE",
        purpose=Purpose.POLICE,
        kind="note",
        schema=1,
        id=f"r{number}",
        version=1,
        previous=None,
        issued=issued,
        expires=None,
        delete_by=CivilDate("2030-01-01"),
        classification="restricted",
        conditions=(),
        key="k",
        suite="ed25519",
        profile=Profile.EXERCISE,
        node=NodeId("fra"),
        payload={"text": "synthetic"},
    )
    return msgspec.structs.replace(made, **more)


def read(said: Statement) -> Read:
    raw, _ = write_statement(said)
    return Read(FrameItem.of(raw), said, None, said.id.encode(), ("text",), None)


def judge(work: Asked, keys: tuple[PeerKey, ...]) -> Judge:
    card = PeerCard(
        node=NodeId("fra"),
        party="FRA",
        profile=Profile.EXERCISE,
        fingerprint="f",
        certificate="",
        addresses=(),
        keys=keys,
    )
    home = Home(node=NodeId("deu"), party="DEU", profile=Profile.EXERCISE, key="d", suite="ed25519")
    receivers = {"note": cast("Receiver", Taking())}
    return Judge(cast("Work", work), Peer(card=card, state=PeerState.TRUSTED), "s", Intake(home, receivers))


def expected(keys: tuple[PeerKey, ...], issued: Instant) -> str:
    """Say by the rule itself what becomes of a statement."""
    if issued > NOW + 60 * SECOND_US:
        return "exchange.clock-skew"
    return "" if any(key.valid_from <= issued for key in keys) else "exchange.key-unknown"


@given(windows=st.lists(windows, min_size=1, max_size=2), instants=st.lists(moments, min_size=1, max_size=8))
def test_each_statement_is_judged_by_its_own_instant_and_the_key_of_that_moment(
    windows: list[tuple[Instant, Instant | None, Instant | None]], instants: list[Instant]
) -> None:
    keys = tuple(
        PeerKey(id="k", suite="ed25519", public=b"", valid_from=since, valid_until=until, revoked_at=revoked)
        for since, until, revoked in windows
    )
    work = Asked()
    judging = judge(work, keys)

    said = [judging.judge(read(statement(number, issued)), None)[0] for number, issued in enumerate(instants)]

    assert ["".join(each.reasons) for each in said] == [expected(keys, issued) for issued in instants]
    assert len(work.questions) == any(each.status is Status.STORED for each in said)


@given(
    others=st.lists(
        st.sampled_from(
            [
                SimpleNamespace(change={"category": "ARR"}, code="", asks=True),
                SimpleNamespace(change={"agreement": "b" * 64}, code="", asks=True),
                SimpleNamespace(change={"purpose": Purpose.BORDERS}, code="", asks=True),
                SimpleNamespace(
                    change={"owner": Owner(party="ITA", authority="police")}, code="exchange.not-the-owner"
                ),
                SimpleNamespace(change={"profile": Profile.PRODUCTION}, code="exchange.profiles-differ"),
                SimpleNamespace(change={"node": NodeId("ita")}, code="exchange.not-the-owner"),
                SimpleNamespace(change={"kind": "other"}, code="exchange.kind-unknown"),
                SimpleNamespace(change={"schema": 2}, code="exchange.schema-unknown"),
                SimpleNamespace(change={"suite": "other"}, code="exchange.key-unknown"),
                SimpleNamespace(change={"key": "other"}, code="exchange.key-unknown"),
                SimpleNamespace(change={}, code=""),
            ]
        ),
        max_size=12,
    )
)
def test_an_item_that_claims_otherwise_is_judged_by_what_it_claims(others: list[SimpleNamespace]) -> None:
    work = Asked()
    key = PeerKey(id="k", suite="ed25519", public=b"", valid_from=Instant(0))
    judging = judge(work, (key,))
    assert judging.judge(read(statement(0, NOW)), None)[0].status is Status.STORED

    said = [judging.judge(read(statement(n, NOW, **each.change)), None)[0] for n, each in enumerate(others, 1)]

    assert ["".join(each.reasons) for each in said] == [each.code for each in others]
    asked = {str(each.change) for each in others if hasattr(each, "asks")}
    assert len(work.questions) == 1 + len(asked)
