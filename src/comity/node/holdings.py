"""What a node derives from alerts and keeps beside the records: the inventory without the copies for devices."""

from __future__ import annotations

from comity.core.ports import Work
from comity.crossings.copies.records import HoldingView
from comity.node.modes import Modes
from comity.screening import MemoryIndex
from comity.screening.store import count_entries

_WITH_RECORD = "with-its-record"
_WITH_PROCESS = "with-the-process"


def holdings_of(work: Work, index: MemoryIndex, modes: Modes) -> tuple[HoldingView, ...]:
    """Return every index, cache and export that holds alerts or what follows from them.

    `ends` says when an entry goes: with its record, or with the process. Exports are acts: those of the search log
    stand in the ledger, each with who made it.
    """
    entries = count_entries(work.read)
    sets = modes.blind_sets
    return (
        HoldingView(kind="index", name="screening-tables", records=entries, ends=_WITH_RECORD),
        HoldingView(kind="index", name="screening-memory", records=entries if index.ready else 0, ends=_WITH_RECORD),
        HoldingView(kind="cache", name="blind-sets", records=0 if sets is None else sets.held, ends=_WITH_PROCESS),
        HoldingView(kind="cache", name="shown-answers", records=None, ends="after-10-minutes"),
        HoldingView(kind="export", name="search-log.export", records=None, ends="in-the-ledger"),
    )
