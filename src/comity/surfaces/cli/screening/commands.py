"""`comity screening train`, `explain` and `evaluate`: the model on files, without a node."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

import msgspec

from comity.core.errors import BadInput, ComityError
from comity.screening.model.files import default_model, digest_of, read_model, write_model
from comity.screening.model.records import Model
from comity.screening.score import Base, Person, Scored, Scorer, bands_of, prepare, prior_mbit
from comity.screening.score.evaluate import Judged, Quality, quality
from comity.screening.score.pairs import PairRow, read_pairs
from comity.surfaces.cli.arguments import Parser


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """One pair: its evidence, what it means, and every line of it."""

    evidence_bits: float
    threshold_bits: float
    match: bool
    probability: float
    prior_bits: float
    band: str
    model: str
    features: tuple[dict[str, object], ...]
    flags: tuple[str, ...]


class Evaluated(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of one file of judged pairs, with all that was known and by name alone."""

    file: str
    model: str
    digest: str
    refused: dict[str, int]
    all_fields: Quality
    name_only: Quality


def train(argv: Sequence[str]) -> int:
    """Run `comity screening train`."""
    parser = Parser(
        prog="comity screening train",
        description="Learn the model anew from the reference material; the same material gives the same file.",
    )
    parser.add_argument("--data", required=True, type=Path, help="folder with the reference material on screening")
    parser.add_argument("--output", required=True, type=Path, help="where to write the model")
    parser.add_argument("--version", required=True, help="what to call it")
    given = parser.parse_args(argv)
    from comity.screening.train.run import train as run  # noqa: PLC0415 - numpy takes a while to load

    write_model(run(given.data, given.version, lambda step: _tell(sys.stderr, step)), given.output)
    return 0


def explain(argv: Sequence[str]) -> int:
    """Run `comity screening explain`."""
    parser = Parser(
        prog="comity screening explain",
        description="Compare two persons and show what every feature weighs. Several of a flag give several values.",
    )
    for side in ("asked", "held"):
        parser.add_argument(f"--{side}-name", action="append", default=[], metavar="NAME")
        parser.add_argument(f"--{side}-born", action="append", default=[], metavar="DATE")
        parser.add_argument(f"--{side}-country", action="append", default=[], metavar="COUNTRY")
        parser.add_argument(f"--{side}-sex", default="", choices=("", "M", "F"))
    parser.add_argument("--base", type=int, metavar="PERSONS", help="weigh it as one out of a base of so many persons")
    _add_common(parser)
    given = parser.parse_args(argv)
    told = _explain(_model(given.model), _person(given, "asked"), _person(given, "held"), given.base)
    sys.stdout.write(msgspec.json.encode(told).decode() + "\n" if given.json else _page(told))
    return 0


def evaluate(argv: Sequence[str]) -> int:
    """Run `comity screening evaluate`."""
    parser = Parser(
        prog="comity screening evaluate", description="Measure the model on a file of judged pairs (JSON lines or CSV)."
    )
    parser.add_argument("--pairs", required=True, action="append", type=Path, metavar="FILE")
    parser.add_argument("--scores", type=Path, metavar="FILE", help="write every pair's evidence to this CSV")
    _add_common(parser)
    given = parser.parse_args(argv)
    model = _model(given.model)
    found = [evaluate_file(model, file, given.scores) for file in given.pairs]
    if given.json:
        sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
    else:
        sys.stdout.write("".join(_figures(one) for one in found))
    return 0


def evaluate_file(model: Model, file: Path, scores: Path | None = None) -> Evaluated:
    """Return the figures of one file. A pair that is refused as bad input counts as no match, and is counted."""
    scorer = Scorer(model)
    refused: dict[str, int] = {}
    everything, names = [], []
    rows = list(read_pairs(file))
    if any(row.match is None for row in rows) or not rows:
        raise BadInput("pairs.not-judged", "Every pair needs a verdict to be measured by.", field="--pairs")
    for row in rows:
        asked, held = row.q.stated(), row.c.stated()
        everything.append(_judged(scorer, row, asked, held, refused))
        names.append(_judged(scorer, row, Person(names=asked.names), Person(names=held.names), {}))
    if scores is not None:
        _write_scores(scores, zip(rows, everything, names, strict=True))
    return Evaluated(
        file=file.name,
        model=model.version,
        digest=digest_of(model),
        refused=refused,
        all_fields=quality(everything, model.threshold, model.prior),
        name_only=quality(names, model.threshold, model.prior),
    )


