"""What kill -9 of each node costs while alerts are entered: nothing that was acknowledged, and nothing comes twice.

Issue 2: 2,000 entries, repeated under their request ids; none lost, none twice, ledgers sound, and the kills struck.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator

from comity.bench.harness import Measure, Setting
from comity.bench.records import Figure, measured
from comity.exercise.faults import Outcome, Storm, weather
from comity.exercise.federation import Federation
from comity.exercise.story import PARTIES

_LOST, _TWICE, _STRUCK = "faults.lost", "faults.twice", "faults.struck"
_WRONG, _UNSOUND = "faults.wrong-at-peers", "faults.unsound-ledgers"
_SEED = 2
_FEWEST = 40
"""Fewer would be entered before a kill can strike."""


def _run(setting: Setting) -> Iterable[Figure]:
    storm = Storm(
        seed=_SEED,
        entries=max(_FEWEST, setting.at_scale(200, 2000)),
        kills=setting.at_scale(1, 4),
        searches=setting.at_scale(10, 50),
    )
    with contextlib.closing(Federation.open(setting.folder, PARTIES)) as federation:
        federation.trust_all()
        federation.agree()
        outcome = weather(federation, storm)
    yield from figures_of(outcome)


def figures_of(outcome: Outcome) -> Iterator[Figure]:
    """Yield what a storm's outcome says, each figure with its goal."""
    entered = {"acknowledged": outcome.acknowledged}
    wrong = outcome.missing_at_peers + outcome.strange_at_peers + outcome.wrong_searches
    struck = {
        "kills": outcome.kills,
        "writes broken": outcome.broken,
        "replayed": outcome.replayed,
    }
    yield measured(_LOST, outcome.lost, "alerts", goal=0, beside=entered)
    yield measured(_TWICE, outcome.doubled, "alerts", goal=0, beside=entered)
    yield measured(_WRONG, wrong, "alerts", goal=0, beside=entered)
    yield measured(_UNSOUND, len(outcome.unsound), "ledgers", goal=0)
    yield measured(_STRUCK, outcome.struck, "kills", goal=1, better="higher", beside=struck)


MEASURE = Measure((_LOST, _TWICE, _WRONG, _UNSOUND, _STRUCK), _run)
