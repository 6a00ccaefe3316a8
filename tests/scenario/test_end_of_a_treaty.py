"""What becomes of data received once their agreement has ended: over the wire, with receipts, for a person to see."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from comity.agreements.life.records import Happening, Turn
from comity.agreements.load import agreement_id
from comity.agreements.records import Agreement
from comity.agreements.vocabulary import Termination
from comity.core.codec import encode
from comity.core.decision import Decision, Question
from comity.core.hashing import digest
from comity.core.ids import AgreementId
from comity.core.ports import Delete, Publication, Work
from comity.core.time import DAY_US, Instant
from comity.core.vocabulary import Purpose
from comity.diplomacy import store
from comity.diplomacy.disposal import aftermath_operations, ended_here, part
from comity.diplomacy.disposal_records import (
    DISPOSAL_KIND,
    Aftermath,
    Afterwards,
    Disposal,
    DisposalMessage,
    How,
    PartedRecord,
    ShowAftermath,
)
from comity.diplomacy.ending import RETURN_GRACE_US
from comity.diplomacy.receivers import make_receivers
from comity.diplomacy.registry import AgreementBook
from comity.diplomacy.services import Services
from comity.diplomacy.tables import AGREEMENT_DISPOSAL, METADATA
from comity.exchange.outbox import enqueue
from comity.exchange.recall import recall_under
from comity.exchange.store import segment_table
from tests.support.agreements import make_test_identity
from tests.support.exchange_nodes import NOON, Node, Policy, deliver, open_node
from tests.support.treaties import treaty

SIDES = {"CHE": 1, "USA": 2}
NOTES = {"n1": (1, "first", 1), "n2": (2, "second", 1), "n3": (1, "third", 1)}


def ending(how: Termination) -> Agreement:
    return treaty(("termination: {value: terms_survive", f"termination: {{value: {how.value}"))


@dataclass
class Book(Policy):
    """A decision point for notes under one version, and for talk between nodes under their peering."""

    version: str = ""

    def decide(self, question: Question, at: Instant, known_at: Instant) -> Decision:
        if question.category == "PEERING":
            talk = msgspec.structs.replace(question, category="NOTE")
            return Policy({"CHE": question.fields, "USA": question.fields}).decide(talk, at, known_at)
        return msgspec.structs.replace(super().decide(question, at, known_at), agreement=AgreementId(self.version))


@dataclass
class Side:
    """One node with its diplomacy, and what its housekeeping does."""

    node: Node
    services: Services

    def act(self, do: Callable[[Work], int]) -> int:
        (peer,) = self.node.peers()
        return self.node.acts.act("test", peer, do)

    def write(self, agreement: Agreement, turn: Turn, at: Instant = NOON, by: str | None = None) -> None:
        def note(work: Work) -> int:
            name = agreement_id(agreement)
            if store.find(work, name) is None:
                store.add_agreement(work, agreement)
            store.add_event(work, name, Happening(turn=turn, since=at, recorded_at=at, reason="test", by=by))
            return 0

        self.act(note)

    def part(self) -> int:
        """Part with all that has to go, by pages; return how many records it was."""
        (peer,) = self.node.peers()

        def page(work: Work) -> int:
            over = ended_here(work, self.services)
            return sum(part(work, peer, each, self.services, self.node.intake.receivers) for each in over)

        return sum(iter(lambda: self.act(page), 0))

    def recall(self) -> int:
        book = AgreementBook(self.services.party)
        return sum(iter(lambda: self.act(lambda work: recall_under(work, book.over(work), self.node.sending)), 0))

    def between(self, agreement: Agreement) -> Afterwards:
        (show,) = aftermath_operations(self.services)
        (peer,) = self.node.peers()
        command = ShowAftermath(agreement=agreement_id(agreement))
        found = self.node.acts.view(peer, lambda work: show.run(work, command))
        assert isinstance(found, Aftermath)
        (only,) = found.partners
        return only


@dataclass
class Pair:
    che: Side
    usa: Side
    agreement: Agreement

    def begin(self) -> None:
        for side in (self.che, self.usa):
            side.write(self.agreement, Turn.BEGIN)

    def end(self, turn: Turn = Turn.END, by: str | None = None) -> None:
        for side in (self.che, self.usa):
            side.write(self.agreement, turn, side.node.house.clock.now(), by)

    def exchange(self) -> None:
        """Carry frames both ways until nothing is left."""
        for _ in range(3):
            deliver(self.che.node, self.usa.node)
            deliver(self.usa.node, self.che.node)

    def give(self) -> None:
        for name, (version, text, _) in NOTES.items():
            self.che.node.publish(name, version, text)
        self.exchange()
        assert self.usa.node.notes() == NOTES

    def later(self, microseconds: int) -> None:
        for side in (self.che, self.usa):
            side.node.house.clock.move(microseconds)


@contextlib.contextmanager
def open_pair(folder: Path, agreement: Agreement) -> Iterator[Pair]:
    with contextlib.ExitStack() as stack:
        che, usa = (_open_side(folder, party, stack, agreement_id(agreement)) for party in SIDES)
        pair = Pair(che, usa, agreement)
        pair.che.node.trust(pair.usa.node.card)
        pair.usa.node.trust(pair.che.node.card)
        pair.begin()
        yield pair


def _open_side(folder: Path, party: str, stack: contextlib.ExitStack, version: str) -> Side:
    policy = Book({"CHE": ("text",), "USA": ("text",)}, version=version)
    node = stack.enter_context(open_node(folder / party.lower(), party, policy, tables=METADATA))
    identity, _ = make_test_identity(party, SIDES[party])
    services = Services(identity=identity, home=node.home, signer=node.signer)
    node.others.update(make_receivers(services))
    node.house.publish = lambda work, publication: _line_up(work, publication, node)
    return Side(node, services)


def _line_up(work: Work, publication: Publication, node: Node) -> None:
    enqueue(work, publication, node.sending)


@pytest.fixture
def returning(tmp_path: Path) -> Iterator[Pair]:
    with open_pair(tmp_path, ending(Termination.RETURN)) as pair:
        yield pair


@pytest.fixture
def deleting(tmp_path: Path) -> Iterator[Pair]:
    with open_pair(tmp_path, ending(Termination.DELETE)) as pair:
        yield pair


def bodies(node: Node) -> list[bytes]:
    """Return the content that a node's exchange still holds."""
    return [bytes(said["body"]) for said in node.statements() if said["body"]]  # type: ignore[call-overload]