def _judged(scorer: Scorer, row: PairRow, asked: Person, held: Person, refused: dict[str, int]) -> Judged:
    try:
        evidence = scorer.compare(prepare(asked), prepare(held)).evidence_mbit
    except ComityError as error:
        refused[error.code] = refused.get(error.code, 0) + 1
        evidence = -(10**6)
    return Judged(evidence_mbit=evidence, match=bool(row.match))


def _write_scores(file: Path, rows: Iterable[tuple[PairRow, Judged, Judged]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["match", "evidence_mbit", "name_evidence_mbit"])
        writer.writerows((row.match, one.evidence_mbit, other.evidence_mbit) for row, one, other in rows)


def _explain(model: Model, asked: Person, held: Person, persons: int | None) -> Explained:
    base = Base(persons) if persons is not None else None
    one, other = prepare(asked, field="$.asked"), prepare(held, field="$.held")
    scored: Scored = Scorer(model).compare(one, other, base)
    bands = bands_of(model.costs, base or Base(1))
    prior = model.prior if base is None else prior_mbit(model.costs, base)
    threshold = model.threshold if base is None else bands.second_line
    matches = scored.evidence_mbit >= threshold
    band = ("match" if matches else "no match") if base is None else str(bands.band(scored.evidence_mbit))
    return Explained(
        evidence_bits=scored.evidence_mbit / 1000,
        threshold_bits=threshold / 1000,
        match=matches,
        probability=scored.probability(prior),
        prior_bits=prior / 1000,
        band=band,
        model=model.version,
        features=tuple(
            {"code": one.code, "inputs": one.inputs, "weight_bits": one.weight_mbit / 1000} for one in scored.features
        ),
        flags=tuple(dict.fromkeys((*one.flags, *other.flags))),
    )


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", type=Path, metavar="FILE", help="another model than the one shipped")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def _model(file: Path | None) -> Model:
    return default_model() if file is None else read_model(file)


def _person(given: argparse.Namespace, side: str) -> Person:
    return Person(
        names=tuple(getattr(given, f"{side}_name")),
        birth_dates=tuple(getattr(given, f"{side}_born")),
        countries=tuple(getattr(given, f"{side}_country")),
        sex=getattr(given, f"{side}_sex"),
    )


def _page(told: Explained) -> str:
    lines = [f"{_bits(one['weight_bits'])}  {one['code']}  {_inputs(one['inputs'])}".rstrip() for one in told.features]
    lines.append(f"{_bits(told.evidence_bits)}  evidence in bits ({told.band}; needed {told.threshold_bits:.2f})")
    lines.append(f"probability {told.probability:.4f} at prior odds of {told.prior_bits:.2f} bits, model {told.model}")
    return "\n".join([*lines, *(f"note: {flag}" for flag in told.flags)]) + "\n"


def _bits(value: object) -> str:
    return f"{value:+8.3f}"


def _inputs(values: object) -> str:
    return ", ".join(map(str, values)) if isinstance(values, tuple) else ""


def _figures(one: Evaluated) -> str:
    lines = [f"{one.file}: model {one.model}, {one.all_fields.pairs} pairs, {one.all_fields.matches} matches"]
    for label, found in (("all fields", one.all_fields), ("name only", one.name_only)):
        lines.append(
            f"  {label:10} F1 {found.f1:.4f} "
            f"(best {found.best_f1:.4f} at {found.best_threshold_mbit / 1000:.2f} bits), "
            f"precision {found.precision:.4f}, recall {found.recall:.4f} "
            f"[{found.recall_low:.4f}, {found.recall_high:.4f}], Brier {found.brier:.4f}"
        )
    return "\n".join([*lines, *(f"  refused: {code} {count}" for code, count in one.refused.items())]) + "\n"


def _tell(stream: TextIO, step: str) -> None:
    stream.write(f"training: {step}\n")
