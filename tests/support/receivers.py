"""What the contract suite of receivers needs of each implementation; a new receiver adds a case to `CASES`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from sqlalchemy import MetaData

from comity.alerts import store as alert_store
from comity.alerts.operations import payload_of
from comity.alerts.receiver import AlertReceiver
from comity.alerts.records import ALERT_KIND, AlertData, AlertRecord, WarningMark
from comity.alerts.records import SCHEMA as ALERT_SCHEMA
from comity.core.codec import decode, encode
from comity.core.time import CivilDate, date_of
from comity.exchange import store
from comity.exchange.ports import Receiver
from tests.support import exchange_nodes, golden
from tests.support.alerts import arrest
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


def _alert(data: AlertData) -> dict[str, object]:
    """Return an alert's payload for the suite's statements, which say owner and deletion date themselves."""
    record = AlertRecord(
        id=_ALERT_ID,
        owner=golden.STATEMENT.owner,
        category="ARR",
        version=1,
        data=data,
        entered=date_of(golden.STATEMENT.issued),
        review_date=_END,
        delete_by=_END,
    )
    plain = decode(encode(payload_of(record)))
    assert isinstance(plain, dict)
    return dict(plain)


_ALERT_ID = "01k00000000000000000000000"
_END = golden.STATEMENT.delete_by or CivilDate("2029-11-25")
_WANTED = arrest()

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
    ReceiverCase(
        name="alert",
        kind=ALERT_KIND,
        category="ARR",
        schema=ALERT_SCHEMA,
        make=AlertReceiver,
        metadata=(alert_store.METADATA, store.METADATA),
        record=_ALERT_ID,
        first=_alert(_WANTED),
        second=_alert(msgspec.structs.replace(_WANTED, warnings=(WarningMark.VIOLENT,))),
        refusable=_alert(msgspec.structs.replace(_WANTED, offence=None)),
    ),
)
