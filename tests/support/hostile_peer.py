"""A peer with valid keys that skips every check a sender owes: what it makes, a receiver must judge alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import msgspec

from comity.core.codec import encode
from comity.core.ids import Owner
from comity.core.time import Instant
from comity.core.vocabulary import Purpose
from comity.exchange.frame import Frame, Route, read_frame, seal_frame, write_frame
from comity.exchange.inbox import FrameOutcome
from comity.exchange.segment import FrameItem
from comity.exchange.statement import Statement, write_statement
from tests.support.exchange_nodes import LINEAGE, TREATY, Node


@dataclass
class HostilePeer:
    """`own` holds the keys that `victim` trusts; nothing `own` would check is asked."""

    own: Node
    victim: Node
    stream: str = LINEAGE

    def statement(self, **lies: object) -> Statement:
        """Return an honest statement of one note, with the given fields replaced."""
        home = self.own.home
        honest = Statement(
            agreement=TREATY,
            clause="notes.1",
            owner=Owner(party=home.party, authority="police"),
            operation="enter",
            category="NOTE",
            purpose=Purpose.BORDERS,
            kind="note",
            schema=1,
            id="h1",
            version=1,
            previous=None,
            issued=self.own.house.clock.now(),
            expires=None,
            delete_by=None,
            classification="restricted",
            conditions=(),
            key=home.key,
            suite=home.suite,
            profile=home.profile,
            node=home.node,
            payload={"text": "synthetic"},
        )
        return msgspec.structs.replace(honest, **lies)

    def frame(self, *statements: Statement | bytes, first: int = 1, issued: Instant | None = None) -> Frame:
        """Seal statements (or any bytes) as they are."""
        items = [FrameItem.of(said if isinstance(said, bytes) else write_statement(said)[0]) for said in statements]
        route = Route(self.own.home.node, self.victim.home.node, self.stream)
        return seal_frame(route, first, items, issued or self.own.house.clock.now(), self.own.signer)

    def resigned(self, frame: Frame, **lies: object) -> Frame:
        """Return the frame with header fields replaced, signed anew with the peer's own key."""
        header = msgspec.structs.replace(frame.header, **lies)
        return replace(frame, header=header, signature=self.own.signer.sign(encode(header)))

    def send(self, frame: Frame) -> FrameOutcome:
        """Carry the frame over as bytes."""
        return self.victim.take(read_frame(write_frame(frame)), self.own)


def with_extra(statement: Statement, extra: Mapping[str, object]) -> bytes:
    """Return canonical bytes of the statement with more fields at its top."""
    plain = msgspec.to_builtins(statement)
    return encode({**plain, **extra})


Lie = Callable[[HostilePeer], Statement | bytes]

__all__ = ["HostilePeer", "Lie", "with_extra"]
