"""Common tables of codes: offences, makes, colours, kinds of documents; each row in several languages.

A table only grows: a row stands from one version of its table on and may end with a later one, so that an alert's code
keeps its meaning. Offences follow the list of Framework Decision 2002/584/JHA Art 2(2); their `character` is what
screening for political, military and religious cases reads (synthetic). Makes and colours are our own (synthetic).
"""

from __future__ import annotations

import csv
import functools
import importlib.resources
from collections.abc import Mapping
from enum import StrEnum, unique
from typing import Final

import msgspec

LANGUAGES: Final = ("en", "fr", "de")
_FOLDER: Final = importlib.resources.files("comity.alerts") / "codes"


@unique
class CodeTable(StrEnum):
    """Every table there is."""

    OFFENCES = "offences"
    MAKES = "makes"
    COLOURS = "colours"
    DOCUMENTS = "documents"


VERSIONS: Final[Mapping[CodeTable, int]] = {
    CodeTable.OFFENCES: 1,
    CodeTable.MAKES: 1,
    CodeTable.COLOURS: 1,
    CodeTable.DOCUMENTS: 1,
}
"""The newest version of each table."""


class CodeRow(msgspec.Struct, frozen=True, kw_only=True):
    """One code: since which version of the table, until before which, and its words by language."""

    code: str
    since: int
    until: int | None
    character: str
    words: dict[str, str]

    def stands(self, version: int) -> bool:
        """Say whether the code may be entered in a version of its table."""
        return self.since <= version and (self.until is None or version < self.until)


@functools.cache
def rows_of(table: CodeTable) -> Mapping[str, CodeRow]:
    """Return every row that the table ever had, by code."""
    text = (_FOLDER / f"{table.value}.csv").read_text(encoding="utf-8")
    return {
        row["code"]: CodeRow(
            code=row["code"],
            since=int(row["since"]),
            until=int(row["until"]) if row["until"] else None,
            character=row["character"],
            words={language: row[language] for language in LANGUAGES},
        )
        for row in csv.DictReader(text.splitlines())
    }


def is_current(table: CodeTable, code: str) -> bool:
    """Say whether a code may be entered today."""
    row = rows_of(table).get(code)
    return row is not None and row.stands(VERSIONS[table])


def is_known(table: CodeTable, code: str) -> bool:
    """Say whether a code stands, or stood, in a table: what was entered before may still be received."""
    return code in rows_of(table)
