"""A made-up room of one table, for tests of the seams that know no subject: boxes with a version and a content."""

from __future__ import annotations

import msgspec
from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, select

from comity.core.errors import Refused
from comity.core.operation import Kind, operation
from comity.core.ports import Guard, Insert, Update, Work
from comity.core.vocabulary import Permission, Purpose

METADATA = MetaData()
box = Table(
    "box",
    METADATA,
    Column("id", String(26), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("content", String(80), nullable=False),
)
arrival = Table(
    "arrival", METADATA, Column("position", BigInteger, primary_key=True), Column("box", String(26), nullable=False)
)


class PutBox(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    content: str


class RefillBox(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    id: str
    content: str


class ShowBox(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    id: str


class Box(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    version: int
    content: str


@operation("box.put", permission=Permission.ALERT_WRITE, purposes=(Purpose.BORDERS,))
def put_box(work: Work, command: PutBox) -> Box:
    """Put a box on the shelf."""
    made = Box(id=work.new_id(), version=1, content=command.content)
    work.change(Insert(box, {"id": made.id, "version": 1, "content": made.content}))
    if command.content == "contraband":
        raise Refused("box.contraband", "No such thing on this shelf.", reasons=("CONTRABAND",))
    return made


@operation("box.refill", permission=Permission.ALERT_WRITE, purposes=(Purpose.BORDERS, Purpose.POLICE))
def refill_box(work: Work, command: RefillBox) -> Box:
    """Add to what the box holds, whoever else does so at the same time."""
    row = work.read(select(box).where(box.c.id == command.id))[0]
    made = Box(id=command.id, version=row.version + 1, content=row.content + command.content)
    work.change(
        Guard(box, {"id": command.id}, {"version": row.version}),
        Update(box, {"id": command.id}, {"version": made.version, "content": made.content}),
    )
    return made


@operation("box.bless", permission=Permission.ALERT_WRITE, purposes=(Purpose.BORDERS,), four_eyes=True)
def bless_box(work: Work, command: ShowBox) -> Box:
    """Bless a box; two persons must agree."""
    work.change(Update(box, {"id": command.id}, {"content": "blessed"}))
    if work.read(select(box).where(box.c.id == command.id))[0].content == "cursed":
        raise Refused("box.beyond-help", "No blessing lifts this curse.")
    return Box(id=command.id, version=0, content="blessed")


@operation("box.show", permission=Permission.ALERT_READ, purposes=(Purpose.BORDERS,), kind=Kind.READ)
def show_box(work: Work, command: ShowBox) -> Box:
    """Show a box."""
    row = work.read(select(box).where(box.c.id == command.id))[0]
    return Box(id=row.id, version=row.version, content=row.content)


OPERATIONS = (put_box, refill_box, bless_box, show_box)
