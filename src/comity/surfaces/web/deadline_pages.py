"""The register of deadlines: what is running, due and breached, per case and party; with filters and as a file."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from comity.core.codec import JsonValue
from comity.core.time import format_instant
from comity.deadlines.records import DeadlineFigures, DeadlinePage, DeadlineView, Standing
from comity.surfaces.web.desk import Visit
from comity.surfaces.web.traveller_lines import write_csv

CASE_KINDS: Final = ("hit-report", "message", "review", "agreement", "signing-key")
"""What other rooms show in the register; what was begun by hand has a kind of its own."""
_FILTERS: Final = ("standing", "actor", "case_kind", "case")
_AT_ONCE: Final = 200
_MOST_IN_A_FILE: Final = 10_000
_HEADINGS: Final = ("party", "case_kind", "case", "standing", "due", "began", "done", "silence", "rule", "source")


async def deadlines(visit: Visit) -> Response:
    """Show a page of the register with the figures of each party."""
    asked = _asked(visit)
    query = visit.request.query_params
    more: dict[str, JsonValue] = {"after": query["after"]} if query.get("after") else {}
    return visit.render(
        "deadlines.html",
        page=await visit.ask("deadline.list", {**asked, **more}, DeadlinePage),
        figures=await visit.ask("deadline.figures", {}, DeadlineFigures),
        asked=asked,
        standings=tuple(Standing),
        kinds=CASE_KINDS,
    )


async def export(visit: Visit) -> Response:
    """Give what the filters show as a file, at most 10,000 lines of it."""
    asked = _asked(visit)
    lines: list[tuple[str, ...]] = [_HEADINGS]
    after: dict[str, JsonValue] = {}
    while len(lines) <= _MOST_IN_A_FILE:
        page = await visit.ask("deadline.list", {**asked, **after, "limit": _AT_ONCE}, DeadlinePage)
        lines += map(_line, page.deadlines)
        if page.next is None:
            break
        after = {"after": page.next}
    return visit.file("deadlines.csv", write_csv(lines))


def _asked(visit: Visit) -> dict[str, JsonValue]:
    query = visit.request.query_params
    return {name: query[name] for name in _FILTERS if query.get(name)}


def _line(view: DeadlineView) -> tuple[str, ...]:
    one = view.deadline
    due = one.due_on or ("at once" if one.due_at is None else format_instant(one.due_at))
    return (
        one.actor,
        one.case_kind,
        one.case,
        view.standing.value,
        due,
        format_instant(one.began),
        "" if one.done is None else format_instant(one.done),
        "" if one.silence is None else one.silence.value,
        one.rule,
        one.source,
    )
