"""Every bench there is."""

from __future__ import annotations

from comity.bench.harness import Bench, Measure


def _skeleton() -> tuple[Measure, ...]:
    from comity.bench.skeleton import MEASURES  # noqa: PLC0415 - loads storage and runtime; --help must not

    return MEASURES


BENCHES = (Bench("skeleton", "The house: writer, runtime, codec, structure of the code, start of a node.", _skeleton),)
