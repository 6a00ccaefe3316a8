"""What migration 0014 carries over from the exchange's old tables into segments; touched by nothing later."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import blake2b

import sqlalchemy as sa

_Places = dict[str, tuple[int, sa.RowMapping]]
"""Segment and old row of each old statement, by digest."""


def carry(bind: sa.Connection) -> None:
    """Turn the rows of the old tables into those of the new ones."""
    places = _segments(bind)
    bind.execute(
        sa.text(
            "INSERT INTO exchange_stream (peer, stream, direction, position, epoch, held_reasons)"
            " SELECT peer, stream, direction, position, 1, held_reasons FROM exchange_stream_old"
        )
    )
    bind.execute(
        sa.text(
            "INSERT INTO exchange_receipt (digest, peer, stream, first, last, body, recorded_at)"
            " SELECT digest, peer, stream, first, last, body, recorded_at FROM exchange_receipt_old"
        )
    )
    _holders(bind, places)
    _records(bind, places)
    _queues(bind, places)
    _inbox(bind)


def _rows(bind: sa.Connection, text: str) -> list[sa.RowMapping]:
    return list(bind.execute(sa.text(text)).mappings())


def _put(bind: sa.Connection, table: str, rows: Iterable[dict[str, object]]) -> None:
    for row in rows:
        names = ", ".join(row)
        marks = ", ".join(f":{name}" for name in row)
        bind.execute(_absent(table, names, marks), row)


def _absent(table: str, names: str, marks: str) -> sa.TextClause:
    return sa.text(f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING")  # noqa: S608 - our names


def _key(row: sa.RowMapping, party: str, authority: str) -> bytes:
    return blake2b(f"{row['kind']}\0{row['id']}\0{party}\0{authority}".encode(), digest_size=16).digest()


def _number(*route: str) -> int:
    return int.from_bytes(blake2b("\0".join(route).encode(), digest_size=8).digest(), "big") >> 1


def _segments(bind: sa.Connection) -> _Places:
    """Make a segment of each old statement; return its number by digest."""
    places: _Places = {}
    for number, row in enumerate(_rows(bind, "SELECT * FROM exchange_statement ORDER BY digest"), 1):
        if row["body"] is None:
            kind, body = 2, _left(row)
        else:
            kind, body = 0, bytes(row["body"])
        signature = bytes(row["own_signature"] or b"")
        content = bytes([kind]) + len(body).to_bytes(4, "big") + body + len(signature).to_bytes(2, "big") + signature
        made = {
            "id": number,
            "incoming": row["incoming"],
            "count": 1,
            "digests": bytes.fromhex(row["digest"]),
            "items": content,
            "delete_by": None if row["body"] is None else row["delete_by"],
            "recorded_at": 0,
        }
        _put(bind, "exchange_segment", [made])
        places[row["digest"]] = (number, row)
    return places


def _left(row: sa.RowMapping) -> bytes:
    head = {
        "agreement": row["agreement"],
        "category": row["category"],
        "delete_by": row["delete_by"],
        "id": row["id"],
        "kind": row["kind"],
        "operation": "",
        "owner": {"authority": row["owner_authority"], "party": row["owner_party"]},
        "version": row["version"],
    }
    left = {"erased_at": row["erased_at"] or 0, "head": head, "rule": row["erased_rule"] or ""}
    return json.dumps(left, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _holders(bind: sa.Connection, places: _Places) -> None:
    for row in _rows(bind, "SELECT * FROM exchange_holder_old"):
        segment, said = places[row["digest"]]
        way = (row["peer"], row["stream"], row["agreement"], row["clause"])
        _route_row(bind, way)
        key = _key(row, said["owner_party"], row["authority"])
        made = {"record": key, "route": _number(*way), "version": row["version"], "tombstone": row["tombstone"]}
        _put(bind, "exchange_holder", [{**made, **_at(row["digest"], segment)}])
        _earlier(bind, key, said, places, segment)


def _records(bind: sa.Connection, places: _Places) -> None:
    for row in _rows(bind, "SELECT * FROM exchange_record_old"):
        segment, said = places[row["digest"]]
        way = (row["peer"], row["stream"], said["agreement"], "")
        _route_row(bind, way)
        key = _key(row, row["owner_party"], row["owner_authority"])
        made = {"record": key, "version": row["version"], "tombstone": row["tombstone"], "route": _number(*way)}
        _put(bind, "exchange_record", [{**made, **_at(row["digest"], segment)}])
        _earlier(bind, key, said, places, segment)


def _earlier(bind: sa.Connection, key: bytes, said: sa.RowMapping, places: _Places, current: int) -> None:
    """Remember where the other versions of a record lie that still have content."""
    alike = sa.text(
        "SELECT digest FROM exchange_statement WHERE kind = :kind AND id = :id AND owner_party = :party"
        " AND owner_authority = :authority AND body IS NOT NULL"
    )
    names = {
        "kind": said["kind"],
        "id": said["id"],
        "party": said["owner_party"],
        "authority": said["owner_authority"],
    }
    for row in bind.execute(alike, names).mappings():
        segment = places[row["digest"]][0]
        if segment != current:
            _put(bind, "exchange_version", [{"record": key, "segment": segment, "place": 0}])


def _at(name: str, segment: int) -> dict[str, object]:
    return {"digest": bytes.fromhex(name), "segment": segment, "place": 0}


def _route_row(bind: sa.Connection, way: tuple[str, str, str, str]) -> None:
    peer, stream, agreement, clause = way
    row = {"id": _number(*way), "peer": peer, "stream": stream, "agreement": agreement, "clause": clause}
    _put(bind, "exchange_route", [row])


def _queues(bind: sa.Connection, places: _Places) -> None:
    for row in _rows(bind, "SELECT * FROM exchange_outbox_old"):
        segment, said = places[row["digest"]]
        body = said["body"]
        schema = json.loads(body)["schema"] if body else 1
        named = {"peer": row["peer"], "stream": row["stream"]}
        made = {
            **named,
            "first": row["sequence"],
            "count": 1,
            "segment": segment,
            "picks": None,
            "reads": f"{said['kind']}@{schema}",
            "epoch": row["epoch"],
            "enqueued_at": row["enqueued_at"],
        }
        _put(bind, "exchange_outbox", [made])
        if row["state"] in {"refused", "deferred"}:
            other = {"status": row["state"], "reasons": row["reasons"] or b"[]", "retry_at": row["retry_at"]}
            at = {"direction": "out", "epoch": 1, "sequence": row["sequence"], "recorded_at": row["settled_at"] or 0}
            _put(bind, "exchange_exception", [{**named, **at, **other}])


def _inbox(bind: sa.Connection) -> None:
    """Give each decided item a row of its own, on the signed header of the frame that carried it."""
    number = 1 << 40
    for row in _rows(bind, "SELECT * FROM exchange_inbox ORDER BY peer, stream, sequence"):
        number += 1
        digests = bytes.fromhex(row["digest"])
        content = b"\x01" + (32).to_bytes(4, "big") + digests + b"\0\0"
        made = {"id": number, "incoming": 1, "count": 1, "digests": digests, "items": content, "delete_by": None}
        _put(bind, "exchange_segment", [{**made, "recorded_at": row["recorded_at"]}])
        named = {"peer": row["peer"], "stream": row["stream"], "epoch": 1}
        header = bind.execute(
            sa.text(
                "SELECT evidence FROM exchange_frame_old WHERE peer = :peer AND stream = :stream"
                " AND first <= :sequence AND last >= :sequence ORDER BY recorded_at LIMIT 1"
            ),
            {"peer": row["peer"], "stream": row["stream"], "sequence": row["sequence"]},
        ).scalar()
        span = {"first": row["sequence"], "last": row["sequence"], "segment": number}
        _put(
            bind,
            "exchange_frame",
            [{**named, **span, "evidence": header or b"", "recorded_at": row["recorded_at"]}],
        )
        if row["status"] == "refused":
            said = {"status": "refused", "reasons": row["reasons"], "retry_at": None, "recorded_at": row["recorded_at"]}
            _put(bind, "exchange_exception", [{**named, "direction": "in", "sequence": row["sequence"], **said}])
