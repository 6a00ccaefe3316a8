"""Reading a machine-readable zone: ICAO Doc 9303 parts 3 to 7."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from comity.core.time import CivilDate
from comity.documents import rules
from comity.documents.formats.check_digit import FILLER
from comity.documents.formats.dates import read_birth_date, read_expiry_date
from comity.documents.formats.layout import LAYOUTS, Check, Layout, Lines, Span, checks_of, number_spans
from comity.documents.formats.lines import read_lines
from comity.documents.formats.misreadings import find_misreadings, misplaced
from comity.documents.formats.names import read_names
from comity.documents.records import CheckDigit, Flaw, Part, Sex, Zone

_SEXES: Final = {"M": Sex.MALE, "F": Sex.FEMALE, FILLER: Sex.UNSPECIFIED}


def read_zone(text: str, reference: CivilDate, *, field: str = "$.zone") -> Zone:
    """Read a zone; `reference` is the day by which centuries are chosen.

    Raises BadInput as `lines.read_lines` for a text that has no zone's shape. Everything else that is wrong, check
    digits included, is in the record; nothing is repaired.
    """
    name, lines = read_lines(text, field)
    layout = LAYOUTS[name]
    number, _, optional = number_spans(layout, lines)
    checks = tuple(_verify(check, lines) for check in checks_of(layout, lines))
    flaws = tuple(_flaws(layout, lines, reference))
    issuer, nationality = (rules.code_of(span.of(lines)) for span in (layout.issuer, layout.nationality))
    composite = [check.ok for check in checks if check.part is Part.COMPOSITE]
    return Zone(
        format=name,
        document_code=layout.code.of(lines).rstrip(FILLER),
        issuer=issuer,
        number=_plain("".join(span.of(lines) for span in number)),
        nationality=nationality,
        names=read_names(layout.names.of(lines)),
        birth_date=read_birth_date(layout.birth.of(lines), reference)[0],
        birth_date_printed=layout.birth.of(lines),
        sex=_SEXES.get(layout.sex.of(lines)),
        expiry_date=read_expiry_date(layout.expiry.of(lines), reference),
        optional_data=tuple(_plain(span.of(lines)) for span in optional),
        checks=checks,
        composite_ok=composite[0] if composite else None,
        misreadings=find_misreadings(layout, lines),
        flaws=flaws,
        specimen=rules.is_specimen(issuer) or rules.is_specimen(nationality),
        valid=not flaws and all(check.ok for check in checks),
    )


def _verify(check: Check, lines: Lines) -> CheckDigit:
    return CheckDigit(
        part=check.part,
        line=check.at.line + 1,
        column=check.at.start + 1,
        expected=check.expected(lines),
        found=check.at.of(lines),
        ok=check.holds(lines),
    )


def _flaws(layout: Layout, lines: Lines, reference: CivilDate) -> Iterator[Flaw]:
    """Find what Doc 9303 does not allow, in the order of the zone's characters, codes, dates and names."""
    for part, place, is_digit in misplaced(layout, lines):
        yield rules.flaw("mrz.digit-among-letters" if is_digit else "mrz.letter-among-digits", part, place)
    if not rules.is_document_code(layout.code.of(lines), layout.first_letters):
        yield _flaw("mrz.document-code", Part.DOCUMENT_CODE, layout.code)
    for part, span in ((Part.ISSUER, layout.issuer), (Part.NATIONALITY, layout.nationality)):
        if not rules.is_known(rules.code_of(span.of(lines))):
            yield _flaw("mrz.unknown-code", part, span)
    if not layout.number.of(lines).strip(FILLER):
        yield _flaw("mrz.number-missing", Part.NUMBER, layout.number)
    if layout.sex.of(lines) not in _SEXES:
        yield _flaw("mrz.sex", Part.SEX, layout.sex)
    yield from _date_flaws(layout, lines, reference)
    names = layout.names.of(lines).rstrip(FILLER)
    if not names:
        yield _flaw("mrz.name-missing", Part.NAMES, layout.names)
    elif not rules.are_names_well_parted(names):
        yield _flaw("mrz.name-separators", Part.NAMES, layout.names)


def _date_flaws(layout: Layout, lines: Lines, reference: CivilDate) -> Iterator[Flaw]:
    born, can_be = read_birth_date(layout.birth.of(lines), reference)
    expires = read_expiry_date(layout.expiry.of(lines), reference)
    if not can_be:
        yield _flaw("mrz.birth-date-impossible", Part.BIRTH_DATE, layout.birth)
    if expires is None:
        yield _flaw("mrz.expiry-date-impossible", Part.EXPIRY_DATE, layout.expiry)
    if rules.expires_before_birth(born, expires):
        yield _flaw("mrz.expiry-before-birth", Part.EXPIRY_DATE, layout.expiry)


def _flaw(code: str, part: Part, span: Span) -> Flaw:
    return rules.flaw(code, part, (span.line, span.start))


def _plain(printed: str) -> str:
    """Return a number or optional data without fillers at its end; inside, a filler stands for blank or hyphen."""
    return printed.rstrip(FILLER).replace(FILLER, " ")
