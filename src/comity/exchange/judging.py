"""Judging one item of a frame: what it claims against what is known, then the agreement, then its subject."""

from __future__ import annotations

from dataclasses import dataclass

from comity.core.decision import Question, Stage
from comity.core.errors import BadInput, Refused
from comity.core.ports import Work
from comity.exchange.intake import Intake, Read
from comity.exchange.ports import Applied, Item, Receiver, refused, stored
from comity.exchange.records import Peer, Status
from comity.exchange.rules import (
    Step,
    check_decision,
    check_header,
    check_own_signature,
    check_schema,
    check_signed_alone,
    next_step,
)
from comity.exchange.statement import Statement
from comity.exchange.store import Known


@dataclass(frozen=True, slots=True)
class Judge:
    """Who judges the items of one frame: its work, its sender, the stream it came in, and who receives here."""

    work: Work
    peer: Peer
    stream: str
    intake: Intake

    def judge(self, read: Read, known: Known | None) -> tuple[Applied, bool]:
        """Return the say on one item, and whether it is news to be kept.

        `known` is the version of its record that was decided on last. The item's receiver has put what follows from it
        into the work where the say is stored and the item is news.
        """
        statement = read.statement
        if statement is None:
            return read.refusal or refused("exchange.unreadable"), False
        receiver = self.intake.receivers.get(statement.kind)
        failed = (
            check_header(statement, self.peer, self.intake.home, self.work.recorded_at)
            or check_own_signature(statement, read.item.signature, read.signed_by, self.peer)
            or check_schema(statement.schema, None if receiver is None else receiver.schemas)
        )
        if failed is not None or receiver is None:
            return failed or refused("exchange.kind-unknown"), False
        step = next_step(
            statement.version,
            tombstone=statement.payload is None,
            known_version=known.version if known else 0,
            known_tombstone=known.tombstone if known else False,
            follows=known is not None and statement.previous == known.digest.hex(),
        )
        if step is Step.SKIP:
            return _replayed(read, statement, known), False
        said = self._put_to(receiver, read, statement, known) if step is Step.APPLY else stored()
        return said, said.status is Status.STORED

    def _put_to(self, receiver: Receiver, read: Read, statement: Statement, known: Known | None) -> Applied:
        """Ask the agreement, then the subject.

        A tombstone is not asked about: no policy may keep a withdrawn record.
        """
        if statement.payload is not None:
            decision = self.work.decide(self._question(statement, read.names))
            denied = check_decision(decision, read.names) or check_signed_alone(decision, read.item.signature)
            if denied is not None:
                return denied
        handed = Item(
            statement=statement,
            digest=read.item.digest.hex(),
            own_signature=read.item.signature,
            peer=self.peer,
            stream=self.stream,
            known_version=0 if known is None or known.tombstone else known.version,
        )
        try:
            return receiver.apply(self.work, handed)
        except (BadInput, Refused) as error:
            return refused(error.code)

    def _question(self, statement: Statement, names: tuple[str, ...]) -> Question:
        return Question(
            stage=Stage.RECEIPT,
            operation=statement.operation,
            category=statement.category,
            purpose=statement.purpose,
            actor=statement.owner,
            owner=statement.owner,
            sender=self.peer.party,
            receiver=self.intake.home.party,
            fields=names,
            agreement=statement.agreement_id,
        )


def _replayed(read: Read, statement: Statement, known: Known | None) -> Applied:
    """Answer a version that is not news: a replay is stored without effect, other bytes under its number are not."""
    if known is not None and statement.version == known.version and read.item.digest != known.digest:
        return refused("exchange.version-conflict")
    return stored()
