"""The commands at a crossing point: `copy device make` and `show`, `copy check`. They need no node and no link."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

import msgspec

from comity.adapters.clock import SystemClock
from comity.adapters.keys_file import read_secret
from comity.core.codec import decode_as
from comity.core.errors import BadInput, Unreachable
from comity.core.time import CivilDate, Instant, date_of, format_instant
from comity.crossings.copies.records import CopyAnswer
from comity.crossings.measures import measure_for
from comity.crossings.records import Direction, Lane
from comity.node.copy_device import OpenCopy, make_device, read_device
from comity.screening.records import Probe, SubjectDocument, SubjectName, SubjectObject
from comity.surfaces.cli.arguments import Parser

_MOST_PASSPHRASE = 1024

AskSecret = Callable[[str], str]


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One line of a list of questions: a surname, a document number or a plate, and why."""

    surnames: str = ""
    forenames: str = ""
    birth_date: str | None = None
    nationality: str | None = None
    document: str = ""
    document_country: str = ""
    plate: str = ""
    justification: str = ""

    def probe(self, on: CivilDate) -> Probe:
        """Return what is searched for."""
        if not (self.surnames or self.document or self.plate):
            raise BadInput("copy.nothing-asked", "A surname, a document number or a plate is needed.")
        named = (SubjectName(surname=self.surnames, forenames=self.forenames),) if self.surnames else ()
        shown = (SubjectDocument(country=self.document_country, number=self.document),) if self.document else ()
        return Probe(
            on=on,
            names=named,
            birth_date=self.birth_date,
            nationality=self.nationality,
            documents=shown,
            objects=(SubjectObject(kind="plate", number=self.plate),) if self.plate else (),
        )


def make(argv: list[str], ask: AskSecret) -> int:
    """Run `comity copy device make`."""
    parser = Parser(
        prog="comity copy device make",
        description="Make the key of a device at a crossing point, for copies of a node.",
    )
    parser.add_argument("file", metavar="DEVICE", help="new file for the device's key")
    parser.add_argument("--identity", required=True, metavar="FILE", help="the node's identity document")
    _add_passphrase(parser)
    given = parser.parse_args(argv)
    try:
        identity = Path(given.identity).read_bytes()
    except OSError:
        raise Unreachable("copy.cannot-read", "The identity document cannot be read.", field="--identity") from None
    said = _passphrase(given, ask)
    if not given.passphrase_file and ask("Once more: ") != said:
        raise BadInput("keys.passphrases-differ", "The two are not the same.")
    sys.stdout.write(make_device(Path(given.file), identity, said) + "\n")
    return 0


def show(argv: list[str]) -> int:
    """Run `comity copy device show`."""
    parser = Parser(
        prog="comity copy device show", description="Print a device's public key, for `copy register-device`."
    )
    parser.add_argument("file", metavar="DEVICE", help="the device's file")
    sys.stdout.write(read_device(Path(parser.parse_args(argv).file)).public + "\n")
    return 0


def check(argv: list[str], ask: AskSecret, stdin: TextIO) -> int:
    """Run `comity copy check`."""
    parser = Parser(
        prog="comity copy check",
        description="Check persons and things on a copy while there is no link. Without --surnames, --document or "
        "--plate, questions are read from standard input, one JSON object a line. Each check goes into the journal.",
    )
    parser.add_argument("file", metavar="COPY", help="the copy")
    parser.add_argument("--device", required=True, metavar="FILE", help="the device's file")
    parser.add_argument("--user", required=True, metavar="NUMBER", help="your user number, for the search log")
    for name in ("surnames", "forenames", "birth-date", "nationality", "document", "document-country", "plate"):
        parser.add_argument(f"--{name}", metavar="TEXT")
    parser.add_argument("--justification", default="", metavar="TEXT", help="why")
    parser.add_argument("--notes", action="store_true", help="print notes for officers too, where nobody looks on")
    parser.add_argument("--json", action="store_true", help="print one JSON document a check")
    _add_passphrase(parser)
    given = parser.parse_args(argv)
    clock = SystemClock()
    opened = OpenCopy(Path(given.file), Path(given.device), _passphrase(given, ask), clock)
    for asked in _asked(given, stdin):
        answer = opened.check(asked.probe(date_of(clock.now())), given.user, asked.justification)
        told = msgspec.json.encode(answer).decode() + "\n" if given.json else told_of(answer, notes=given.notes)
        sys.stdout.write(told)
        sys.stdout.flush()
    return 0


def _asked(given: argparse.Namespace, stdin: TextIO) -> Iterator[Asked]:
    fields = {name: getattr(given, name) for name in Asked.__struct_fields__ if getattr(given, name)}
    if fields.keys() - {"justification"}:
        yield Asked(**fields)
        return
    for line in filter(str.strip, stdin):
        yield decode_as(line.encode(), Asked)


def told_of(answer: CopyAnswer, *, notes: bool) -> str:
    """Say what was found; what must not be shown reads as anything for which a person goes to the second line."""
    lines = [f"COPY, {answer.age_s // 60} minutes old, to be used until {format_instant(Instant(answer.ends))}"]
    if not answer.matches:
        lines.append("Nothing in this copy. It may be behind: that is not a no-hit.")
    for one in answer.matches:
        if not notes and _is_for_officers(one.category):
            lines.append(f"possible match: second line or note; read the note for officers (--notes), {one.id}")
            continue
        warned = f"; {', '.join(one.warnings)}" if one.warnings else ""
        lines.append(f"possible match: {one.category} of {one.owner.party}, {one.action}, {one.id}{warned}")
    return "\n".join(lines) + "\n"


def _is_for_officers(category: str) -> bool:
    """Say whether a match is told in the note alone, whichever way the person goes."""
    measures = (measure_for(category, direction, lane) for direction in Direction for lane in Lane)
    return any(one.discreet or one.refer for one in measures)


def _add_passphrase(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--passphrase-file", metavar="FILE", help="file of mode 0600 with the device's passphrase")


def _passphrase(given: argparse.Namespace, ask: AskSecret) -> str:
    if given.passphrase_file:
        return read_secret(Path(given.passphrase_file), _MOST_PASSPHRASE).decode("utf-8", "replace").rstrip("\r\n")
    return ask("Passphrase of the device: ")
