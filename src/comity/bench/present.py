"""A report as one JSON document or as a table."""

from __future__ import annotations

import msgspec

from comity.bench.records import Figure, Report

_HEAD = ("figure", "value", "unit", "goal", "", "beside")


def as_json(report: Report) -> str:
    """Return the report as one indented JSON document."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode()


def as_table(report: Report) -> str:
    """Return the report as lines of at most one figure each, then what it was measured with."""
    rows = [_HEAD, *(_row(figure) for figure in report.figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([f"{report.bench} at scale {report.scale.value}", "", *lines, "", *_conditions(report)])


def _row(figure: Figure) -> tuple[str, ...]:
    goal = "" if figure.goal is None else f"{'>=' if figure.better == 'higher' else '<='} {_number(figure.goal)}"
    verdict = {None: "", True: "met", False: "UNMET"}[figure.met]
    beside = ", ".join(f"{name} {_number(value)}" for name, value in figure.beside.items())
    return (figure.name, _number(figure.value), figure.unit, goal, verdict, beside)


def _conditions(report: Report) -> list[str]:
    machine, load = report.machine, report.load
    sync = machine.fdatasync_ms
    return [
        f"machine  {machine.cores} cores, {machine.model}, {machine.memory_mb} MB, {machine.system}, {machine.disk}",
        f"disk     fdatasync p10 {_number(sync.p10)}, p50 {_number(sync.p50)}, p99 {_number(sync.p99)} ms",
        f"load     before {_averages(load.before)}, after {_averages(load.after)}",
        f"with     {', '.join(f'{name} {version}' for name, version in report.versions.items())}",
    ]


def _averages(load: tuple[float, float, float]) -> str:
    return " ".join(f"{average:.2f}" for average in load)


def _number(value: float | None) -> str:
    """Three digits that mean something, thousands apart; a dash for what could not be measured."""
    if value is None:
        return "-"
    if value == int(value) or abs(value) >= 100:  # noqa: PLR2004 - from here on the fraction is noise
        return f"{value:,.0f}"
    return f"{value:.3g}"
