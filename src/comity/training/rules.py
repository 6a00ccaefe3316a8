"""How a turn is scored: counts and reasons for each traveller, and no order among people."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from statistics import median_low
from typing import Final

from comity.core.time import SECOND_US, Instant
from comity.training.records import DecisionNote, ItemScore, Placed, Point, TraineeScore, Turn
from comity.training.scenario import Expected

_ADVERSE: Final = frozenset({"arrested", "entry-refused", "referred"})
"""What a person under a discreet check must not notice, unless the scenario expects it."""

COLUMNS: Final = (
    "trainee",
    "number",
    "lesson",
    "expected",
    "verdict",
    "hit_found",
    "false_confirmation",
    "safeguards_answered",
    "safeguards_asked",
    "discreet",
    "without_document",
    "seconds",
    "points",
)


def score_of(trainee: str, turns: Iterable[Turn], placed: Mapping[int, Placed], now: Instant) -> TraineeScore:
    """Return how a trainee did on the travellers seen so far; one still at the counter counts when decided on."""
    items = tuple(
        item_of(placed[turn.number], turn, now)
        for turn in turns
        if turn.number in placed and (turn.done is not None or turn.decisions)
    )
    seconds = [item.seconds for item in items if item.seconds is not None]
    return TraineeScore(
        trainee=trainee,
        travellers=len(items),
        hits_found=sum(item.hit_found is True for item in items),
        hits_there=sum(item.hit_found is not None for item in items),
        false_confirmations=sum(item.false_confirmation for item in items),
        safeguards_answered=sum(item.safeguards_answered for item in items),
        safeguards_asked=sum(item.safeguards_asked for item in items),
        discreet_kept=sum(item.discreet is True for item in items),
        discreet_there=sum(item.discreet is not None for item in items),
        without_document=sum(item.without_document for item in items),
        median_seconds=median_low(seconds) if seconds else None,
        items=items,
    )


def item_of(placed: Placed, turn: Turn, now: Instant) -> ItemScore:
    """Return how one traveller was handled, with a reason for each point."""
    expect = placed.expect
    last = next((note for note in reversed(turn.decisions) if note.meant), None)
    verdict = Expected(last.verdict) if last else Expected.NONE
    wrongly = any(note.verdict == Expected.CONFIRMED.value for note in turn.decisions if _wrong(placed, note))
    answered = [name for name in expect.safeguards if last and last.answers.get(name, "unknown") != "unknown"]
    ended = turn.decisions[-1].at if turn.decisions else (turn.done or now)
    without = placed.traveller.document is not None and any(note.without_document for note in turn.checks)
    return ItemScore(
        number=placed.number,
        lesson=placed.lesson,
        expected=expect.verdict,
        verdict=verdict,
        hit_found=verdict is Expected.CONFIRMED if expect.verdict is Expected.CONFIRMED else None,
        false_confirmation=wrongly,
        safeguards_answered=len(answered),
        safeguards_asked=len(expect.safeguards),
        discreet=_kept_discreet(last, expect.actions) if expect.discreet else None,
        without_document=without,
        seconds=max(0, ended - turn.given) // SECOND_US if turn.checks else None,
        points=tuple(_points(placed, turn, last, wrongly=wrongly, without=without)),
        why=placed.why,
    )


def table(scores: Iterable[TraineeScore]) -> tuple[str, int]:
    """Return every scored traveller as CSV (RFC 4180) under a line of names, and how many there are."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    rows = [(score.trainee, item) for score in scores for item in score.items]
    for trainee, item in rows:
        cells = [_cell(getattr(item, name)) for name in COLUMNS[1:-1]]
        writer.writerow([trainee, *cells, " ".join(point.code for point in item.points)])
    return text.getvalue(), len(rows)


def _wrong(placed: Placed, note: DecisionNote) -> bool:
    """Say whether confirming this match was a mistake: it was another record, or the record of another person."""
    return not note.meant or placed.expect.verdict is not Expected.CONFIRMED


def _kept_discreet(last: DecisionNote | None, allowed: tuple[str, ...]) -> bool:
    """Say whether the person could go on without noticing: nothing was done that tells of a search."""
    return last is not None and (last.action_taken in allowed or last.action_taken not in _ADVERSE)


def _points(placed: Placed, turn: Turn, last: DecisionNote | None, *, wrongly: bool, without: bool) -> Iterable[Point]:
    expect = placed.expect
    if not turn.checks:
        yield Point(code="not-checked", well=False, text="The traveller was not checked.")
        return
    if without:
        yield Point(code="without-document", well=False, text="A document was there, and the search was made without.")
    if wrongly:
        yield Point(code="false-confirmation", well=False, text="A match was confirmed that is not this person's.")
    yield _verdict_point(placed, turn, last)
    if expect.verdict is Expected.CONFIRMED and last is not None and last.verdict == Expected.CONFIRMED.value:
        well = last.action_taken in expect.actions
        text = "The action is one that was called for." if well else "Another action was called for."
        yield Point(code="action" if well else "other-action", well=well, text=text)
    if expect.safeguards and last is not None:
        missing = [name for name in expect.safeguards if last.answers.get(name, "unknown") == "unknown"]
        text = "A question stayed without answer." if missing else "Every question that mattered was answered."
        yield Point(code="questions-open" if missing else "questions-answered", well=not missing, text=text)
    if expect.fear != "any" and last is not None:
        heard = last.answers.get("fear_expressed") == expect.fear
        text = (
            "What the traveller said about fear was noted." if heard else "The traveller's words on fear were missed."
        )
        yield Point(code="fear-heard" if heard else "fear-missed", well=heard, text=text)
    if expect.discreet:
        kept = _kept_discreet(last, expect.actions)
        text = "The traveller could not notice the search." if kept else "The traveller could notice the search."
        yield Point(code="discreet" if kept else "noticed", well=kept, text=text)


def _verdict_point(placed: Placed, turn: Turn, last: DecisionNote | None) -> Point:
    expect = placed.expect
    if expect.verdict is Expected.NONE:
        return Point(code="let-on", well=True, text="Nothing is recorded on the traveller, who went on.")
    if last is None:
        shown = any(note.shown for note in turn.checks)
        text = "A match was shown and not decided on." if shown else "The check did not bring the match up."
        return Point(code="not-decided" if shown else "not-shown", well=False, text=text)
    if last.verdict == expect.verdict.value:
        return Point(code="verdict", well=True, text="The match was judged as it is.")
    return Point(code="other-verdict", well=False, text="The match was judged otherwise than it is.")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
