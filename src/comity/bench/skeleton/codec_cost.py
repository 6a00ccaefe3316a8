"""What strictness costs: CPU of reading and writing one realistic record, per kilobyte of its canonical bytes.

No goal; beside it the bare parser (`msgspec`) and the one of the standard library.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

import msgspec

from comity.bench.harness import Measure, Setting
from comity.bench.measure import cpu_us_per_call
from comity.bench.records import Figure, measured
from comity.bench.skeleton import notices
from comity.core import codec

_ENCODE, _DECODE, _CANONICAL = "codec.encode", "codec.decode", "codec.decode-canonical"
_UNIT = "us/kB"


def _run(setting: Setting) -> Iterable[Figure]:
    record = notices.sample(1)
    kind = type(record)
    data = codec.encode(record)
    plain = json.loads(data)
    repeats = setting.at_scale(1000, 10_000)

    def cost(call: Callable[[], object]) -> float:
        return cpu_us_per_call(call, repeats) / (len(data) / 1000)

    writing = {"msgspec": cost(lambda: msgspec.json.encode(record)), "json": cost(lambda: json.dumps(plain))}
    reading = {"msgspec": cost(lambda: codec.quick(data, kind)), "json": cost(lambda: json.loads(data))}
    yield measured(_ENCODE, cost(lambda: codec.encode(record)), _UNIT, beside=writing)
    yield measured(_DECODE, cost(lambda: codec.decode_as(data, kind)), _UNIT, beside=reading)
    yield measured(_CANONICAL, cost(lambda: codec.decode_canonical_as(data, kind)), _UNIT, beside=reading)


MEASURE = Measure((_ENCODE, _DECODE, _CANONICAL), _run)
