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


def _screening() -> tuple[Measure, ...]:
    from comity.bench.screening import MEASURES  # noqa: PLC0415 - as above

    return MEASURES


BENCHES = (
    Bench("skeleton", "The house: writer, runtime, codec, structure of the code, start of a node.", _skeleton),
    Bench("mainjob", "Border post and bureau: official lists, whom they find, checks on a full node.", _mainjob),
    Bench(
        "screening",
        "The mapped index: size, build, latency, recall, changes; the score: F1, calibration, fairness.",
        _screening,
        tuple(Scale),
    ),
)
