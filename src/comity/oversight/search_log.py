"""Writing the search log: what `Work.log_search` does inside its change set."""

from __future__ import annotations

from comity.core.errors import Refused
from comity.core.ports import Insert, Search, Work
from comity.oversight import sealing, store
from comity.oversight.records import SearchEntry


def append(work: Work, search: Search) -> None:
    """Seal one search for the supervisor and add it to the change set.

    Raises `Refused` (`search-log.no-supervisor-key`) before a supervisor has set a key: no search without log
    (Reg (EU) 2018/1861 Art 12, 2018/1862 Art 12).
    """
    key = store.sealing_key(work)
    if key is None:
        raise Refused(
            "search-log.no-supervisor-key",
            "No search without log: the data-protection supervisor has not set a key yet.",
            remedy="Have the supervisor call search-log.set-key once.",
            reasons=("search-log.no-supervisor-key",),
        )
    name, public_key = key
    entry = SearchEntry(
        search=search.search,
        at=work.at,
        recorded_at=work.recorded_at,
        user=work.who.user,
        owner=work.who.owner,
        purpose=work.purpose,
        operation=search.operation,
        terms=search.terms,
        justification=search.justification,
        found=search.found,
    )
    work.change(
        Insert(
            store.SEARCH_LOG,
            {
                "id": search.search,
                "recorded_at": work.recorded_at,
                "user": work.who.user,
                "purpose": str(work.purpose),
                "operation": search.operation,
                "key": name,
                "sealed": sealing.seal(entry, public_key),
            },
        )
    )
