"""A made-up room with one operation of realistic size, so that storage and runtime can be measured without a subject.

A notice is like an alert: nested, some 600 canonical bytes, stored with four indexed columns. Entering one is three
rows: the notice, the answer kept for a repeated request, the ledger entry. All persons are synthetic.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, String, Table

from comity.core import codec
from comity.core.ids import AccountId, Owner, RecordRef
from comity.core.operation import operation
from comity.core.personal import Personal
from comity.core.ports import Actor, Insert, Work
from comity.core.vocabulary import Function, Permission, Purpose, Role, permissions_of

METADATA = MetaData()

notice = Table(
    "bench_notice",
    METADATA,
    Column("id", String(26), primary_key=True),
    Column("party", String(3), nullable=False),
    Column("category", String(8), nullable=False),
    Column("review_by", String(10), nullable=False, index=True),
    Column("schema", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whom a notice is about."""

    surname: Annotated[str, Personal]
    forenames: Annotated[tuple[str, ...], Personal]
    born: Annotated[str, Personal]
    nationalities: tuple[str, ...]
    place_of_birth: Annotated[str, Personal]
    distinguishing_marks: Annotated[str, Personal]


class Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A travel document of that person."""

    kind: str
    number: Annotated[str, Personal]
    issuer: str
    expires: str


class EnterNotice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A notice to enter."""

    category: str
    reason: str
    action: str
    decided: str
    review_by: str
    person: Person
    documents: tuple[Document, ...]


class Entered(msgspec.Struct, frozen=True, kw_only=True):
    """The id and version of the notice entered."""

    id: str
    version: int


@operation("notice.enter", permission=Permission.ALERT_WRITE, purposes=(Purpose.BORDERS,))
def enter(work: Work, command: EnterNotice) -> Entered:
    """Enter a notice."""
    made = Entered(id=work.new_id(), version=1)
    work.change(Insert(notice, notice_row(made.id, command.category, command.review_by, codec.encode(command))))
    work.record(RecordRef(kind="notice", id=made.id, version=1), category=command.category)
    return made


def notice_row(record_id: str, category: str, review_by: str, body: bytes) -> dict[str, object]:
    """Return the row of a notice."""
    return {
        "id": record_id,
        "party": OFFICER.owner.party,
        "category": category,
        "review_by": review_by,
        "schema": 1,
        "body": body,
    }


def sample(number: int) -> EnterNotice:
    """Return the notice of this number; equal numbers give equal notices."""
    return EnterNotice(
        category="REF",
        reason="Refusal of entry and stay after a decision of the competent authority, synthetic",
        action="Refuse entry and tell the bureau of the owner without delay",
        decided="2026-03-14",
        review_by=f"{2027 + number % 3}-03-{1 + number % 28:02d}",
        person=Person(
            surname=f"Exemple-Synthétique {number}",
            forenames=("Alix", "Dominique"),
            born=f"19{60 + number % 40}-07-{1 + number % 28:02d}",
            nationalities=("UTO",),
            place_of_birth="Zenith, Utopia",
            distinguishing_marks="None known; made for a measurement",
        ),
        documents=(Document(kind="P", number=f"L{number:08d}", issuer="UTO", expires="2031-04-15"),),
    )


_FUNCTIONS = (Function.ALERT_OFFICER,)

OFFICER = Actor(
    account=AccountId("synthetic-officer"),
    user="synthetic-user-1",
    owner=Owner(party="UTO", authority="border-police"),
    role=Role.BORDER_GUARD,
    functions=_FUNCTIONS,
    permissions=permissions_of(_FUNCTIONS),
)
"""A signed-in person of a country that is none (ICAO's specimen code)."""
