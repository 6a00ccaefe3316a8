"""The same act through the whole runtime: authorise, read the command, snapshot, run, ledger entry, writer, answer.

No goal of its own; it tells what the goals of the writer are worth to a caller. One thread asks.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from comity.adapters.clock import SystemClock
from comity.adapters.sql.work import Services
from comity.bench.drive import at_rate, flat_out
from comity.bench.harness import Measure, Setting
from comity.bench.measure import percentile
from comity.bench.records import Figure, measured
from comity.bench.skeleton import notices
from comity.bench.skeleton.stores import Template, open_store
from comity.core import codec
from comity.core.decision import Decision, Outcome, Question, Reason
from comity.core.errors import Refused
from comity.core.operation import AnyOperation, Catalogue
from comity.core.ports import Publication, Search, Work
from comity.core.time import Instant
from comity.runtime.jobs import enqueue
from comity.runtime.records import Call
from comity.runtime.run import Performer, Runtime

_RATE, _CPU, _P99 = "runtime.operations", "runtime.cpu", "runtime.p99-at-300"


def _run(setting: Setting) -> Iterable[Figure]:
    with _runtime(setting.folder / "flow") as runtime:
        flow = flat_out(setting.at_scale(3, 30), lambda number: runtime.start(_call(number), notices.OFFICER))
        template = Template.make()
        # The same storage, the runtime left out: what is between the two is the runtime's own share.
        bare = flat_out(
            setting.at_scale(1, 5), lambda number: runtime.writer.submit(template.change_set(10**9 + number))
        )
    with _runtime(setting.folder / "rate") as runtime:
        took_ms = at_rate(300, setting.at_scale(4, 60), lambda number: runtime.start(_call(number), notices.OFFICER))
    yield measured(_RATE, flow.per_s, "1/s", better="higher", beside={"writer alone": bare.per_s})
    yield measured(_CPU, flow.cpu_us, "us", beside={"writer alone": bare.cpu_us})
    yield measured(_P99, percentile(took_ms, 99), "ms", beside={"p50": percentile(took_ms, 50)})


def _call(number: int) -> Call:
    return Call(
        operation=notices.enter.name,
        command=codec.encode(notices.sample(number)),
        request_id=f"bench-request-{number}",
    )


@contextlib.contextmanager
def _runtime(folder: Path) -> Iterator[Runtime]:
    """Open a runtime with the made-up room only, on storage of its own."""
    folder.mkdir()
    catalogue = Catalogue((notices.enter,))
    services = Services(
        decide=_permit, publish=_to_nobody, log_search=_no_log, perform=Performer(catalogue), enqueue=enqueue
    )
    with open_store(folder) as database:
        works = database.works(SystemClock(), services)
        runtime = Runtime(catalogue, works, database.writer, _no_approval, may_move_time=False)
        try:
            yield runtime
        finally:
            runtime.close()


def _permit(question: Question, _at: Instant, _known_at: Instant) -> Decision:
    reason = Reason(code="BOUND_AND_AUTHORISED", text="The made-up room has no law.", basis="bench")
    return Decision(outcome=Outcome.PERMIT, effect="allow", reasons=(reason,), fields=question.fields)


def _to_nobody(_work: Work, _publication: Publication) -> None:
    """Without peers nobody is entitled."""


def _no_log(_work: Work, _search: Search) -> None:
    raise Refused("search-log.no-supervisor-key", "The made-up room has no search log.")


def _no_approval(_work: Work, declared: AnyOperation, _command: bytes) -> str:
    raise Refused("approval.none", f"The made-up room holds nothing for a second person: {declared.name}.")


MEASURE = Measure((_RATE, _CPU, _P99), _run)
