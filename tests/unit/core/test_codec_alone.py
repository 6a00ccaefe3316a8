"""msgspec looks into a record type at its first use, and a thread that reads one meanwhile ends the process.

So `comity.core.learning` alone has it look, one type at a time.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import comity

ROOT = Path(comity.__file__).parent
READS = re.compile(r"msgspec\.(?:convert\(|(?:json|msgpack|yaml)\.decode\([^\n]*type=)")
LOOKS = re.compile(r"\.type_info\(|Decoder\(|schema_components\(|json\.schema\(")
AT_ONCE = """
import sys, threading
import msgspec
from comity.core import codec
from comity.surfaces.fields import fields_of

sys.setswitchinterval(1e-6)
for number in range(100):
    inner = msgspec.defstruct(f"Inner{number}", [(f"f{n}", "int | None", None) for n in range(30)], frozen=True)
    outer = msgspec.defstruct(f"Outer{number}", [(f"g{n}", inner) for n in range(12)], frozen=True)
    value = outer(*[inner() for _ in range(12)])
    written = msgspec.json.encode(value)
    begin = threading.Barrier(4)
    acts = (
        lambda: codec.encode(value),
        lambda: codec.decode_own_as(written, outer),
        lambda: codec.decode_as(written, outer),
        lambda: fields_of(outer),
    )
    threads = [threading.Thread(target=lambda act=act: (begin.wait(), act())) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
print("alive")
"""


def places(pattern: re.Pattern[str], *, unless: str) -> set[str]:
    found = set()
    for file in ROOT.rglob("*.py"):
        text = file.read_text("utf-8")
        if any(unless not in text[: each.start()][-80:] for each in pattern.finditer(text)):
            found.add(str(file.relative_to(ROOT)))
    return found


def test_no_module_but_the_codec_reads_a_type_that_it_did_not_learn() -> None:
    assert places(READS, unless="learn(") == {"core/codec.py"}


def test_no_module_but_one_has_msgspec_look_into_types() -> None:
    assert places(LOOKS, unless="alone:") - {"core/learning.py"} == set()


def test_threads_that_meet_types_for_the_first_time_at_once_stay_alive() -> None:
    done = subprocess.run([sys.executable, "-c", AT_ONCE], capture_output=True, text=True, timeout=60, check=False)

    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr[-2000:]
