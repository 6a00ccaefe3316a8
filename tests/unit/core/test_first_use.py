"""Record types used for the first time by several threads at once, in a process of their own: the fault is a crash."""

from __future__ import annotations

import os
import subprocess
import sys

PROGRAM = """
import sys
import threading

import msgspec

from comity.core.codec import decode_as

sys.setswitchinterval(1e-6)
for _ in range(40):
    inner = msgspec.defstruct("Inner", [(f"f{n}", int | None, None) for n in range(20)])
    outer = msgspec.defstruct("Outer", [("a", inner | None, None), ("b", tuple[inner, ...], ())], omit_defaults=True)
    together, done = threading.Barrier(6), []

    def read(reader):
        together.wait()
        done.append(reader(b'{"b":[]}', outer))

    threads = [threading.Thread(target=read, args=(decode_as,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 6
"""


def test_types_that_several_threads_read_for_the_first_time_at_once_crash_nothing() -> None:
    path = os.pathsep.join(sys.path)

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, check=False, env={**os.environ, "PYTHONPATH": path}
    )

    assert (done.returncode, done.stderr) == (0, b"")
