"""The shape of the code: imports that run upward, circles, the longest file and function.

Issue 2: none, none; STYLE: files of at most 400 lines, functions of at most 60.
"""

from __future__ import annotations

import ast
import statistics
import tomllib
from collections.abc import Iterable
from pathlib import Path

import comity
from comity.bench.harness import Measure, Setting
from comity.bench.measure import percentile
from comity.bench.records import Figure, measured
from comity.bench.skeleton.imports import circles, import_graph, modules_of, upward

_UPWARD, _CIRCLES = "structure.upward-imports", "structure.circles"
_FILE, _FUNCTION = "structure.longest-file", "structure.longest-function"
_PACKAGE = Path(comity.__file__).parent


def _run(_setting: Setting) -> Iterable[Figure]:
    modules = modules_of(_PACKAGE)
    graph = import_graph(modules)
    layers = layers_in(_PACKAGE.parent.parent / "pyproject.toml")
    arrows = {"all imports inside the package": float(sum(map(len, graph.values())))}
    wrong = None if layers is None else float(len(upward(graph, layers)))
    yield measured(_UPWARD, wrong, "imports", goal=0, beside=arrows)
    yield measured(_CIRCLES, len(circles(graph)), "circles", goal=0, beside={"modules": float(len(modules))})
    files = [len(path.read_bytes().splitlines()) for path in _PACKAGE.rglob("*.py")]
    yield measured(_FILE, max(files), "lines", goal=400, beside=_middle([lines for lines in files if lines > 1]))
    functions = function_lengths(modules.values())
    yield measured(_FUNCTION, max(functions), "lines", goal=60, beside=_middle(functions))


def layers_in(pyproject: Path) -> tuple[frozenset[str], ...] | None:
    """Return the rooms of each floor, highest first, as import-linter is told; None without that file."""
    if not pyproject.is_file():
        return None  # installed, not a source folder
    linter = tomllib.loads(pyproject.read_text(encoding="utf-8"))["tool"]["importlinter"]
    floors = next(contract["layers"] for contract in linter["contracts"] if contract["type"] == "layers")
    return tuple(frozenset(room.strip(" ()") for room in floor.split("|")) for floor in floors)


def function_lengths(modules: Iterable[ast.Module]) -> list[int]:
    """Return the lines of every function and method, from `def` to its last line; inner ones count twice."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = (node for module in modules for node in ast.walk(module) if isinstance(node, kinds))
    return [(node.end_lineno or node.lineno) - node.lineno + 1 for node in nodes]


def _middle(lengths: list[int]) -> dict[str, float]:
    return {"median": float(statistics.median(lengths)), "p90": float(percentile(lengths, 90))}


MEASURE = Measure((_UPWARD, _CIRCLES, _FILE, _FUNCTION), _run)
