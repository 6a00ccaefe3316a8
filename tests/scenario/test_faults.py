"""The fault run in its short form, and that its judge sees what may not be."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from comity.bench.faults import MEASURES, wrongs
from comity.bench.faults.orders import FaultAnswer
from comity.bench.faults.storm import BOUND, KINDS, OUTSIDER, OWNERS, PARTIES, Reports
from comity.bench.faults.subject import Effect
from comity.bench.harness import Setting
from comity.bench.progress import Progress
from comity.bench.records import Scale

SUSPENDED = 1_000


@pytest.mark.timeout(300)
def test_five_nodes_lose_and_double_nothing_through_every_fault(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    class Brief(Setting):
        def at_scale(self, small: int, full: int) -> int:
            return min(small, full, 600)

    seed = int(request.config.option.hypothesis_seed)
    (measure,) = MEASURES

    figures = {each.name: each for each in measure.run(Brief(Scale.SMALL, tmp_path, Progress(io.StringIO()), seed))}

    assert tuple(figures) == measure.figures
    assert [name for name, each in figures.items() if each.met is False] == []
    assert all((figures[f"happened.{kind}"].value or 0) >= 1 for kind in KINDS)


def honest() -> dict[str, list[Effect]]:
    """What each node sees of two records of each owner in two versions, all before the suspension."""
    seen: dict[str, list[Effect]] = {party: [] for party in PARTIES}
    for party in BOUND:
        for owner in OWNERS:
            if owner != party:
                seen[party] += [
                    Effect(owner, f"r{number:06}", version, gone=False, recorded_at=10)
                    for version in (1, 2)
                    for number in (0, 1)
                ]
    return seen


def judged(seen: dict[str, list[Effect]], frozen: int = 0, items: int = 4) -> dict[str, int]:
    nodes = {party: FaultAnswer(effects=tuple(effects), frozen=frozen) for party, effects in seen.items()}
    published = dict.fromkeys(OWNERS, items)
    found = wrongs(Reports(nodes, dict.fromkeys(PARTIES, SUSPENDED), {}, published, 2, 0.0))
    return {name: count for name, count in found.items() if count}


def test_the_judge_finds_nothing_where_nothing_is_wrong() -> None:
    assert judged(honest()) == {}


def test_a_record_that_was_gone_is_not_lost_because_its_next_life_began_before_the_suspension() -> None:
    seen = honest()
    for party in BOUND:
        for owner in OWNERS:
            if owner != party:
                seen[party] += [Effect(owner, "r000000", 3, gone=True, recorded_at=11)]
                seen[party] += [Effect(owner, "r000001", 3, gone=True, recorded_at=11)]
    assert judged(seen, items=6) == {}

    seen["AUT"].append(Effect("FRA", "r000000", 4, gone=False, recorded_at=12))
    assert judged(seen, items=6) == {}

    seen["AUT"] = [effect for effect in seen["AUT"] if not effect.gone]
    assert judged(seen, items=6)["lost"] > 0


def test_the_judge_sees_each_wrong() -> None:
    lost, doubled, disordered, outside, late = honest(), honest(), honest(), honest(), honest()
    lost["AUT"].pop()
    doubled["AUT"].append(doubled["AUT"][-1])
    disordered["ITA"][0], disordered["ITA"][2] = disordered["ITA"][2], disordered["ITA"][0]
    outside[OUTSIDER].append(Effect("FRA", "r000000", 1, gone=False, recorded_at=1))
    late["DEU"].append(Effect("FRA", "r000000", 3, gone=False, recorded_at=SUSPENDED + 1))

    assert judged(lost) == {"lost": 1}
    assert judged(doubled) == {"duplicated": 1}
    assert judged(disordered) == {"out-of-order": 1}
    assert judged(outside) == {"outside-agreement": 1}
    assert judged(late) == {"after-suspension": 1}
    assert judged(honest(), frozen=1) == {"frozen": len(PARTIES)}
