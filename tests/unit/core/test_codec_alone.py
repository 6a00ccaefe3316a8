"""msgspec looks into a record type at its first use, and two threads that do so at once end the process.

So `comity.core.codec` alone has it look, one type at a time.
"""

from __future__ import annotations

import re
from pathlib import Path

import comity

ROOT = Path(comity.__file__).parent
LOOKS = re.compile(r"msgspec\.(?:convert\(|(?:json|msgpack|yaml)\.(?:Decoder\(|decode\([^\n]*type=))")


def test_no_module_but_the_codec_has_msgspec_look_into_a_type_that_it_did_not_learn() -> None:
    looking = {}
    for file in sorted(ROOT.rglob("*.py")):
        text = file.read_text("utf-8")
        found = [
            each for each in LOOKS.finditer(text) if "learn(" not in text[max(0, each.start() - 80) : each.start()]
        ]
        if found:
            looking[str(file.relative_to(ROOT))] = len(found)

    assert set(looking) == {"core/codec.py"}
