"""Every bench there is."""

from __future__ import annotations

from comity.bench.harness import Bench, Measure
from comity.bench.records import Scale


def _skeleton() -> tuple[Measure, ...]:
    from comity.bench.skeleton import MEASURES  # noqa: PLC0415 - loads storage and runtime; --help must not

    return MEASURES


def _mainjob() -> tuple[Measure, ...]:
    from comity.bench.mainjob import MEASURES  # noqa: PLC0415 - as above

    return MEASURES


def _agreements() -> tuple[Measure, ...]:
    from comity.bench.agreements import MEASURES  # noqa: PLC0415 - as above

    return MEASURES


def _exchange() -> tuple[Measure, ...]:
    from comity.bench.exchange import MEASURES  # noqa: PLC0415 - as above

    return MEASURES


def _faults() -> tuple[Measure, ...]:
    from comity.bench.faults import MEASURES  # noqa: PLC0415 - as above

    return MEASURES


def _alerts() -> tuple[Measure, ...]:
    from comity.bench.alerts import MEASURES  # noqa: PLC0415 - as above

    return MEASURES


def _screening() -> tuple[Measure, ...]:
    from comity.bench.screening import MEASURES  # noqa: PLC0415 - as above

    return MEASURES


BENCHES = (
    Bench("skeleton", "The house: writer, runtime, codec, structure of the code, start of a node.", _skeleton),
    Bench("mainjob", "Border post and bureau: official lists, whom they find, checks on a full node.", _mainjob),
    Bench("agreements", "Treaties and law: cost of deciding, proofs, seeded faults, due times, scores.", _agreements),
    Bench(
        "exchange",
        "Two nodes: records a second, due to settled, a backlog; an alert at 29 nodes and its recall.",
        _exchange,
    ),
    Bench("faults", "Five nodes through kills, pauses, partitions, clock steps, torn and disordered frames.", _faults),
    Bench(
        "alerts",
        "Alerts and bureau: the work list of a full bureau, management, history and erasure of alerts.",
        _alerts,
    ),
    Bench(
        "screening",
        "The mapped index: size, build, latency, recall, changes; the score: F1, calibration, fairness.",
        _screening,
        tuple(Scale),
    ),
)
