"""Boards: a list of travellers pasted or uploaded, looked through, checked, and shown until its checks expire."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from comity.core.codec import JsonValue
from comity.core.errors import BadInput, ComityError
from comity.core.said import say
from comity.crossings.abroad.blind_records import BlindView
from comity.crossings.board_records import MOST_PERSONS, Board, BoardList, Preview
from comity.crossings.desk.records import DeskShown
from comity.crossings.records import Direction, Lane
from comity.surfaces.web.desk import Visit, see
from comity.surfaces.web.forms import Form
from comity.surfaces.web.traveller_lines import COLUMNS, TEMPLATE, read_lines, write_csv

_CHOICES: Final = {
    "directions": tuple(Direction),
    "lanes": tuple(Lane),
    "columns": COLUMNS,
    "most": MOST_PERSONS,
}
_HEADINGS: Final = ("row", "name", "document_ending", "outcome", "action", "state", "check")


async def boards(visit: Visit) -> Response:
    """Show the boards of the last day and the empty form."""
    return visit.render("boards.html", await _of_the_desk(visit), preview=None, **await _listed(visit), **_CHOICES)


async def _of_the_desk(visit: Visit) -> Form:
    """Return the form with what the open desk says; the officer may still change it."""
    desk = (await visit.ask("desk.show", {}, DeskShown)).desk
    if desk is None:
        return visit.form
    known = {
        "conveyance": desk.conveyance,
        "crossing_point": desk.crossing_point,
        "direction": desk.direction.value,
        "lane": desk.lane.value,
    }
    return Form(values={name: (text,) for name, text in known.items() if text}, request_id=visit.form.request_id)


async def preview(visit: Visit) -> Response:
    """Say which rows could not be checked, before anybody is searched for."""
    listed = await _listed(visit)
    form = _with_file(visit.form)
    try:
        shown = await visit.ask("board.preview", _command(form), Preview)
    except ComityError as error:
        return visit.again("boards.html", error, preview=None, **listed, **_CHOICES)
    return visit.render("boards.html", form, preview=shown, **listed, **_CHOICES)


async def check(visit: Visit) -> Response:
    """Check everybody on the list."""
    try:
        board_made = await visit.ask("crossing.check-list", _command(_with_file(visit.form)), Board)
    except ComityError as error:
        if error.code == "board.no-good-row":
            return await preview(visit)
        return visit.again("boards.html", error, preview=None, **await _listed(visit), **_CHOICES)
    return see(f"/boards/{board_made.board}")


async def blind(visit: Visit) -> Response:
    """Look everybody on the list up at parties that learn nothing of it; nobody is searched for here."""
    listed = await _listed(visit)
    form = _with_file(visit.form)
    try:
        persons = _command(form)["persons"]
        found = await visit.ask("crossing.look-up-blind", {"persons": persons}, BlindView)
    except ComityError as error:
        return visit.again("boards.html", error, preview=None, **listed, **_CHOICES)
    return visit.render("boards.html", form, preview=None, blind=found, **listed, **_CHOICES)


async def board(visit: Visit) -> Response:
    """Show one board."""
    return visit.render("board.html", board=await _board(visit))


async def export(visit: Visit) -> Response:
    """Give a board as a file: what the counter sees of it, and no more."""
    shown = await _board(visit)
    rows = [
        (
            str(each.row.row),
            each.row.name,
            each.row.document_ending,
            each.row.outcome.value,
            each.row.sentence.code,
            each.state.value,
            each.row.check,
        )
        for each in shown.rows
    ]
    return visit.file(f"board-{shown.board}.csv", write_csv([_HEADINGS, *rows]))


async def template(visit: Visit) -> Response:
    """Give the empty list with its headings."""
    return visit.file("travellers.csv", TEMPLATE)


async def _board(visit: Visit) -> Board:
    return await visit.ask("board.show", {"board": visit.path("board")}, Board)


async def _listed(visit: Visit) -> dict[str, object]:
    return {"boards": (await visit.ask("board.list", {}, BoardList)).boards}


def _with_file(form: Form) -> Form:
    """Return the form with the text of an uploaded file in the place of pasted lines, so that it is shown again."""
    uploaded = form.text("file")
    if not uploaded:
        return form
    values = {name: texts for name, texts in form.values.items() if name != "file"} | {"lines": (uploaded,)}
    return Form(values=values, request_id=form.request_id)


def _command(form: Form) -> dict[str, JsonValue]:
    persons = read_lines(form.text("lines"))
    if len(persons) > MOST_PERSONS:
        raise BadInput(
            "list.too-long",
            say("A list holds at most %(most)s travellers.", most=MOST_PERSONS),
            field="$.lines",
        )
    return {
        "conveyance": form.text("conveyance"),
        "direction": form.text("direction"),
        "lane": form.text("lane"),
        "crossing_point": form.text("crossing_point"),
        "persons": persons,
    }
