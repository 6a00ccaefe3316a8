from __future__ import annotations

import ast
from pathlib import Path

from comity.bench.skeleton.imports import circles, import_graph, modules_of, upward
from comity.bench.skeleton.structure import function_lengths, layers_in

LAYERS = (frozenset({"shop"}), frozenset({"tea", "coffee"}), frozenset({"core"}))


def package(folder: Path, **files: str) -> Path:
    """Write the package `p`; `tea__cup` is the module p.tea.cup."""
    for name, text in {"__init__": "", **files}.items():
        path = folder / "p" / Path(*([name] if name.startswith("__") else name.split("__"))).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "p"


def test_imports_are_seen_wherever_they_stand(tmp_path: Path) -> None:
    made = package(
        tmp_path,
        core__leaf="import os\nfrom typing import Any",
        tea__cup="from p.core import leaf\nfrom p.core.leaf import Any",
        shop__till="import p.tea.cup as cup\ndef f() -> None:\n    from p.core.leaf import Any",
    )

    graph = import_graph(modules_of(made))

    assert graph["p.core.leaf"] == frozenset()
    assert graph["p.tea.cup"] == {"p.core.leaf"}
    assert graph["p.shop.till"] == {"p.tea.cup", "p.core.leaf"}


def test_imports_up_and_across_a_floor_are_found_and_those_down_are_not(tmp_path: Path) -> None:
    made = package(
        tmp_path,
        core__leaf="from p.tea import cup",
        tea__cup="from p.tea import spoon\nfrom p.coffee import pot",
        tea__spoon="",
        coffee__pot="from p.core import leaf",
        shop__till="from p.core import leaf\nfrom p.tea import cup",
    )

    found = upward(import_graph(modules_of(made)), LAYERS)

    assert found == [("p.core.leaf", "p.tea.cup"), ("p.tea.cup", "p.coffee.pot")]


def test_circles_are_found_whole_and_apart(tmp_path: Path) -> None:
    made = package(
        tmp_path,
        a="import p.b",
        b="import p.c",
        c="import p.a\nimport p.d",
        d="import p.e",
        e="import p.d\nimport p.f",
        f="",
    )

    assert circles(import_graph(modules_of(made))) == [{"p.a", "p.b", "p.c"}, {"p.d", "p.e"}]


def test_lengths_run_from_def_to_the_last_line() -> None:
    tree = ast.parse("@cache\ndef f():\n    return (\n        1\n    )\n\nclass C:\n    async def g(self): ...\n")

    assert sorted(function_lengths([tree])) == [1, 4]


def test_floors_are_those_that_the_linter_is_told(tmp_path: Path) -> None:
    told = tmp_path / "pyproject.toml"
    told.write_text('[[tool.importlinter.contracts]]\ntype = "layers"\nlayers = ["(shop)", "tea | coffee", "core"]\n')

    assert layers_in(told) == LAYERS
    assert layers_in(tmp_path / "absent.toml") is None
