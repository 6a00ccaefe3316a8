"""What tells that somebody searches for themselves: keyed digests of an account holder's own numbers and name.

Set by an administrator from the papers of the person, and of use for nothing else: the key is one account's own, the
values are not kept, and who holds the database can at most try out a value that they know already.
"""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Annotated, Final

import msgspec
from msgspec import Meta
from sqlalchemy import Column, LargeBinary, String, Table, bindparam, select

from comity.core.operation import operation
from comity.core.personal import Personal
from comity.core.ports import Delete, Insert, Work
from comity.core.text import clean_line
from comity.core.time import parse_partial_date
from comity.core.vocabulary import Permission, Purpose
from comity.identity import store
from comity.identity.accounts import managed
from comity.identity.commands import Done
from comity.identity.records import AccountName

KEY_BYTES: Final = 32
_WHOLE_DATE: Final = 10
_SHORT: Final = (("ae", "a"), ("oe", "o"), ("ue", "u"))
"""Doc 9303-3 writes a letter with two dots as two letters."""

OWN_IDENTITY: Final = Table(
    "identity_own",
    store.METADATA,
    Column("account", String(26), primary_key=True),
    Column("key", LargeBinary, nullable=False),
    Column("marks", LargeBinary, nullable=False),
)
"""`marks` are HMAC-SHA-256 digests one after the other. The row goes when nothing is set."""

# Asked by every check; building the statement anew would take longer than running it.
_MARKS: Final = (
    select(OWN_IDENTITY.c.key, OWN_IDENTITY.c.marks)
    .where(OWN_IDENTITY.c.account == bindparam("account"))
    .execution_options(kept=True)
)

NumberText = Annotated[str, Personal, Meta(min_length=1, max_length=40)]


class SetIdentity(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Say whom the account belongs to: numbers of own documents, surnames with the date of birth.

    Everything set before is replaced; with nothing given it is forgotten.
    """

    account: AccountName
    documents: Annotated[tuple[NumberText, ...], Personal, Meta(max_length=10)] = ()
    surnames: Annotated[str, Personal, Meta(max_length=200)] | None = None
    birth_date: Annotated[str, Personal, Meta(max_length=10)] | None = None


@operation(
    "account.set-identity",
    permission=Permission.ACCOUNT_MANAGE,
    purposes=(Purpose.ADMINISTRATION,),
    replayable=False,
)
def set_identity(work: Work, command: SetIdentity) -> Done:
    """Note whose account it is, as digests only, so that nobody searches for themselves."""
    row = store.get_account_row(work.read, command.account)
    for member in store.memberships(work.read, (row.id,))[row.id]:
        managed(work, member.authority)
    numbers = tuple(clean_line(text, "$.documents") for text in command.documents)
    surnames = clean_line(command.surnames, "$.surnames", may_be_empty=True) if command.surnames else None
    born = parse_partial_date(command.birth_date, field="$.birth_date") if command.birth_date else None
    values = tuple(_values(numbers, surnames, born))
    work.change(Delete(OWN_IDENTITY, {"account": row.id}))
    if values:
        key = work.random(KEY_BYTES)
        marks = b"".join(_mark(key, value) for value in values)
        work.change(Insert(OWN_IDENTITY, {"account": row.id, "key": key, "marks": marks}))
    work.record(account=row.user)
    return Done()


def is_own(work: Work, numbers: Iterable[str], surnames: str | None, birth_date: str | None) -> bool:
    """Say whether a search is for the account holder: by an own document's number, or by surnames and date of birth."""
    rows = work.read(_MARKS, {"account": work.who.account})
    if not rows:
        return False
    key, marks = bytes(rows[0].key), bytes(rows[0].marks)
    own = {marks[start : start + KEY_BYTES] for start in range(0, len(marks), KEY_BYTES)}
    return any(_mark(key, value) in own for value in _values(numbers, surnames, birth_date))


def _values(numbers: Iterable[str], surnames: str | None, birth_date: str | None) -> Iterator[str]:
    for number in numbers:
        yield f"document:{_plain(number)}"
    if surnames and birth_date and len(birth_date) == _WHOLE_DATE:
        yield f"person:{_short(_plain(surnames))}:{birth_date}"


def _plain(text: str) -> str:
    """Return letters and digits without case and marks."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(character for character in apart if character.isalnum())


def _short(name: str) -> str:
    for long, short in _SHORT:
        name = name.replace(long, short)
    return name


def _mark(key: bytes, value: str) -> bytes:
    return hmac.digest(key, value.encode(), sha256)
