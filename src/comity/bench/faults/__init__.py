"""The fault run: five nodes through kills, pauses, partitions, clock steps, torn and disordered frames."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from comity.bench.faults.storm import BOUND, KINDS, OUTSIDER, OWNERS, Reports, run_storm
from comity.bench.faults.subject import Effect, is_gone
from comity.bench.harness import Measure, Setting
from comity.bench.records import Figure, measured

_WRONGS = ("lost", "duplicated", "out-of-order", "outside-agreement", "after-suspension", "frozen")
_FIGURES = (*(f"faults.{name}" for name in _WRONGS), *(f"happened.{kind}" for kind in KINDS), "settled")


def wrongs(reports: Reports) -> dict[str, int]:
    """Count what may not be, over all nodes: each figure is 0 where every promise held."""
    found = dict.fromkeys(_WRONGS, 0)
    for party, said in reports.nodes.items():
        by_record: dict[tuple[str, str], list[Effect]] = {}
        for effect in said.effects:
            by_record.setdefault((effect.owner, effect.id), []).append(effect)
        if party in BOUND:
            found["lost"] += _lost(reports, party, by_record)
        else:
            found["outside-agreement"] += len(said.effects)
        found["outside-agreement"] += sum(effect.owner not in OWNERS for effect in said.effects)
        for effects in by_record.values():
            versions = [effect.version for effect in effects]
            found["duplicated"] += len(versions) - len(set(versions))
            found["out-of-order"] += sum(later < earlier for earlier, later in pairwise(versions))
        known = reports.suspended[party]
        found["after-suspension"] += sum(effect.recorded_at > known and not effect.gone for effect in said.effects)
        found["frozen"] += said.frozen
    return found


def _lost(reports: Reports, party: str, by_record: dict[tuple[str, str], list[Effect]]) -> int:
    """Count records that did not come to the last version published before the suspension."""
    lost = 0
    for owner in OWNERS:
        if owner == party:
            continue
        for number in range(reports.records):
            last = (reports.published[owner] - 1 - number) // reports.records + 1
            seen = by_record.get((owner, f"r{number:06}"), [])
            lost += not _stands(last, seen)
    return lost


def _stands(last: int, seen: list[Effect]) -> bool:
    """Say whether a node came to where the owner was; what was gone before it came need have no effect at all.

    What came behind, of the burst that the suspension cut off, tells nothing about it.
    """
    if is_gone(last):
        until = [effect for effect in seen if effect.version <= last]
        return not until or until[-1].gone
    return any(effect.version == last for effect in seen)


def _run(setting: Setting) -> Iterable[Figure]:
    items = setting.at_scale(2_000, 500_000)
    reports = run_storm(setting.folder, setting.seed, items, setting.at_scale(2, 40))
    beside = {"items": 2 * items, "seed": setting.seed, "receivers": len(BOUND) - 1}
    for name, count in wrongs(reports).items():
        yield measured(f"faults.{name}", count, "items", goal=0, beside=beside)
    for kind, times in reports.happened.items():
        yield measured(f"happened.{kind}", times, "faults", goal=1, better="higher")
    yield measured("settled", reports.settled_s, "s")


MEASURES: tuple[Measure, ...] = (Measure(_FIGURES, _run),)

__all__ = ["MEASURES", "OUTSIDER", "wrongs"]
