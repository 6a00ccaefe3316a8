"""Are we equal? What the owner believes a peer to hold against what the peer holds, as Merkle roots over ranges.

Records fall into 256 ranges by the first byte of their key. The owner sends one root for each; the peer answers with
the content of those that differ: keys, versions and digests, no names. What the peer lacks is lined up again; what it
has and should not, or has otherwise, is for a person to see.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Final, Literal

import msgspec
from sqlalchemy import Table, bindparam, select

from comity.core.codec import decode_canonical_as, encode
from comity.core.errors import BadInput
from comity.core.ports import Insert, Row, Update, Work
from comity.core.said import say
from comity.core.time import DAY_US
from comity.exchange import store, streams
from comity.exchange.again import line_up_again
from comity.exchange.delivery import last_sequence
from comity.exchange.outbox import Sending
from comity.exchange.put_off import count_put_off
from comity.exchange.records import Peer
from comity.exchange.statement import HexDigest
from comity.exchange.store import OUT, Place
from comity.exchange.tables import equality_table, holder_table, record_table
from comity.ledger.merkle import root_of

RANGES: Final = 256
MAX_ENTRIES: Final = 20_000
MAX_COMPARED_BYTES: Final = 6 << 20
EVERY_US: Final = DAY_US

HexKey = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}\\Z")]


class Compare(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The owner's roots, one for each range in order."""

    format: Literal["comity-compare/1"] = "comity-compare/1"
    roots: tuple[HexDigest, ...]


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One record as its holder has it."""

    record: HexKey
    version: Annotated[int, msgspec.Meta(ge=1)]
    digest: HexDigest


class Compared(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the peer has in the ranges that differ; `whole` is false where that was too much for one answer."""

    format: Literal["comity-compared/1"] = "comity-compared/1"
    ranges: tuple[Annotated[int, msgspec.Meta(ge=0, lt=RANGES)], ...]
    entries: tuple[Entry, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """How two sides differ, in records: what the peer lacks, has and should not, has otherwise."""

    missing: int
    extra: int
    otherwise: int
    repaired: int


def is_due(work: Work, peer: Peer) -> bool:
    """Say whether it is time to compare: asked for, never done, or a day ago; and nothing is on its way or put off."""
    row = find_outcome(work, peer.node)
    if row is not None and not row.wanted and row.checked_at + EVERY_US > work.recorded_at:
        return False
    if count_put_off(work, peer):
        return False
    return all(
        at.received == last_sequence(work, peer.node, at.stream) for at in streams.positions(work, peer.node, OUT)
    )


def find_outcome(work: Work, node: str) -> Row | None:
    """Return the row of the last comparison with a peer."""
    rows = work.read(select(equality_table).where(equality_table.c.peer == node))
    return rows[0] if rows else None


def ask_for(work: Work, peer: Peer) -> None:
    """Have the next idle moment of the link compare."""
    if find_outcome(work, peer.node) is None:
        work.change(Insert(equality_table, {**_UNCHECKED, "peer": peer.node, "wanted": True}))
    else:
        work.change(Update(equality_table, {"peer": peer.node}, {"wanted": True}))


_UNCHECKED: Final[dict[str, object]] = {
    "checked_at": 0,
    "equal": False,
    "missing": 0,
    "extra": 0,
    "otherwise": 0,
    "repaired": 0,
}


def compare(work: Work, peer: Peer) -> bytes:
    """Return the message that asks a peer whether it holds what we believe it holds."""
    routes = _routes(work, peer)
    roots = tuple(_root(_held(work, holder_table, routes, number)) for number in range(RANGES))
    return encode(Compare(roots=roots))


def answer_compare(work: Work, peer: Peer, payload: bytes) -> bytes:
    """Return what this node holds of the peer's records where that differs. Raises `BadInput`."""
    asked = decode_canonical_as(payload, Compare)
    if len(asked.roots) != RANGES:
        raise BadInput("exchange.compare", say("A comparison has %(most)s roots.", most=RANGES), field="$.roots")
    routes = _routes(work, peer)
    differing: list[int] = []
    entries: list[Entry] = []
    whole = True
    for number, root in enumerate(asked.roots):
        rows = _held(work, record_table, routes, number)
        if _root(rows) == root:
            continue
        if len(entries) + len(rows) > MAX_ENTRIES:
            whole = False
            continue
        differing.append(number)
        entries += [_entry(row) for row in rows.values()]
    return encode(Compared(ranges=tuple(differing), entries=tuple(entries), whole=whole))


def take_compared(work: Work, peer: Peer, payload: bytes, sending: Sending) -> Difference:
    """Take the peer's answer in: line up again what it lacks, and keep the outcome for people. Raises `BadInput`."""
    said = decode_canonical_as(payload, Compared, max_bytes=MAX_COMPARED_BYTES)
    theirs = {bytes.fromhex(each.record): each for each in said.entries}
    ours: dict[bytes, Row] = {}
    routes = _routes(work, peer)
    for number in said.ranges:
        ours.update(_held(work, holder_table, routes, number))
    missing = [row for key, row in ours.items() if key not in theirs or theirs[key].version < row.version]
    extra = sum(key not in ours for key in theirs)
    otherwise = sum(
        key in ours and each.version >= ours[key].version and bytes.fromhex(each.digest) != ours[key].digest
        for key, each in theirs.items()
    )
    named = store.routes(work)
    again = [(named[row.route].stream, Place(row.segment, row.place)) for row in missing]
    line_up_again(work, peer, again, sending.agreements.epoch(work))
    found = Difference(len(missing), extra, otherwise, len(missing))
    _note(work, peer, found, whole=said.whole)
    return found


def _note(work: Work, peer: Peer, found: Difference, *, whole: bool) -> None:
    equal = whole and not found.missing and not found.extra and not found.otherwise
    values = {
        "checked_at": work.recorded_at,
        # What was repaired is looked at again once it has arrived.
        "wanted": bool(found.repaired) or not whole,
        "equal": equal,
        "missing": found.missing,
        "extra": found.extra,
        "otherwise": found.otherwise,
        "repaired": found.repaired,
    }
    if find_outcome(work, peer.node) is None:
        work.change(Insert(equality_table, {"peer": peer.node, **values}))
    else:
        work.change(Update(equality_table, {"peer": peer.node}, values))
    work.record(peer=peer.node, equal=equal, missing=found.missing, extra=found.extra, otherwise=found.otherwise)


def _routes(work: Work, peer: Peer) -> frozenset[int]:
    return frozenset(number for number, route in store.routes(work).items() if route.peer == peer.node)


# Asked 256 times in a row; building the statements anew would take longer than running them.
_IN_RANGE: Final = {
    table.name: select(table)
    .where(table.c.tombstone.is_(False), table.c.record >= bindparam("low"), table.c.record <= bindparam("high"))
    .order_by(table.c.record)
    for table in (holder_table, record_table)
}


def _held(work: Work, table: Table, routes: frozenset[int], number: int) -> Mapping[bytes, Row]:
    """Return the rows of one range that are no tombstones, by record, in order."""
    span = {"low": bytes([number]), "high": bytes([number]) + b"\xff" * 16}
    return {row.record: row for row in work.read(_IN_RANGE[table.name], span) if row.route in routes}


def _root(rows: Mapping[bytes, Row]) -> str:
    return root_of([_leaf(row) for row in rows.values()]).hex()


def _leaf(row: Row) -> bytes:
    return sha256(b"\0" + row.record + int(row.version).to_bytes(8, "big") + row.digest).digest()


def _entry(row: Row) -> Entry:
    return Entry(record=row.record.hex(), version=row.version, digest=row.digest.hex())
