"""Reading the common tables of codes."""

from __future__ import annotations

from typing import Annotated, Final, cast

import msgspec
from msgspec import Meta

from comity.alerts.code_tables import LANGUAGES, VERSIONS, CodeTable, rows_of
from comity.core.operation import AnyOperation, Audit, Kind, operation
from comity.core.ports import Work
from comity.core.vocabulary import Permission, Purpose


class ListCodes(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """List a table's codes in a language; `version` as it was then, left out: the newest."""

    table: CodeTable
    language: Annotated[str, Meta(pattern=r"^[a-z]{2}$")] = "en"
    version: Annotated[int, Meta(ge=1)] | None = None


class CodeLine(msgspec.Struct, frozen=True, kw_only=True):
    """One code and what it means."""

    code: str
    text: str


class Codes(msgspec.Struct, frozen=True, kw_only=True):
    """A table in one version and language. `languages` are all it is kept in; another is answered in English."""

    table: CodeTable
    version: int
    language: str
    languages: tuple[str, ...]
    codes: tuple[CodeLine, ...]


@operation(
    "alert.codes",
    permission=Permission.ALERT_READ,
    purposes=(Purpose.BORDERS, Purpose.POLICE, Purpose.RETURN),
    kind=Kind.READ,
    audit=Audit.NONE,
)
def list_codes(work: Work, command: ListCodes) -> Codes:  # noqa: ARG001 - tables are the same for everybody
    """List the codes of a common table: offences, makes, colours, kinds of documents."""
    version = min(command.version or VERSIONS[command.table], VERSIONS[command.table])
    language = command.language if command.language in LANGUAGES else "en"
    lines = tuple(
        CodeLine(code=row.code, text=row.words[language])
        for row in rows_of(command.table).values()
        if row.stands(version)
    )
    return Codes(table=command.table, version=version, language=language, languages=LANGUAGES, codes=lines)


OPERATIONS: Final = cast("tuple[AnyOperation, ...]", (list_codes,))
