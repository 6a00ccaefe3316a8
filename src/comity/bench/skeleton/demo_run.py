"""How long the demo takes once everything is set up. Issue 2: less than 15 s; its exit code must be 0."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable

from comity.bench.harness import Measure, Setting
from comity.bench.measure import Watch
from comity.bench.records import Figure, measured
from comity.core.errors import Defect

_WALL = "demo.seconds"


def _run(setting: Setting) -> Iterable[Figure]:
    command = (sys.executable, "-m", "comity", "demo", "--no-serve", "--directory", str(setting.folder / "demo"))
    with Watch() as watch:
        done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode != 0:
        sys.stderr.buffer.write(done.stdout + done.stderr)
        raise Defect("bench.demo-failed", "The demo did not come out as it must; see above.")
    yield measured(_WALL, watch.wall_s, "s", goal=15, beside={"CPU": watch.cpu_s})


MEASURE = Measure((_WALL,), _run)
