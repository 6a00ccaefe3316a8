"""How soon an alert can be searched for at every other node, and how soon its recall is proved by all of them.

One process a node, all on this machine. An alert counts from the moment it is due until the last node has it committed
and in its search index; a recall until the last node's signed receipt is verified at the owner.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from comity.agreements.ready import load_instrument
from comity.bench.exchange.load import delays
from comity.bench.exchange.orders import Outcome
from comity.bench.exchange.pair import Answer, Order, fan
from comity.bench.exchange.stage import SENDER
from comity.bench.harness import Measure, Setting
from comity.bench.machine import fdatasync_floor
from comity.bench.measure import percentile
from comity.bench.records import Figure, measured
from comity.core.errors import Defect

_SEARCHABLE, _RECALLED = "spread.searchable", "spread.recalled"
_FIGURES: Final = tuple(f"{name}-{part}" for name in (_SEARCHABLE, _RECALLED) for part in ("p50", "p99"))
_PER_S: Final = 100.0
_RECALLS_PER_S: Final = 10.0


def _run(setting: Setting) -> Iterable[Figure]:
    others = [party.code for party in load_instrument("schengen-sis").parties if party.code != SENDER]
    others = others[: setting.at_scale(4, 29)]
    with fan(setting.folder, others) as (sender, receivers):
        first = sender.ask(Order(do="settled")).received
        entered = _outcome(sender.ask(Order(do="publish", rate=_PER_S, seconds=setting.at_scale(3, 20))))
        arrived = [node.ask(Order(do="arrivals")).arrivals for node in receivers]
        for node in receivers:
            found = node.ask(Order(do="searchable", count=first + entered.count)).received
            if found != first + entered.count:
                raise Defect("bench.not-searchable", f"A node finds {found} of {first + entered.count} persons.")
        recalled = _outcome(sender.ask(Order(do="take-back", rate=_RECALLS_PER_S, seconds=setting.at_scale(2, 20))))
    each = [delays(moments, first, entered.begun, _PER_S) for moments in arrived]
    last = [max(node[number] for node in each) for number in range(entered.count)]
    beside = {"fdatasync p50": fdatasync_floor(setting.folder).p50, "nodes": len(others)}
    yield measured(f"{_SEARCHABLE}-p50", percentile(last, 50), "ms", beside=beside)
    yield measured(f"{_SEARCHABLE}-p99", percentile(last, 99), "ms", goal=250, beside=beside)
    yield measured(f"{_RECALLED}-p50", recalled.p50_ms, "ms", beside=beside)
    yield measured(f"{_RECALLED}-p99", recalled.p99_ms, "ms", goal=500, beside=beside)


def _outcome(answer: Answer) -> Outcome:
    if answer.outcome is None:
        raise Defect("bench.outcome", "The sending node did not say how it went.")
    return answer.outcome


MEASURE = Measure(_FIGURES, _run)
