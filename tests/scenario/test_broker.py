"""A passport is asked about through a broker: the issuer alone answers, and the broker can neither ask nor answer.

Three nodes in one process; everything is real but the network, which `test_questions` has.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from comity.adapters.sql.tables import ledger_entry
from comity.agreements.load import canonical_bytes
from comity.agreements.provisions import Protection
from comity.agreements.ready import load_instrument, narrow_parties
from comity.agreements.sourced import Confidence, Sourced
from comity.alerts.commands import EnterAlert
from comity.bureau.letters.commands import AnswerLetter, SendLetter
from comity.bureau.letters.records import Details, Letter
from comity.core.codec import decode_as
from comity.core.errors import ComityError
from comity.core.vocabulary import Function, Purpose, Role
from comity.crossings.abroad.asking import ExchangeAbroad
from comity.crossings.abroad.records import AskedState
from comity.crossings.operations import Around
from comity.crossings.records import Advice, Check, Direction, Document, Identity, Lane, Outcome
from comity.diplomacy.records import Propose, Sign
from comity.exchange.modes.asking import RELAY
from comity.exchange.modes.ports import Broker
from comity.exchange.modes.records import Said
from comity.exchange.modes.relaying import RELAYED, Relaying, answer_relayed, relay_question
from comity.exchange.modes.tally import Tally
from comity.exchange.records import Peer
from tests.scenario.test_alert_crosses_the_border import Node, _peering, befriend, deliver, open_node
from tests.scenario.test_asked_abroad import CLEAN, STOLEN, _asking, answering, known, passport
from tests.support.categories import grounds_for, thing
from tests.support.house import actor

GUARD = actor("PHL", "immigration", Function.FIRST_LINE)


@dataclass
class Lines:
    """Carries to and from the broker at once; what a test wants to go wrong, goes wrong."""

    manila: Node | None = None
    canberra: Node | None = None
    wellington: Node | None = None
    carries: bool = True
    known_as: str = "AUS"
    spoiled: bool = False
    carried: list[bytes] = field(default_factory=list)

    def ask(self, peer: Peer, topic: str, body: bytes, within_s: float) -> Future[bytes]:
        del within_s
        answer: Future[bytes] = Future()
        try:
            answer.set_result(self._answer(peer, topic, body))
        except ComityError as error:
            answer.set_exception(error)
        return answer

    def _answer(self, peer: Peer, topic: str, body: bytes) -> bytes:
        assert self.manila is not None
        assert self.canberra is not None
        assert self.wellington is not None
        if topic == RELAY:
            assert peer.party == "AUS"
            relaying = self._relaying(self.canberra, {}, carries=self.carries)
            return relay_question(relaying, known(self.canberra, self.manila), body)
        assert (topic, peer.party) == (RELAYED, "NZL")
        self.carried.append(body)
        if self.spoiled:
            body = body.replace(CLEAN.encode(), STOLEN.encode())
        relaying = self._relaying(self.wellington, {"PHL": self.known_as}, carries=False)
        return answer_relayed(relaying, known(self.wellington, self.canberra), body)

    def _relaying(self, node: Node, via: dict[str, str], *, carries: bool) -> Relaying:
        lines: Broker = self
        return Relaying(answering(node, Tally(100)), lines, via, broker=carries)


@dataclass
class Region:
    """The Philippines ask, Australia carries, New Zealand issued the passport."""

    manila: Node
    canberra: Node
    wellington: Node
    lines: Lines

    def check(self, number: str) -> Advice:
        command = Check(
            direction=Direction.ENTRY,
            crossing_point="synthetic-1",
            lane=Lane.THIRD_COUNTRY,
            identity=Identity(surnames="Synthetic-Alpha", nationality="NZL"),
            document=Document(country="NZL", number=number),
        )
        return decode_as(self.manila.run("crossing.check", command, GUARD, "borders"), Advice)


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Region]:
    folder, lines = tmp_path_factory.mktemp("region"), Lines()
    asking = replace(_asking("PHL", 1, lines), via={"NZL": "AUS"})  # type: ignore[arg-type]  # it carries as any does
    with contextlib.ExitStack() as stack:
        around = Around(abroad=ExchangeAbroad(asking))
        manila = stack.enter_context(open_node(folder / "phl", "PHL", 1, around))
        canberra = stack.enter_context(open_node(folder / "aus", "AUS", 2))
        wellington = stack.enter_context(open_node(folder / "nzl", "NZL", 3))
        lines.manila, lines.canberra, lines.wellington = manila, canberra, wellington
        sign(manila, canberra, wellington)
        issuer = actor("NZL", "internal-affairs", Function.ALERT_OFFICER, role=Role.POLICE)
        entered = EnterAlert(category="OBJ", data=thing(passport()), grounds=grounds_for("OBJ"))
        wellington.run("alert.enter", entered, issuer, "police")
        yield Region(manila, canberra, wellington, lines)


def ledger_of(node: Node) -> list[str]:
    with node.house.works().open(_peering(node), Purpose.PEERING) as work:
        return [bytes(row.entry).decode() for row in work.read(sa.select(ledger_entry.c.entry))]


def sign(*nodes: Node) -> None:
    """Make each know each, and put the instrument in force among all, in full trust."""
    for place, one in enumerate(nodes):
        for other in nodes[place + 1 :]:
            befriend(one, other)
    treaty = narrow_parties(load_instrument("apec-rms"), sorted(node.party for node in nodes))
    level = Sourced(value="full_trust", source="test", confidence=Confidence.SYNTHETIC)
    treaty = msgspec.structs.replace(treaty, protection=Protection(level=level))  # type: ignore[arg-type]  # a level
    first, *others = nodes
    proposal = Propose(document=canonical_bytes(treaty).decode())
    made = msgspec.json.decode(first.run("agreement.propose", proposal, _peering(first), "peering"))
    for other in others:
        deliver(first, other)
    for signer in nodes:
        signer.run("agreement.sign", Sign(agreement=made["agreement"]), _peering(signer), "peering")
        for reader in nodes:
            if reader is not signer:
                deliver(signer, reader)


@pytest.fixture(autouse=True)
def well(region: Region) -> None:
    """Everything goes well unless a test says otherwise."""
    lines = region.lines
    lines.carries, lines.known_as, lines.spoiled = True, "AUS", False


def test_the_issuer_answers_through_the_broker_which_keeps_a_digest_and_nothing_else(region: Region) -> None:
    stolen, clean = region.check(STOLEN), region.check(CLEAN)

    assert (stolen.outcome, [each.said for each in stolen.answers]) == (Outcome.REFER, [Said.HIT])
    assert {line.value for line in stolen.answers[0].records[0]} >= {STOLEN, "stolen"}
    assert [each.said for each in clean.answers] == [Said.NOTHING_TOLD]
    kept = [entry for entry in ledger_of(region.canberra) if '"exchange.relay-question"' in entry]
    assert len(kept) == 2
    assert all(STOLEN not in entry and CLEAN not in entry for entry in ledger_of(region.canberra))
    assert all('"owner"' in entry for entry in kept)


@pytest.mark.parametrize(
    "wrong", [{"carries": False}, {"known_as": "USA"}, {"spoiled": True}], ids=["no broker", "other broker", "changed"]
)
def test_a_broker_that_is_none_is_not_agreed_or_changes_a_question_brings_no_answer(
    region: Region, wrong: dict[str, Any]
) -> None:
    for name, value in wrong.items():
        setattr(region.lines, name, value)

    advice = region.check(CLEAN)

    assert advice.answers == ()
    assert [(each.party, each.state) for each in advice.abroad] == [("NZL", AskedState.SILENT)]
    assert advice.outcome is Outcome.UNKNOWN


def test_a_negative_is_confirmed_by_a_duty_officer_of_the_issuer_at_any_hour(region: Region) -> None:
    manila, wellington = (
        actor(party, office, Function.BUREAU_OFFICER, role=Role.BORDER_GUARD, name=office)
        for party, office in (("PHL", "immigration-bureau"), ("NZL", "passport-desk"))
    )
    found = Details(document_issuer="NZL", document_number=STOLEN, found_as="stolen")
    question = SendLetter(form="DOC", recipient="NZL", subject="s", text="t", category="document_status", details=found)
    sent = decode_as(region.manila.run("letter.send", question, manila, "borders"), Letter)
    deliver(region.manila, region.wellington)
    answer = AnswerLetter(party="PHL", letter=sent.id, version=1, said="confirmed", text="So it is.", officer="Duty")
    region.wellington.run("letter.answer", answer, wellington, "borders")

    assert sent.at_once
    assert ("stored", ()) in deliver(region.wellington, region.manila)
