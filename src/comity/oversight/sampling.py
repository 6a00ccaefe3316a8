"""Drawing a sample that anyone can draw again, and counting; pure, and no user is weighed against another."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from comity.core.codec import decode
from comity.core.errors import BadInput
from comity.core.hashing import digest
from comity.core.time import HOUR_US, Instant, format_instant
from comity.oversight.samples import SampledSearch, UserFigures

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_COLUMNS: Final = (
    "search",
    "at",
    "user",
    "account",
    "authority",
    "operation",
    "purpose",
    "justification",
    "terms",
    "found",
    "verdict",
    "note",
)


class Drawable(NamedTuple):
    """A search that can be drawn: its id and the user number behind it."""

    search: str
    user: str


class Counted(NamedTuple):
    """A search that is counted; `without_document` None: its content was not read."""

    user: str
    at: Instant
    without_document: bool | None


def draw(population: Sequence[Drawable], size: int, seed: str) -> tuple[str, ...]:
    """Draw `size` searches by their rank under the seed: first one of each user, then whatever ranks next.

    So that whoever searches rarely is looked at too. Where there are more users than places, users are drawn. The
    order in which the population comes does not matter. Returned in order of id, which is that of time.
    """
    ranked = sorted(population, key=lambda each: _rank(seed, each.search))
    first: dict[str, str] = {}
    for each in ranked:
        first.setdefault(each.user, each.search)
    users = sorted(first, key=lambda user: _rank(seed, user))
    chosen = dict.fromkeys(first[user] for user in users[:size])
    for each in ranked:
        if len(chosen) >= size:
            break
        chosen.setdefault(each.search)
    return tuple(sorted(chosen))


def without_document(terms: bytes) -> bool | None:
    """Say whether a search was made without document or thing; None where its terms name no such thing."""
    try:
        asked = decode(terms)
    except BadInput:
        return None
    if not isinstance(asked, dict) or "document" not in asked:
        return None
    return not asked["document"] and not asked.get("things")


def count(searches: Sequence[Counted], names: Mapping[str, str]) -> tuple[UserFigures, ...]:
    """Count by user and hour of UTC; who searched most stands first."""
    by_user: dict[str, list[Counted]] = {}
    for each in searches:
        by_user.setdefault(each.user, []).append(each)
    found = (_of_user(user, rows, names.get(user)) for user, rows in by_user.items())
    return tuple(sorted(found, key=lambda each: (-each.searches, each.user)))


def permille(part: int, whole: int) -> int | None:
    """Return how many of a thousand, rounded down; None of nothing."""
    return part * 1000 // whole if whole else None


def to_csv(rows: Sequence[SampledSearch]) -> str:
    """Write a sample as comma-separated values (RFC 4180); no cell can be taken for a formula by a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    writer.writerows([_harmless(cell) for cell in _cells(row)] for row in rows)
    return text.getvalue()


def _rank(seed: str, name: str) -> str:
    return digest(f"{seed}\n{name}".encode())


def _of_user(user: str, rows: Sequence[Counted], account: str | None) -> UserFigures:
    hours: dict[int, int] = {}
    for each in rows:
        hours[each.at // HOUR_US] = hours.get(each.at // HOUR_US, 0) + 1
    hour = min(hours, key=lambda each: (-hours[each], each))
    return UserFigures(
        user=user,
        account=account,
        searches=len(rows),
        hours=len(hours),
        busiest=hours[hour],
        busiest_at=Instant(hour * HOUR_US),
        opened=sum(each.without_document is not None for each in rows),
        without_document=sum(each.without_document is True for each in rows),
    )


def _cells(row: SampledSearch) -> tuple[str, ...]:
    entry, mark = row.entry, row.mark
    return (
        entry.search,
        format_instant(entry.at),
        entry.user,
        row.account or "",
        entry.owner.authority,
        entry.operation,
        str(entry.purpose),
        entry.justification,
        entry.terms,
        " ".join(f"{ref.kind}:{ref.id}" for ref in entry.found),
        mark.verdict.value if mark else "",
        (mark.note or "") if mark else "",
    )


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
