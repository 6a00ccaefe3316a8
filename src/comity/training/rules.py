"""How a turn is scored: counts and reasons for each traveller, and no order among people."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from statistics import median_low
from types import MappingProxyType
from typing import Final

from comity.core.time import SECOND_US, Instant
from comity.training.records import DecisionNote, ItemScore, Placed, Point, TraineeScore, Turn
from comity.training.scenario import Expected

_ADVERSE: Final = frozenset({"arrested", "entry-refused", "referred"})
"""What a person under a discreet check must not notice, unless the scenario expects it."""

POINTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "not-checked": "The traveller was not checked.",
        "without-document": "A document was there, and the search was made without it.",
        "false-confirmation": "A match was confirmed that is not this person's.",
        "let-on": "Nothing is recorded on the traveller, who went on.",
        "not-decided": "A match was shown and not decided on.",
        "not-shown": "The check did not bring the match up.",
        "verdict": "The match was judged as it is.",
        "other-verdict": "The match was judged otherwise than it is.",
        "action": "The action is one that was called for.",
        "other-action": "Another action was called for.",
        "questions-answered": "Every question that mattered was answered.",
        "questions-open": "A question stayed without answer.",
        "fear-heard": "What the traveller said about fear was noted.",
        "fear-missed": "The traveller's words on fear were missed.",
        "discreet": "The traveller could not notice the search.",
        "noticed": "The traveller could notice the search.",
    }
)
"""What a point says, by its code."""
_WELL: Final = frozenset({"let-on", "verdict", "action", "questions-answered", "fear-heard", "discreet"})

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
        yield _point("not-checked")
        return
    if without:
        yield _point("without-document")
    if wrongly:
        yield _point("false-confirmation")
    yield _point(_verdict_code(placed, turn, last))
    if last is None:
        return
    if expect.verdict is Expected.CONFIRMED and last.verdict == Expected.CONFIRMED.value:
        yield _point("action" if last.action_taken in expect.actions else "other-action")
    if expect.safeguards:
        missing = [name for name in expect.safeguards if last.answers.get(name, "unknown") == "unknown"]
        yield _point("questions-open" if missing else "questions-answered")
    if expect.fear != "any":
        yield _point("fear-heard" if last.answers.get("fear_expressed") == expect.fear else "fear-missed")
    if expect.discreet:
        yield _point("discreet" if _kept_discreet(last, expect.actions) else "noticed")


def _verdict_code(placed: Placed, turn: Turn, last: DecisionNote | None) -> str:
    if placed.expect.verdict is Expected.NONE:
        return "let-on"
    if last is None:
        return "not-decided" if any(note.shown for note in turn.checks) else "not-shown"
    return "verdict" if last.verdict == placed.expect.verdict.value else "other-verdict"


def _point(code: str) -> Point:
    return Point(code=code, well=code in _WELL, text=POINTS[code])


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
