"""Compiling kernels: numba where it is installed, plain Python otherwise, from the same source.

Compiled code is kept in a folder named by the digest of all kernel sources, because numba's own key covers one file
only: a kernel that calls one of another file would go on running the old one. `warm.py` fills the folder at set-up.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, Final, SupportsInt, TypeVar, cast

import numpy as np

F = TypeVar("F", bound=Callable[..., Any])

CACHE_VARIABLE: Final = "COMITY_KERNELS"
"""Names the folder for compiled kernels where the one in the environment cannot be written."""
PLAIN_VARIABLE: Final = "COMITY_PLAIN_KERNELS"
"""Set to `1`: run without numba though it is installed."""


_CONSTANTS: Final = frozenset({"shapes.py", "dates.py", "engine.py", "units.py", "pairing.py", "features.py"})
_SCREENING: Final = Path(__file__).parents[2]
_FOLDERS: Final = (Path(__file__).parent, _SCREENING / "score", _SCREENING / "score" / "native", _SCREENING / "names")
"""Where kernels are, and what they take constants from."""


def _digest() -> str:
    """Return what stands for the sources of all kernels and the Python that runs them."""
    told = hashlib.sha256(sys.version.encode())
    for path in sorted(path for folder in _FOLDERS for path in folder.glob("*.py")):
        content = path.read_bytes()
        # What kernels read of other modules is compiled in as well.
        if b"\n@compiled" in content or path.name in _CONSTANTS:
            # numba goes by place and time of a file as well.
            told.update(f"{path} {path.stat().st_mtime_ns} ".encode() + content)
    return told.hexdigest()[:16]


def _folder() -> Path | None:
    """Return the first folder for compiled kernels that can be written, None where there is none."""
    named = os.environ.get(CACHE_VARIABLE)
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    for base in (Path(named),) if named else (Path(sys.prefix) / "var" / "comity-kernels", home / "comity-kernels"):
        folder = base / _digest()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return None


def _numba() -> ModuleType | None:
    if os.environ.get(PLAIN_VARIABLE) == "1":
        return None
    try:
        return importlib.import_module("numba")
    except ImportError:
        return None


_NUMBA: Final = _numba()
COMPILED: Final = _NUMBA is not None
"""Whether kernels are compiled; otherwise the twins on numpy are the quicker choice."""
FOLDER: Final = _folder() if COMPILED else None
_HOW: Final = {"nogil": True, "error_model": "numpy", "_nrt": False}
"""Without counting references: kernels make no arrays, and counting took more than half of their time."""


def compiled(function: F) -> F:
    """Return the function compiled on its first call, without the interpreter's lock; as it is where numba is absent.

    Indices are not checked: a kernel checks what it reads from files itself.
    """
    if _NUMBA is None:
        return function
    if FOLDER is not None:
        _NUMBA.config.CACHE_DIR = str(FOLDER)
    return cast("F", _NUMBA.njit(cache=FOLDER is not None, **_HOW)(function))


def inlined(function: F) -> F:
    """Return the function as `compiled` does, laid into each kernel that calls it.

    For what runs a million times: a call costs two atomic counts for each array that it is given.
    """
    if _NUMBA is None:
        return function
    return cast("F", _NUMBA.njit(inline="always", **_HOW)(function))


def _whole(value: SupportsInt) -> int:
    # In compiled code int() of an unsigned number stays unsigned, and one less than 0 of these is 2**64 - 1.
    return np.int64(value)  # type: ignore[return-value]  # counts as int


def _plain_whole(value: SupportsInt) -> int:
    return int(value)


whole: Final[Callable[[SupportsInt], int]] = compiled(_whole) if COMPILED else _plain_whole
"""Return a number of an array as a signed 64-bit integer; kernels use it for every element they calculate with."""


def _counting() -> Callable[[SupportsInt], int]:
    """Return what counts the bits of a non-negative number: one instruction in compiled code."""
    if _NUMBA is None:
        return lambda word: int(word).bit_count()
    types = _NUMBA.types

    def count(_context: object, _word: object) -> tuple[object, Callable[..., object]]:
        return types.int64(types.int64), lambda _c, builder, _s, given: builder.ctpop(given[0])

    return cast("Callable[[SupportsInt], int]", importlib.import_module("numba.extending").intrinsic(count))


ones: Final = _counting()
"""Return how many bits of a non-negative number are set; for kernels alone."""
