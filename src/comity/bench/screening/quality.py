"""How well the score judges pairs: F1 at the one default threshold, calibration, and time by pair.

Sets and goals are those of issue 6. The half of the OFAC pairs whose persons were trained on is left out.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

from comity.bench.harness import Measure, Setting
from comity.bench.records import Figure, measured
from comity.bench.screening.peer import LOGIC_V2_THRESHOLD, LogicV2
from comity.bench.screening.quality_sources import data_folder
from comity.core.errors import ComityError
from comity.screening.model.files import default_model
from comity.screening.score import Person, Prepared, Scorer, prepare
from comity.screening.score.evaluate import Judged, Quality, best_f1, quality
from comity.screening.score.pairs import PairRow, read_pairs

_REFUSED: Final = -(10**6)
_SMALL: Final = 3000
_FUZZ_THRESHOLD: Final = 85.0


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """A file of judged pairs, what it is called in figures, and the goals for F1 with all fields and by name."""

    label: str
    file: str
    all_fields: float | None
    name_only: float
    stretch: float | None = None


SETS: Final = (
    JudgedSet("ofac", "pairs_ofac.jsonl.gz", 0.95, 0.75, 0.79),
    JudgedSet("un-alias", "pairs_un_alias.jsonl.gz", 0.92, 0.62, 0.67),
    JudgedSet("un-script", "pairs_un_script.jsonl.gz", 0.95, 0.82, 0.85),
    JudgedSet("eu", "pairs_eu269.jsonl.gz", 0.97, 0.955, 0.97),
    JudgedSet("name-bench", "name_bench_cases.csv.gz", None, 0.82),
)
_BRIER_GOAL, _FROM_BEST_GOAL, _PAIR_GOAL_US = 0.02, 0.01, 100.0


def _names() -> tuple[str, ...]:
    found: list[str] = []
    for one in SETS:
        if one.all_fields is not None:
            found += [f"quality.{one.label}.f1", f"quality.{one.label}.from-best", f"quality.{one.label}.brier"]
        found.append(f"quality.{one.label}.name-only-f1")
    return (*found, "quality.pair-us")


def _run(setting: Setting) -> Iterable[Figure]:
    folder = data_folder()
    if folder is None:
        yield from (measured(name, None, "") for name in _names())
        return
    scorer = Scorer(default_model())
    peer = LogicV2(setting.folder)
    spent: list[float] = []
    for one in SETS:
        rows = _rows(folder / one.file, setting.at_scale(_SMALL, 10**9))
        yield from _figures(one, rows, scorer, peer, spent)
    yield measured("quality.pair-us", min(spent), "us", goal=_PAIR_GOAL_US, beside={"slowest set": max(spent)})


def _rows(file: Path, most: int) -> list[PairRow]:
    rows = [row for row in read_pairs(file) if not (row.qid and "ofac" in file.name and is_trained_on(row.qid))]
    # Whole questions with their pairs, so that the shares stay.
    return rows if len(rows) <= most else rows[: most - most % 6]


def is_trained_on(key: str) -> bool:
    """Say whether a person of the OFAC set belongs to the half that the model was trained on."""
    return int(hashlib.md5(key.encode(), usedforsecurity=False).hexdigest(), 16) % 2 == 0


def _figures(
    one: JudgedSet, rows: Sequence[PairRow], scorer: Scorer, peer: LogicV2, spent: list[float]
) -> Iterable[Figure]:
    model = scorer.model
    if one.all_fields is not None:
        judged, took = _judge(scorer, rows, names_only=False)
        spent.append(took)
        found = quality(judged, model.threshold, model.prior)
        beside = {**_beside(rows, peer, names_only=False), **_told(found)}
        yield measured(f"quality.{one.label}.f1", found.f1, "", goal=one.all_fields, better="higher", beside=beside)
        yield measured(f"quality.{one.label}.from-best", found.best_f1 - found.f1, "", goal=_FROM_BEST_GOAL)
        yield measured(f"quality.{one.label}.brier", found.brier, "", goal=_BRIER_GOAL)
    judged, _ = _judge(scorer, rows, names_only=True)
    found = quality(judged, model.threshold, model.prior)
    beside = {**_beside(rows, peer, names_only=True), **_told(found)}
    if one.stretch is not None:
        beside["stretch goal"] = one.stretch
    yield measured(
        f"quality.{one.label}.name-only-f1", found.f1, "", goal=one.name_only, better="higher", beside=beside
    )


def _told(found: Quality) -> dict[str, float]:
    return {"precision": found.precision, "recall": found.recall, "best f1": found.best_f1, "pairs": found.pairs}


def _judge(scorer: Scorer, rows: Sequence[PairRow], *, names_only: bool) -> tuple[list[Judged], float]:
    """Return every pair's evidence, and the microseconds of CPU that a pair of prepared persons takes, explained."""
    ready: list[tuple[Prepared, Prepared] | None] = [_ready(row, names_only=names_only) for row in rows]
    started = time.process_time_ns()
    evidence = [_REFUSED if pair is None else scorer.compare(*pair).evidence_mbit for pair in ready]
    took = (time.process_time_ns() - started) / 1000 / max(1, len(rows))
    return [Judged(evidence_mbit=bits, match=bool(row.match)) for bits, row in zip(evidence, rows, strict=True)], took


def _ready(row: PairRow, *, names_only: bool) -> tuple[Prepared, Prepared] | None:
    try:
        asked, held = row.q.stated(), row.c.stated()
        if names_only:
            asked, held = Person(names=asked.names), Person(names=held.names)
        return prepare(asked), prepare(held)
    except ComityError:
        return None


def _beside(rows: Sequence[PairRow], peer: LogicV2, *, names_only: bool) -> dict[str, float]:
    plain = [fuzz.token_sort_ratio(row.q.name, row.c.name, processor=default_process) for row in rows]
    found = {"rapidfuzz at 85": _f1(rows, plain, _FUZZ_THRESHOLD), "rapidfuzz at its best": _best(rows, plain)}
    scores = peer.scores(rows, names_only=names_only) if peer.ready else []
    if len(scores) == len(rows):
        found["logic-v2 at its default"] = _f1(rows, scores, LOGIC_V2_THRESHOLD)
        found["logic-v2 at its best"] = _best(rows, scores)
    return found


def _f1(rows: Sequence[PairRow], scores: Sequence[float], limit: float) -> float:
    judged = [
        Judged(evidence_mbit=int(score >= limit), match=bool(row.match))
        for row, score in zip(rows, scores, strict=True)
    ]
    return quality(judged, 1, 0).f1


def _best(rows: Sequence[PairRow], scores: Sequence[float]) -> float:
    judged = [
        Judged(evidence_mbit=round(score * 10**6), match=bool(row.match))
        for row, score in zip(rows, scores, strict=True)
    ]
    return best_f1(judged)[0]


MEASURE: Final = Measure(_names(), _run)
