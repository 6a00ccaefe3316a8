"""A shift at a harbour: official lists brought by the bureau, sixty travellers of a ferry on one board, figures."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from comity.alerts.commands import AlertState
from comity.bureau.lists.commands import EntryPage, ListingView
from comity.bureau.lists.records import Format, ListingClass
from comity.core.errors import Refused
from comity.core.vocabulary import Purpose
from comity.crossings.board_records import Board, BoardRow
from comity.crossings.board_rules import OFFICERS_NOTE
from comity.crossings.records import CheckView
from comity.exercise import ferry
from comity.exercise.client import Client
from comity.exercise.federation import await_until
from comity.exercise.lists import ListFiles, await_import, begin_import, reference_folder, reference_lists, require_done
from comity.exercise.made_lists import made_lists

Tell = Callable[[str], None]

_FERRY: Final = "Exercise ferry, 18:40"
_HARBOUR: Final = "exercise-harbour"
_NAMES: Final = {
    Format.UN_SC: "United Nations Security Council",
    Format.OFAC_SDN: "United States Treasury (OFAC)",
    Format.EU_JOURNAL: "Regulation (EU) 269/2014",
}
_PAGE: Final = 200
_FOUND: Final = ("refer", "possible")


@dataclass(frozen=True, slots=True)
class Brought:
    """The lists that were brought: how many entries are new, how many rows no reader could read, how long it took."""

    entries: int
    unreadable: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Sailing:
    """The board of the ferry, how long it took, and how many passengers are on a list."""

    board: Board
    seconds: float
    listed: int


def lists_at_hand() -> tuple[str, ListFiles]:
    """Return the lists to bring, and which they are: the real ones where they lie beside the project, else our own."""
    folder = reference_folder()
    return ("made up here", made_lists()) if folder is None else ("as published", reference_lists(folder))


class Lists:
    """The lists of the demo on their way in: a job of the node's, which goes on while everybody else works."""

    def __init__(self, bureau: Client) -> None:
        self._bureau = bureau
        self._which, lists = lists_at_hand()
        self._begun = time.perf_counter()
        self._started = {form: begin_import(bureau, form, files) for form, files in lists.items()}

    def wait(self, tell: Tell) -> Brought:
        """Wait until all are in, and tell what became of each; raises `Refused` where one is not taken in."""
        entries = unreadable = 0
        for form, started in self._started.items():
            counts = require_done(await_import(self._bureau, started)).counts
            added, unread = counts.get("added", 0), counts.get("unreadable", 0)
            tell(f"      {_NAMES[form]}, {self._which}: {added} entries, {unread} rows unreadable")
            entries, unreadable = entries + added, unreadable + unread
        return Brought(entries, unreadable, time.perf_counter() - self._begun)


def enter_alerts(officers: Callable[[str], Client]) -> tuple[AlertState, ...]:
    """Enter the alerts that wait for the ferry, each by an officer in its role."""
    return tuple(
        officers(waiting.role).call("alert.enter", waiting.command, AlertState, purpose=waiting.purpose)
        for waiting in ferry.alerts()
    )


def sail(guard: Client, bureau: Client) -> Sailing:
    """Check the ferry's sixty travellers in one call, a banned and a frozen person of the lists among them."""
    listed = tuple(_listed_passengers(bureau))
    command = {
        "conveyance": _FERRY,
        "direction": "entry",
        "lane": "third-country",
        "crossing_point": _HARBOUR,
        "persons": ferry.manifest(listed),
    }
    await_until(partial(_all_wait, guard), "every alert for the ferry has arrived")
    begun = time.perf_counter()
    board = guard.call("crossing.check-list", command, Board, purpose=Purpose.BORDERS)
    return Sailing(board, time.perf_counter() - begun, len(listed))


def tell_board(sailing: Sailing, guard: Client, tell: Tell) -> None:
    """Tell what the board asks for; raises `Refused` where it is not what must come out.

    Where the board only points to the note for officers, the note is opened, as the officer does by hand.
    """
    board = sailing.board
    nothing = [row for row in board.rows if row.row.outcome.value not in _FOUND]
    for shown in board.rows:
        if shown.row.outcome.value in _FOUND:
            tell(f"      traveller {shown.row.row:>2}: {_told(shown.row, guard)}")
    for bad in board.bad:
        tell(f"      traveller {bad.row:>2}: the zone was misread, scan again ({len(bad.problems)} places named)")
    tell(f"      {len(nothing)} others: {nothing[0].row.sentence.text if nothing else 'none'}")
    known = len(tuple(ferry.alerts())) + sailing.listed
    found = len(board.rows) - len(nothing)
    # Somebody more may share a name with a published list: that is a person's to judge, and no fault of the board.
    if found < known or (len(board.rows), len(board.bad)) != (ferry.TRAVELLERS - 1, 1):
        raise Refused(
            "demo.wrong-outcome",
            f"The board shows {found} travellers to look at where {known} are known.",
            remedy="This is a defect; keep the demo's directory and report it.",
        )


def _told(row: BoardRow, guard: Client) -> str:
    """Return what the board says, and behind it what the note for officers says."""
    warnings = f"{', '.join(row.warnings).upper()}. " if row.warnings else ""
    if row.sentence != OFFICERS_NOTE:
        return f"{warnings}{row.sentence.text}"
    note = guard.call("crossing.show", {"check": row.check}, CheckView, purpose=Purpose.BORDERS).advice
    return f"{row.sentence.text}\n                    (the note: {note.sentence.text})"


def _all_wait(guard: Client) -> bool:
    """Say whether the last alert entered, that on the passport, is found already; streams keep their order."""
    command = {
        "direction": "entry",
        "lane": "third-country",
        "crossing_point": _HARBOUR,
        "document": {"category": "passport", "country": ferry.STATELESS, "number": ferry.THIEF.number},
        "identity": {},
    }
    return bool(guard.call("crossing.check", command, dict[str, object], purpose=Purpose.BORDERS)["matches"])


def _listed_passengers(bureau: Client) -> Iterator[ferry.Passenger]:
    wanted = ((Format.UN_SC, ListingClass.TRAVEL_BAN), (Format.EU_JOURNAL, ListingClass.ASSET_FREEZE))
    for number, (form, kind) in enumerate(wanted, 1):
        page = bureau.call("list.entries", {"source": form, "listing_class": kind, "limit": _PAGE}, EntryPage)
        for line in page.entries:
            if line.deceased:
                continue
            shown = bureau.call("list.show", {"id": line.id}, ListingView)
            boarded = ferry.as_listed(shown.listing.entry, number)
            if boarded is not None and not shown.listing.standing.bound_national:
                yield boarded
                break
