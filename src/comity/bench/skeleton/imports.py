"""Who imports whom inside a package, read from its source text: lazy and type-only imports count too."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

Graph: TypeAlias = Mapping[str, frozenset[str]]
"""Module name to the modules that it imports; only modules of the package itself."""


def modules_of(package: Path) -> dict[str, ast.Module]:
    """Parse every module of the package in this folder; names start with the folder's name."""
    found: dict[str, ast.Module] = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_bytes())
    return found


def import_graph(modules: Mapping[str, ast.Module]) -> Graph:
    """Return the graph of imports. Relative imports are not followed: the linter forbids them."""
    return {
        name: frozenset(target for target in _imported(tree, modules) if target != name)
        for name, tree in modules.items()
    }


def upward(graph: Graph, layers: Sequence[frozenset[str]]) -> list[tuple[str, str]]:
    """Return the imports that do not run down: to a room on a higher floor, or to another room of the same one.

    `layers` are the rooms of each floor, the highest first. A room is the second part of a module's name; rooms that
    stand on no floor are not judged here.
    """
    floor = {room: number for number, rooms in enumerate(layers) for room in rooms}
    wrong: list[tuple[str, str]] = []
    for importer, targets in graph.items():
        for target in sorted(targets):
            here, there = _room(importer), _room(target)
            if here != there and here in floor and there in floor and floor[there] <= floor[here]:
                wrong.append((importer, target))
    return wrong


def circles(graph: Graph) -> list[frozenset[str]]:
    """Return the sets of modules that import each other round in a circle, largest first (Kosaraju's way)."""
    backward: dict[str, set[str]] = {name: set() for name in graph}
    for importer, targets in graph.items():
        for target in targets:
            backward[target].add(importer)
    seen: set[str] = set()
    finished = [name for start in graph for name in _finishing_order(graph, start, seen)]
    seen.clear()
    found = [frozenset(_finishing_order(backward, start, seen)) for start in reversed(finished)]
    return sorted((each for each in found if len(each) > 1), key=len, reverse=True)


def _finishing_order(graph: Mapping[str, frozenset[str] | set[str]], start: str, seen: set[str]) -> list[str]:
    """Return what is reached from `start` and not yet seen, each after all that it leads to; no recursion."""
    order: list[str] = []
    if start in seen:
        return order
    seen.add(start)
    path = [(start, iter(graph[start]))]
    while path:
        name, targets = path[-1]
        following = next((target for target in targets if target not in seen), None)
        if following is None:
            order.append(name)
            path.pop()
        else:
            seen.add(following)
            path.append((following, iter(graph[following])))
    return order


def _imported(tree: ast.Module, modules: Mapping[str, ast.Module]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                if inner in modules:
                    yield inner
                elif node.module in modules:
                    yield node.module


def _room(module: str) -> str:
    return module.partition(".")[2].partition(".")[0]
