"""What the contract suite of receivers needs of each implementation; a new receiver adds a case to `CASES`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from sqlalchemy import MetaData

from comity.exchange import store
from comity.exchange.ports import Receiver
from tests.support import exchange_nodes
from tests.support.exchange_nodes import NoteReceiver


@dataclass(frozen=True)
class ReceiverCase:
    """One receiver under test.

    `first` and `second` are payloads of versions 1 and 2 of one record as they stand on the wire; `refusable` is one
    that the subject refuses by rule, None where it refuses none.
    """

    name: str
    kind: str
    category: str
    schema: int
    make: Callable[[], Receiver]
    metadata: tuple[MetaData, ...]
    record: str
    first: dict[str, object]
    second: dict[str, object]
    refusable: dict[str, object] | None


def _plain(record: msgspec.Struct) -> dict[str, object]:
    plain: dict[str, object] = msgspec.to_builtins(record)
    return plain


CASES: tuple[ReceiverCase, ...] = (
    ReceiverCase(
        name="note",
        kind="note",
        category="NOTE",
        schema=1,
        make=NoteReceiver,
        metadata=(exchange_nodes.METADATA, store.METADATA),
        record="n1",
        first=_plain(exchange_nodes.Note(text="one")),
        second=_plain(exchange_nodes.Note(text="two")),
        refusable=_plain(exchange_nodes.Note(text="bad")),
    ),
)