def test_what_is_to_be_handed_back_goes_to_its_owner_whole_and_is_gone_here(returning: Pair) -> None:
    returning.give()
    returning.end()

    parted = returning.usa.part()
    left = returning.usa.node.notes()
    before = returning.usa.between(returning.agreement)
    returning.exchange()
    after, owner = returning.usa.between(returning.agreement), returning.che.between(returning.agreement)

    assert (parted, left) == (3, {})
    assert [(page.how, page.records, page.received_at) for page in before.pages] == [(How.RETURNED, 3, None)]
    assert [(page.outgoing, page.differing, page.received_at is None) for page in after.pages] == [(True, 0, False)]
    assert [(page.outgoing, page.records, page.differing) for page in owner.pages] == [(False, 3, 0)]
    assert (after.held, owner.out, owner.taken_back) == (0, 0, 3)
    assert not any(b"second" in body for body in bodies(returning.usa.node))
    assert any(b"second" in body for body in bodies(returning.che.node))


def test_what_was_handed_back_is_not_kept_by_the_exchange_beyond_its_date(returning: Pair) -> None:
    returning.give()
    returning.end()
    returning.usa.part()

    days = {row["delete_by"] for row in returning.usa.node.rows(segment_table) if row["delete_by"]}

    assert days == {"2026-12-25"}


def test_the_owner_waits_for_what_is_to_be_handed_back_and_then_takes_it_back_itself(returning: Pair) -> None:
    returning.give()
    returning.end()

    at_once = returning.che.recall()
    returning.later(RETURN_GRACE_US)
    afterwards = returning.che.recall()
    returning.exchange()

    assert (at_once, afterwards) == (0, 3)
    assert returning.usa.node.notes() == {}
    assert returning.usa.part() == 0


def test_what_is_to_be_deleted_goes_without_waiting_for_its_owner(deleting: Pair) -> None:
    deleting.give()
    deleting.end()

    parted = deleting.usa.part()
    deleting.exchange()
    owner = deleting.che.between(deleting.agreement)

    assert parted == 3
    assert deleting.usa.node.notes() == {}
    assert not any(b"second" in body for body in bodies(deleting.usa.node))
    assert [(page.how, page.records, page.differing) for page in owner.pages] == [(How.DELETED, 3, 0)]
    assert deleting.che.recall() == 0


