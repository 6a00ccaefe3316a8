"""Reading a frame's statements before their act begins: what needs processor time but no snapshot.

Own signatures are verified here, outside the interpreter's lock; the act then asks only by which key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from comity.core.errors import BadInput
from comity.exchange.frame import Frame
from comity.exchange.ports import Applied, Receiver, refused
from comity.exchange.projection import Names, field_names
from comity.exchange.records import Home, Peer
from comity.exchange.segment import FrameItem
from comity.exchange.signing import is_signed
from comity.exchange.statement import Statement, read_statement
from comity.exchange.store import RecordKey, record_key

WITHHELD = "exchange.withheld"


@dataclass(frozen=True, slots=True)
class Intake:
    """What accepting needs beside the work: this node, and who receives which kind."""

    home: Home
    receivers: Mapping[str, Receiver]


class Read(msgspec.Struct, frozen=True, gc=False):
    """One item of a frame, read: a statement with its record's key and the names of its fields, or its refusal.

    `signed_by` is the public key that its own signature is by, None where it has none or the signature is wrong.
    """

    item: FrameItem
    statement: Statement | None
    refusal: Applied | None
    key: RecordKey
    names: tuple[str, ...]
    signed_by: bytes | None


def read_items(frame: Frame, sender: Peer) -> tuple[Read, ...]:
    """Read every item of a frame; nothing in it is believed yet."""
    # By the key that the statement names; or by the frame's, where that followed it while the statement waited.
    keys = {key.id: key.public for key in sender.card.keys}
    present = keys.get(frame.header.key)
    names: Names = {}
    return tuple([_read(item, (keys, present), names) for item in frame.items])


def _read(item: FrameItem, keys: tuple[Mapping[str, bytes], bytes | None], known: Names) -> Read:
    body = item.body
    if body is None:
        return Read(item, None, refused(WITHHELD), b"", (), None)
    try:
        statement = read_statement(body)
    except BadInput as error:
        return Read(item, None, refused(error.code), b"", (), None)
    key = record_key(statement.kind, statement.id, statement.owner)
    names = () if statement.payload is None else field_names(statement.payload, known)
    signed_by = _signed_by(item.signature, body, (keys[0].get(statement.key), keys[1])) if item.signature else None
    return Read(item, statement, None, key, names, signed_by)


def _signed_by(signature: bytes, body: bytes, keys: tuple[bytes | None, ...]) -> bytes | None:
    tried = (key for key in dict.fromkeys(keys) if key is not None)
    return next((key for key in tried if is_signed(key, body, signature)), None)
