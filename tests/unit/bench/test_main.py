from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest

from comity.bench.harness import Bench, Measure, Setting
from comity.bench.main import main
from comity.bench.progress import Progress
from comity.bench.records import Figure, Report, Scale, measured
from comity.core.errors import BadInput

FOLDERS: list[Path] = []


def speeds(setting: Setting) -> Iterable[Figure]:
    FOLDERS.append(setting.folder)
    (setting.folder / "left-behind").write_text("x")
    yield measured("speed.up", float(setting.at_scale(4, 40)), "1/s", goal=10, better="higher", beside={"floor": 99.5})
    yield measured("speed.down", 1.25, "ms", goal=2)


def weights(_setting: Setting) -> Iterable[Figure]:
    yield measured("weight", None, "MB", goal=150)
    yield measured("weighty", 1234567.8, "kg")


MADE_UP = (
    Bench(
        "made-up",
        "Figures that need no work.",
        lambda: (Measure(("speed.up", "speed.down"), speeds), Measure(("weight", "weighty"), weights)),
    ),
)


def report(capsys: pytest.CaptureFixture[str], *argv: str) -> dict[str, object]:
    assert main(["made-up", "--json", *argv], MADE_UP) == 0
    said = capsys.readouterr()
    assert said.err == ""
    return msgspec.json.decode(said.out, type=dict[str, object])


def names(report: dict[str, object]) -> list[str]:
    return [figure.name for figure in msgspec.convert(report["figures"], list[Figure])]


def test_json_is_one_document_with_the_agreed_fields_in_order(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    shown = report(capsys, "--place", str(tmp_path))

    assert list(shown) == ["bench", "scale", "machine", "load", "versions", "figures"]
    assert (shown["bench"], shown["scale"]) == ("made-up", "small")
    figures = msgspec.convert(shown["figures"], list[dict[str, object]])
    assert {tuple(figure) for figure in figures} == {("name", "value", "unit", "goal", "better", "met", "beside")}
    assert figures[0] == {
        "name": "speed.up",
        "value": 4.0,
        "unit": "1/s",
        "goal": 10,
        "better": "higher",
        "met": False,
        "beside": {"floor": 99.5},
    }
    told = msgspec.convert(shown, Report)
    assert told.machine.cores >= 1
    assert told.machine.memory_mb > 100
    assert told.machine.fdatasync_ms.p50 > 0
    assert {"python", "sqlite", "msgspec", "sqlalchemy"} <= set(told.versions)


def test_an_unmet_goal_stays_in_the_table_and_the_exit_code_is_zero(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code = main(["made-up", "--place", str(tmp_path)], MADE_UP)

    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines() if line}
    assert code == 0
    assert lines["speed.up"].split() == ["speed.up", "4", "1/s", ">=", "10", "UNMET", "floor", "99.5"]
    assert lines["speed.down"].split() == ["speed.down", "1.25", "ms", "<=", "2", "met"]
    assert lines["weight"].split() == ["weight", "-", "MB", "<=", "150", "UNMET"]
    assert lines["weighty"].split() == ["weighty", "1,234,568", "kg"]
    assert {"machine", "disk", "load", "with"} <= set(lines)


def test_the_full_scale_is_the_larger_run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    shown = msgspec.convert(report(capsys, "--scale", "full", "--place", str(tmp_path)), Report)

    assert shown.scale is Scale.FULL
    assert (shown.figures[0].value, shown.figures[0].met) == (40, True)


def test_only_runs_what_is_asked_by_figure_or_by_subject(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    place = ("--place", str(tmp_path))

    assert names(report(capsys, *place, "--only", "speed.down")) == ["speed.down"]
    assert names(report(capsys, *place, "--only", "speed")) == ["speed.up", "speed.down"]
    assert names(report(capsys, *place, "--only", "weight")) == ["weight"]
    assert names(report(capsys, *place, "--only", "weighty", "--only", "speed.up")) == ["speed.up", "weighty"]


def test_folders_are_made_in_the_place_named_and_nothing_stays_there(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    FOLDERS.clear()

    report(capsys, "--place", str(tmp_path))

    assert [folder.is_relative_to(tmp_path) for folder in FOLDERS] == [True]
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_bench_is_bad_input_answered_with_the_list() -> None:
    with pytest.raises(BadInput) as refused:
        main(["made-down"], MADE_UP)

    assert refused.value.code == "cli.usage"
    assert "made-down" not in str(refused.value)
    assert refused.value.remedy == "Choose from: made-up."


def test_an_unknown_figure_is_bad_input_answered_with_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["made-up", "--only", "spee"], MADE_UP) == 2

    said = capsys.readouterr()
    assert said.out == ""
    assert "speed.up, speed.down, weight, weighty" in said.err


def test_a_place_that_is_not_there_is_bad_input(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["made-up", "--place", str(tmp_path / "nowhere")], MADE_UP) == 2

    assert "--place" in capsys.readouterr().err


def test_help_lists_the_benches(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0

    assert "skeleton" in capsys.readouterr().out


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_shows_on_a_terminal_and_nowhere_else() -> None:
    terminal, pipe = Terminal(), io.StringIO()

    for stream in (terminal, pipe):
        progress = Progress(stream)
        progress.step(1, 3, "speed.up")
        progress.close()

    assert "[1/3] speed.up" in terminal.getvalue()
    assert pipe.getvalue() == ""