def test_both_sides_may_act_at_once_and_agree_in_the_end(deleting: Pair) -> None:
    deleting.give()
    deleting.end()

    deleting.che.recall()
    deleting.usa.part()
    deleting.exchange()
    deleting.exchange()
    owner, holder = deleting.che.between(deleting.agreement), deleting.usa.between(deleting.agreement)

    assert (owner.out, owner.taken_back, holder.held) == (0, 3, 0)
    assert [page.differing for page in (*owner.pages, *holder.pages)] == [0, 0]


@pytest.mark.parametrize("how", list(Termination))
def test_nothing_goes_before_the_notice_has_run(tmp_path: Path, how: Termination) -> None:
    with open_pair(tmp_path, ending(how)) as pair:
        pair.give()
        for side in (pair.che, pair.usa):
            side.write(pair.agreement, Turn.END, Instant(NOON + 10 * DAY_US))

        early = (pair.usa.part(), pair.che.recall())
        pair.later(11 * DAY_US)
        late = pair.usa.part()

        assert early == (0, 0)
        assert late == (0 if how is Termination.TERMS_SURVIVE else 3)
        assert (pair.usa.node.notes() == NOTES) is (how is Termination.TERMS_SURVIVE)


def test_an_amendment_is_no_end_and_what_went_before_it_goes_with_the_last_version(tmp_path: Path) -> None:
    first = ending(Termination.DELETE)
    second = msgspec.structs.replace(first, version=2, parent=agreement_id(first))
    with open_pair(tmp_path, first) as pair:
        pair.give()
        for side in (pair.che, pair.usa):
            side.act(_amended(first))
            side.write(second, Turn.BEGIN)
        amended = pair.usa.part()
        for side in (pair.che, pair.usa):
            side.write(second, Turn.END)

        assert amended == 0
        assert pair.usa.part() == 3


def test_who_leaves_parts_from_the_others_alone(deleting: Pair) -> None:
    deleting.give()
    deleting.end(Turn.LEAVE, by="FRA")
    third_party = deleting.usa.part()
    deleting.end(Turn.LEAVE, by="CHE")

    assert third_party == 0
    assert deleting.usa.part() == 3


def test_an_owner_sees_where_what_comes_back_is_not_what_it_had_sent(returning: Pair) -> None:
    returning.give()
    returning.end()
    text = "never sent"
    forged = PartedRecord(
        kind="note", id="n1", authority="police", version=1, digest=digest(text.encode()), content=text
    )
    broken = msgspec.structs.replace(forged, digest="0" * 64)
    unknown = msgspec.structs.replace(forged, id="n9")
    page = Disposal(
        id="01KB000000000000000000000Z",  # type: ignore[arg-type]  # an id
        agreement=agreement_id(returning.agreement),
        party="USA",
        how=How.RETURNED,
        at=NOON,
        records=(forged, broken, unknown),
    )

    returning.usa.act(lambda work: _say(work, returning.usa, page))
    returning.exchange()
    owner = returning.che.between(returning.agreement)

    assert [(seen.records, seen.differing) for seen in owner.pages] == [(3, 3)]
    assert (owner.out, owner.taken_back) == (3, 0)


def test_a_receipt_for_a_page_that_was_never_sent_is_refused(returning: Pair) -> None:
    returning.give()
    returning.end()
    returning.usa.part()
    (page,) = returning.usa.between(returning.agreement).pages
    returning.usa.node.acts.act("test", returning.usa.node.peers()[0], lambda work: _forget(work, page.id))

    returning.exchange()

    said = returning.che.node.said_of(returning.usa.node)
    assert ("refused", ("agreement.no-such-disposal",)) in said


def _amended(agreement: Agreement) -> Callable[[Work], int]:
    def note(work: Work) -> int:
        end = Happening(turn=Turn.END, since=NOON, recorded_at=NOON, reason="amended")
        store.add_event(work, agreement_id(agreement), end)
        return 0

    return note


def _say(work: Work, side: Side, page: Disposal) -> int:
    work.publish(
        Publication(
            kind=DISPOSAL_KIND,
            id=page.id,
            owner=side.services.owner,
            category="PEERING",
            operation="receipt",
            purpose=Purpose.PEERING,
            version=1,
            schema=1,
            payload=DisposalMessage(notice=encode(page).decode()),
            issued=work.recorded_at,
        )
    )
    return 0


def _forget(work: Work, page: str) -> int:
    work.change(Delete(AGREEMENT_DISPOSAL, {"id": page}))
    return 0
