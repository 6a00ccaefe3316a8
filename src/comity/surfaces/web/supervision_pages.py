"""The sealed search log, for the data-protection supervisor. The passphrase comes in a form and goes nowhere else."""

from __future__ import annotations

from starlette.responses import Response

from comity.core.codec import JsonValue
from comity.core.errors import BadInput, ComityError
from comity.oversight.records import KeySet, ReadSearchLog, SearchLogPage, SetKey
from comity.oversight.samples import (
    MARKS_AT_ONCE,
    AskSearchFigures,
    Marked,
    MarkVerdict,
    Sample,
    SampleFile,
    SampleSearchLog,
    SearchFigures,
)
from comity.surfaces.web.desk import Visit
from comity.surfaces.web.forms import Form

_TEMPLATE = "search_log.html"
_SAMPLE, _FIGURES = "search_sample.html", "search_figures.html"


async def ask(visit: Visit) -> Response:
    """Show the form that opens the log."""
    return visit.render(_TEMPLATE, page=None, key=None)


async def read(visit: Visit) -> Response:
    """Open a page of the log. The answer is not redirected to: what it shows may stand in no address."""
    try:
        page = await visit.ask("search-log.read", visit.form.command(ReadSearchLog), SearchLogPage)
    except ComityError as error:
        return visit.again(_TEMPLATE, error, page=None, key=None)
    return visit.render(_TEMPLATE, page=page, key=None)


async def set_key(visit: Visit) -> Response:
    """Make a new key under a passphrase typed twice alike."""
    try:
        command = visit.form.command(SetKey)
        if visit.form.text("again") != visit.form.text("passphrase"):
            raise BadInput(
                "form.not-alike", "The two passphrases differ.", remedy="Type the same passphrase in both fields."
            )
        key = await visit.ask("search-log.set-key", command, KeySet)
    except ComityError as error:
        return visit.again(_TEMPLATE, error, page=None, key=None)
    return visit.render(_TEMPLATE, page=None, key=key)


async def ask_sample(visit: Visit) -> Response:
    """Show the form that draws a sample."""
    return visit.render(_SAMPLE, sample=None, marked=None, verdicts=tuple(MarkVerdict))


async def sample(visit: Visit) -> Response:
    """Draw a sample and show it, give it as a file, or keep what was said of its searches and show it again.

    The answer is not redirected to: what it shows may stand in no address.
    """
    marked: Marked | None = None
    try:
        command = visit.form.command(SampleSearchLog)
        if visit.form.text("act") == "file":
            file = await visit.ask("search-log.export", command, SampleFile)
            return visit.file(file.name, file.content)
        if lines := _marks(visit.form):
            first, *more = lines
            rest: list[JsonValue] = [*more]
            marked = await visit.ask("search-log.mark", {**first, "more": rest}, Marked)
        drawn = await visit.ask("search-log.sample", command, Sample)
    except ComityError as error:
        return visit.again(_SAMPLE, error, sample=None, marked=marked, verdicts=tuple(MarkVerdict))
    return visit.render(_SAMPLE, _anew(visit.form), sample=drawn, marked=marked, verdicts=tuple(MarkVerdict))


async def ask_figures(visit: Visit) -> Response:
    """Show the form that counts searches."""
    return visit.render(_FIGURES, figures=None)


async def figures(visit: Visit) -> Response:
    """Count the searches of some days."""
    try:
        counted = await visit.ask("search-log.figures", visit.form.command(AskSearchFigures), SearchFigures)
    except ComityError as error:
        return visit.again(_FIGURES, error, figures=None)
    return visit.render(_FIGURES, figures=counted)


def _marks(form: Form) -> list[dict[str, JsonValue]]:
    """Gather what was said of each search; one without a verdict is left as it was."""
    lines: list[dict[str, JsonValue]] = []
    for number in range(MARKS_AT_ONCE):
        search, verdict = form.text(f"mark.{number}.search"), form.text(f"mark.{number}.verdict")
        if search and verdict:
            note = form.text(f"mark.{number}.note")
            lines.append({"search": search, "verdict": verdict, **({"note": note} if note else {})})
    return lines


def _anew(form: Form) -> Form:
    """Return the form for the next act: the same sample under a request id of its own."""
    return Form(values={name: texts for name, texts in form.values.items() if not name.startswith("mark.")})
