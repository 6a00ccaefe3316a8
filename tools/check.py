"""``./comity check``: every static check of the project behind one command, two at a time.

Prints one line a step with its time, then the whole output of the steps that failed. Exit code 1 if any failed.
"""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from tools.locks import ROOT

PYTHON = (sys.executable, "-m")
SOURCES = ("src", "tests", "tools")
# Longest first, so that the pool ends together.
STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("types", (*PYTHON, "mypy", *SOURCES)),
    ("floors", (sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()")),
    ("lint", (*PYTHON, "ruff", "check", ".")),
    ("format", (*PYTHON, "ruff", "format", "--check", ".")),
    ("locks", (*PYTHON, "tools.locks")),
    ("licences", (*PYTHON, "tools.licences")),
)


class Outcome(NamedTuple):
    """What became of one step; ``output`` is what the tool printed, both streams in order."""

    name: str
    passed: bool
    took_s: float
    output: str


def run_step(step: tuple[str, tuple[str, ...]]) -> Outcome:
    """Run one step from the project's root and say how it ended."""
    name, command = step
    started = time.monotonic()
    # The commands are the constants above.
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, text=True)
    return Outcome(name, done.returncode == 0, time.monotonic() - started, done.stdout)


def summary(outcomes: list[Outcome], took_s: float) -> str:
    """Return the report: a line a step, what the failed ones said, and the last word."""
    lines = [f"{'ok    ' if each.passed else 'FAILED'} {each.name:<9} {each.took_s:5.1f} s" for each in outcomes]
    failed = [each for each in outcomes if not each.passed]
    for each in failed:
        lines += ["", f"{each.name}:", each.output.rstrip()]
    last = f"{len(failed)} of {len(outcomes)} checks failed" if failed else f"all {len(outcomes)} checks passed"
    return "\n".join([*lines, "", f"{last} in {took_s:.1f} s"])


def main() -> int:
    """Run all steps; return the exit code."""
    started = time.monotonic()
    with ThreadPoolExecutor(max_workers=2) as pool:
        outcomes = list(pool.map(run_step, STEPS))
    print(summary(outcomes, time.monotonic() - started))
    return 0 if all(each.passed for each in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
