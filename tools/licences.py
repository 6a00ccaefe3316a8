"""The licences of what runs with the product: read from the installed packages, compared with a short list.

Comity is Apache-2.0 and runs in one process with its dependencies, so at run time only licences that ask for no more
than a notice are taken. Weak copyleft for a library's own files (MPL-2.0) would be acceptable but is not needed so far.
"""

from __future__ import annotations

import re
import sys
from email.message import Message
from importlib.metadata import PackageNotFoundError, metadata
from typing import cast

from tools.locks import ROOT, RUNTIME_LOCK, pins

# SPDX identifiers.
ALLOWED = frozenset(
    {"MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "Apache-2.0", "ISC", "PSF-2.0", "Zlib", "CC0-1.0"}
)
# Trove classifiers and free texts of packages that do not yet carry an SPDX expression.
SPOKEN = {
    "MIT License": "MIT",
    "MIT": "MIT",
    "BSD License": "BSD-3-Clause",
    "BSD": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "Python Software Foundation License": "PSF-2.0",
}
TOKEN = re.compile(r"\(|\)|[A-Za-z0-9.+-]+")


def allowed(expression: str) -> bool:
    """Say whether an SPDX expression leaves a choice that is on the list. What cannot be read is not allowed.

    ``A OR B`` is a choice, ``A AND B`` binds to both, ``A WITH exception`` is judged as ``A``: an exception only
    ever permits more.
    """
    tokens = TOKEN.findall(expression)
    try:
        verdict = _either(tokens)
    except IndexError:
        return False
    return verdict and not tokens


def _either(tokens: list[str]) -> bool:
    verdict = _both(tokens)
    while tokens and tokens[0].upper() == "OR":
        tokens.pop(0)
        verdict = _both(tokens) or verdict
    return verdict


def _both(tokens: list[str]) -> bool:
    verdict = _single(tokens)
    while tokens and tokens[0].upper() == "AND":
        tokens.pop(0)
        verdict = _single(tokens) and verdict
    return verdict


def _single(tokens: list[str]) -> bool:
    first = tokens.pop(0)
    if first == "(":
        verdict = _either(tokens)
        return tokens.pop(0) == ")" and verdict
    if tokens and tokens[0].upper() == "WITH":
        del tokens[:2]
    return first in ALLOWED


def licence_of(described: Message) -> str:
    """Return a package's licence as an SPDX expression, from its core metadata; empty when it names none that is known.

    A licence in the classifiers that is not known makes the answer its own words, so that a second, harmless
    classifier beside it cannot hide it.
    """
    expression = described.get("License-Expression")
    if expression:
        return str(expression)
    paths = [str(line).split(" :: ") for line in described.get_all("Classifier") or ()]
    # "License :: OSI Approved" alone names no licence.
    names = [path[-1] for path in paths if path[0] == "License" and path[-1] != "OSI Approved"]
    if not names:
        names = [str(described.get("License") or "").strip()]
    return " AND ".join(SPOKEN.get(name, name) for name in names)


def licence_faults(described: dict[str, Message | None]) -> list[str]:
    """Return a sentence for each package that may not run with the product; ``None`` stands for one not installed."""
    faults = []
    for name, message in described.items():
        if message is None:
            faults.append(f"{name}: in {RUNTIME_LOCK} but not installed, so its licence cannot be read")
            continue
        licence = licence_of(message)
        if not allowed(licence):
            faults.append(f"{name}: licence {licence or 'unknown'!r} is not on the list in tools/licences.py")
    return faults


def _described(name: str) -> Message | None:
    try:
        # importlib.metadata types this as its own protocol, but documents and returns an email message.
        return cast("Message", metadata(name))
    except PackageNotFoundError:
        return None


def main() -> int:
    """Check every package of the runtime lock; return the exit code."""
    names = pins((ROOT / RUNTIME_LOCK).read_text("utf-8"))
    faults = licence_faults({name: _described(name) for name in names})
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
