"""The locks: what they must be, checked without a network, and the stamp that ties them to their inputs.

A lock names every package once, at one version, with hashes and without any place to download from. Its first line
carries a digest of what ``pyproject.toml`` asks for, so a lock made from other inputs is noticed.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
RUNTIME_LOCK = "requirements.lock"
DEV_LOCK = "requirements-dev.lock"
STAMP = "# Made by tools/lock. Inputs: sha256:"
# True on every machine that the locks are for ([tool.uv] environments), so it says nothing on a line.
ALWAYS_TRUE = (
    "implementation_name == 'cpython' and platform_python_implementation == 'CPython' and sys_platform == 'linux'"
)
# A URL, an option that names an index, a direct reference, a path.
PLACE = re.compile(
    r"https?:|ftp:|file:|git\+|--\S*(?:index|find-links|trusted-host)|\s@\s|(?<![\w.-])(?:\.{0,2}/)", re.IGNORECASE
)
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")


class Inputs(NamedTuple):
    """What ``pyproject.toml`` asks for: requirements of the product, and of its development on top."""

    runtime: tuple[str, ...]
    dev: tuple[str, ...]
    digest: str


def read_inputs(pyproject: str) -> Inputs:
    """Read the inputs of both locks; the digest covers all that changes a resolution."""
    document = tomllib.loads(pyproject)
    project = document["project"]
    extras = project.get("optional-dependencies", {})
    asked = {
        "python": project["requires-python"],
        "runtime": sorted(project["dependencies"]),
        "extras": {name: sorted(wanted) for name, wanted in sorted(extras.items())},
        "environments": document["tool"]["uv"]["environments"],
    }
    digest = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
    return Inputs(tuple(project["dependencies"]), tuple(extras.get("dev", ())), digest)


def entries(lock: str) -> list[str]:
    """Return the lock's logical lines: comments dropped, continued lines joined."""
    joined = re.sub(r"\\\n", " ", lock)
    return [line.strip() for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def pins(lock: str) -> dict[str, str]:
    """Return canonical name to version, of the lines that pin exactly one."""
    found: dict[str, str] = {}
    for line in entries(lock):
        match = re.match(r"([A-Za-z0-9._-]+)==([^\s;]+)", line)
        if match:
            found[canonicalize_name(match[1])] = match[2]
    return found


def stamped(lock: str, inputs: Inputs) -> str:
    """Return the lock as it is committed: stamp on top, markers that are always true taken out."""
    body = "".join(line for line in lock.splitlines(keepends=True) if not line.startswith(STAMP))
    body = body.replace(f" ; {ALWAYS_TRUE}", "").replace(f" and {ALWAYS_TRUE}", "")
    return f"{STAMP}{inputs.digest}\n{body}"


def lock_faults(name: str, lock: str, wanted: tuple[str, ...], digest: str) -> list[str]:
    """Return what is wrong with one lock, a sentence each; empty when nothing is."""
    faults = []
    if not lock.startswith(f"{STAMP}{digest}\n"):
        faults.append(f"{name}: made from other inputs than pyproject.toml has now; run tools/lock")
    for number, line in enumerate(lock.splitlines(), start=1):
        if PLACE.search(line):
            faults.append(f"{name}:{number}: names a place to download from; run tools/lock")
    for line in entries(lock):
        if not re.match(r"[A-Za-z0-9._-]+==\S+", line):
            faults.append(f"{name}: not an exact pin: {line.split()[0]}")
        elif not HASH.search(line):
            faults.append(f"{name}: no hash: {line.split()[0]}")
    return faults + unmet(name, pins(lock), wanted)


def unmet(name: str, locked: dict[str, str], wanted: tuple[str, ...]) -> list[str]:
    """Return the requirements that the pinned versions do not meet."""
    faults = []
    for text in wanted:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            faults.append(f"pyproject.toml: not a requirement: {text}")
            continue
        version = locked.get(canonicalize_name(requirement.name))
        if version is None or not requirement.specifier.contains(version, prereleases=True):
            faults.append(f"{name}: does not meet {text}; run tools/lock")
    return faults


def check_locks(root: Path) -> list[str]:
    """Return what is wrong with the locks of the project at ``root``, compared with its ``pyproject.toml``."""
    inputs = read_inputs((root / "pyproject.toml").read_text("utf-8"))
    runtime = (root / RUNTIME_LOCK).read_text("utf-8")
    dev = (root / DEV_LOCK).read_text("utf-8")
    faults = lock_faults(RUNTIME_LOCK, runtime, inputs.runtime, inputs.digest)
    faults += lock_faults(DEV_LOCK, dev, inputs.runtime + inputs.dev, inputs.digest)
    dev_pins = pins(dev)
    for name, version in pins(runtime).items():
        if dev_pins.get(name) != version:
            faults.append(f"{DEV_LOCK}: {name} is not at {version} as in {RUNTIME_LOCK}; run tools/lock")
    return faults


def stamp_locks(root: Path) -> None:
    """Rewrite both locks of the project at ``root`` as they are committed."""
    inputs = read_inputs((root / "pyproject.toml").read_text("utf-8"))
    for name in (RUNTIME_LOCK, DEV_LOCK):
        path = root / name
        path.write_text(stamped(path.read_text("utf-8"), inputs), "utf-8")


def main(arguments: list[str]) -> int:
    """Run ``check`` (the default) or ``stamp``; return the exit code."""
    if arguments == ["stamp"]:
        stamp_locks(ROOT)
    faults = check_locks(ROOT)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
