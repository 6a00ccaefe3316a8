"""Versions, trust and waiting, without storage."""

from __future__ import annotations

import msgspec
import pytest

from comity.core.decision import Decision, Outcome, Reason
from comity.core.errors import Refused
from comity.core.ids import NodeId
from comity.exchange.hello import Hello, check_hello, clock_skew_us
from comity.exchange.records import Peer, PeerState, Profile, Status
from comity.exchange.rules import Step, backoff_s, check_card, check_decision, next_step
from tests.support import golden
from tests.support.exchange_nodes import card_of, home_of

HOME = home_of("DEU", golden.OTHER)
CARD = card_of(home_of("FRA", golden.SIGNER), golden.SIGNER)
PEER = Peer(card=CARD, state=PeerState.TRUSTED)


@pytest.mark.parametrize(
    ("version", "tombstone", "known", "gone", "step"),
    [
        (1, False, 0, False, Step.APPLY),
        (2, False, 1, False, Step.APPLY),
        (1, False, 1, False, Step.SKIP),
        (1, False, 2, False, Step.SKIP),
        (1, True, 0, False, Step.NOTE),
        (2, True, 1, False, Step.APPLY),
        (3, True, 2, True, Step.NOTE),
        (1, False, 2, True, Step.SKIP),
        (3, False, 2, True, Step.APPLY),
    ],
)
def test_versions_decide(version: int, tombstone: bool, known: int, gone: bool, step: Step) -> None:
    assert next_step(version, tombstone=tombstone, known_version=known, known_tombstone=gone) is step


def decision(outcome: Outcome, *codes: str, fields: tuple[str, ...] = ()) -> Decision:
    reasons = tuple(Reason(code=code, text="Test.", basis="test") for code in codes)
    return Decision(outcome=outcome, effect="test", reasons=reasons, fields=fields)


@pytest.mark.parametrize(
    ("made", "status", "reasons"),
    [
        (decision(Outcome.DENY, "NOT_BOUND", "OUT_OF_SCOPE"), Status.REFUSED, ("NOT_BOUND", "OUT_OF_SCOPE")),
        (decision(Outcome.DENY, "UNKNOWN_AGREEMENT"), Status.DEFERRED, ("UNKNOWN_AGREEMENT",)),
        (decision(Outcome.DENY, "NOT_IN_FORCE"), Status.DEFERRED, ("NOT_IN_FORCE",)),
        (decision(Outcome.REFER, "ASK"), Status.DEFERRED, ("exchange.needs-a-person",)),
        (decision(Outcome.PERMIT, "OK", fields=("b",)), Status.REFUSED, ("exchange.field-not-covered",)),
    ],
)
def test_only_a_rule_refuses_for_good(made: Decision, status: Status, reasons: tuple[str, ...]) -> None:
    said = check_decision(made, ("a",))

    assert said is not None
    assert (said.status, said.reasons) == (status, reasons)
    assert (said.retry_after_s is not None) == (status is Status.DEFERRED)


def test_a_permit_that_covers_every_field_passes() -> None:
    assert check_decision(decision(Outcome.PERMIT, "OK", fields=("a",)), ("a.b", "a.c")) is None


def test_exercise_and_production_never_peer_and_nobody_trusts_itself() -> None:
    production = home_of("DEU", golden.OTHER, Profile.PRODUCTION)

    with pytest.raises(Refused) as differ:
        check_card(CARD, production)
    with pytest.raises(Refused) as own:
        check_card(CARD, home_of("FRA", golden.SIGNER))

    assert (differ.value.code, own.value.code) == ("exchange.profiles-differ", "exchange.own-node")
    check_card(CARD, HOME)


def hello() -> Hello:
    return Hello(
        node=PEER.node,
        party="FRA",
        profile=Profile.EXERCISE,
        kinds=(),
        streams=(),
        peering=None,
        clock=golden.ISSUED,
    )


@pytest.mark.parametrize(
    ("lie", "code"),
    [
        ({"node": NodeId("0" * 26)}, "exchange.wrong-sender"),
        ({"party": "ITA"}, "exchange.wrong-sender"),
        ({"profile": Profile.PRODUCTION}, "exchange.profiles-differ"),
    ],
)
def test_a_greeting_is_compared_with_the_certificate(lie: dict[str, object], code: str) -> None:
    check_hello(hello(), PEER, HOME)

    with pytest.raises(Refused) as refusal:
        check_hello(msgspec.structs.replace(hello(), **lie), PEER, HOME)

    assert refusal.value.code == code


def test_clock_skew_is_theirs_minus_ours() -> None:
    assert clock_skew_us(hello(), golden.ISSUED) == 0


def test_waiting_grows_is_spread_and_has_an_end() -> None:
    assert [backoff_s(failures, 0.0) for failures in (0, 1, 2)] == [0.125, 0.25, 0.5]
    assert backoff_s(3, 0.999) > backoff_s(3, 0.0)
    assert backoff_s(10_000, 1.0) == 30.0
