"""Judging one item of a frame: what it claims against what is known, then the agreement, then its subject.

Most items of a frame claim the same about themselves but for record, version and instant. What follows from that alone,
the agreement's answer among it, is asked once for all that are alike: one act is judged at one instant.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

import msgspec

from comity.agreements.compile import SIGN_STATEMENT
from comity.core.decision import Question, Stage
from comity.core.errors import BadInput, Refused
from comity.core.ports import Work
from comity.core.time import Instant
from comity.exchange.intake import Intake, Read
from comity.exchange.ports import Applied, Item, Receiver, refused, stored
from comity.exchange.records import Peer, PeerKey, Status
from comity.exchange.rules import (
    SKEW_US,
    Step,
    check_decision,
    check_origin,
    check_own_signature,
    check_schema,
    check_time_and_key,
    next_step,
)
from comity.exchange.signing import SUITE
from comity.exchange.statement import Statement
from comity.exchange.store import Known

_Claims: TypeAlias = tuple[object, ...]


class _Alike(msgspec.Struct, gc=False):
    """What holds for all items of a frame that claim the same.

    Where nothing stands against these claims and one key was named by all, what was issued from `since` until before
    `until` passes. `policy` is what the agreement has against them and whether it wants them signed alone, None until
    it was asked.
    """

    receiver: Receiver | None
    foreign: Applied | None
    unreadable: Applied | None
    keys: tuple[PeerKey, ...]
    since: Instant
    until: Instant
    policy: tuple[Applied | None, bool] | None = None


@dataclass(frozen=True, slots=True)
class Judge:
    """Who judges the items of one frame: its work, its sender, the stream it came in, and who receives here."""

    work: Work
    peer: Peer
    stream: str
    intake: Intake
    _known: dict[_Claims, _Alike] = field(default_factory=dict)

    def judge(self, read: Read, known: Known | None) -> tuple[Applied, bool]:
        """Return the say on one item, and whether it is news to be kept.

        `known` is the version of its record that was decided on last. The item's receiver has put what follows from it
        into the work where the say is stored and the item is news.
        """
        statement = read.statement
        if statement is None:
            return read.refusal or refused("exchange.unreadable"), False
        alike = self._alike(statement, read.names)
        if read.item.signature or not alike.since <= statement.issued < alike.until:
            failed = self._check(alike, read, statement)
            if failed is not None:
                return failed, False
        if known is None:
            # As most are: a first version is taken in, a withdrawal before it is noted.
            applies = statement.payload is not None
        else:
            step = _step(statement, known)
            if step is Step.SKIP:
                return _replayed(read, statement, known), False
            applies = step is Step.APPLY
        said = self._put_to(alike, read, statement, known) if applies else stored()
        return said, said.status is Status.STORED

    def _check(self, alike: _Alike, read: Read, statement: Statement) -> Applied | None:
        """Return what stands against an item before its version is looked at, the first thing first."""
        now = self.work.recorded_at
        failed = alike.foreign or check_time_and_key(statement, now, alike.keys)
        if failed is None and read.item.signature:
            counting = tuple(key.public for key in self.peer.card.keys if key.covers(now))
            failed = check_own_signature(statement, read.signed_by, alike.keys, counting)
        return failed or alike.unreadable

    def _alike(self, statement: Statement, names: tuple[str, ...]) -> _Alike:
        said = (statement.agreement, statement.operation, statement.category, statement.purpose, statement.owner)
        kind = (statement.kind, statement.schema)
        origin = (statement.profile, statement.node, statement.suite, statement.key)
        claims = (*said, *kind, *origin, names)
        alike = self._known.get(claims)
        if alike is None:
            alike = self._known[claims] = self._look(statement)
        return alike

    def _look(self, statement: Statement) -> _Alike:
        now = self.work.recorded_at
        receiver = self.intake.receivers.get(statement.kind)
        keys = tuple(key for key in self.peer.card.keys if key.id == statement.key)
        foreign = check_origin(statement, self.peer, self.intake.home)
        unreadable = check_schema(statement.schema, None if receiver is None else receiver.schemas)
        alike = _Alike(receiver, foreign, unreadable, keys, Instant(0), Instant(0))
        if len(keys) == 1 and foreign is None and unreadable is None and statement.suite == SUITE:
            (key,) = keys
            alike.since = key.valid_from
            alike.until = Instant(now + SKEW_US + 1)
        return alike

    def _put_to(self, alike: _Alike, read: Read, statement: Statement, known: Known | None) -> Applied:
        """Ask the agreement, then the subject.

        A tombstone is not asked about: no policy may keep a withdrawn record.
        """
        if statement.payload is not None:
            denied, signed_alone = alike.policy or self._ask(alike, statement, read.names)
            if denied is not None:
                return denied
            if signed_alone and not read.item.signature:
                return refused("exchange.own-signature-missing")
        if alike.receiver is None:
            return refused("exchange.kind-unknown")
        handed = Item(
            statement=statement,
            digest=read.item.digest.hex(),
            own_signature=read.item.signature,
            peer=self.peer,
            stream=self.stream,
            known_version=0 if known is None or known.tombstone else known.version,
        )
        try:
            return alike.receiver.apply(self.work, handed)
        except (BadInput, Refused) as error:
            return refused(error.code)

    def _ask(self, alike: _Alike, statement: Statement, names: tuple[str, ...]) -> tuple[Applied | None, bool]:
        decision = self.work.decide(
            Question(
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
        )
        alike.policy = check_decision(decision, names), SIGN_STATEMENT in decision.obligations
        return alike.policy


def _step(statement: Statement, known: Known) -> Step:
    return next_step(
        statement.version,
        tombstone=statement.payload is None,
        known_version=known.version,
        known_tombstone=known.tombstone,
        follows=statement.previous == known.digest.hex(),
    )


def _replayed(read: Read, statement: Statement, known: Known) -> Applied:
    """Answer a version that is not news: a replay is stored without effect, other bytes under its number are not."""
    if statement.version == known.version and read.item.digest != known.digest:
        return refused("exchange.version-conflict")
    return stored()
