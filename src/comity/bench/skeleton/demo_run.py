"""How long the demo takes once everything is set up. Issue 2: less than 15 s; its exit code must be 0."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from comity.bench.harness import Measure, Setting
from comity.bench.measure import Watch
from comity.bench.records import Figure, measured
from comity.core.errors import Defect

_WALL = "demo.seconds"


def _run(setting: Setting) -> Iterable[Figure]:
    done, took = run_demo(setting.folder / "demo")
    if done.returncode != 0:
        sys.stderr.write(done.stdout + done.stderr)
        raise Defect("bench.demo-failed", "The demo did not come out as it must; see above.")
    yield took


def run_demo(folder: Path) -> tuple[subprocess.CompletedProcess[str], Figure]:
    """Run the demo in an empty folder: what it said, and how long it took."""
    command = (sys.executable, "-m", "comity", "demo", "--no-serve", "--directory", str(folder))
    with Watch() as watch:
        done = subprocess.run(command, capture_output=True, check=False, text=True)
    return done, measured(_WALL, watch.wall_s, "s", goal=15, beside={"CPU": watch.cpu_s})


MEASURE = Measure((_WALL,), _run)
