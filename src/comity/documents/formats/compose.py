"""Writing a machine-readable zone from fields, check digits included: for specimens, exercises and tests."""

from __future__ import annotations

import re
from typing import Final

from comity.core.codes import parse_nationality
from comity.core.errors import BadInput
from comity.core.said import say
from comity.core.time import parse_date, parse_partial_date
from comity.documents import rules
from comity.documents.formats.check_digit import FILLER, check_digit
from comity.documents.formats.dates import print_birth_date, print_expiry_date
from comity.documents.formats.layout import LAYOUTS, Layout, Lines, Span
from comity.documents.formats.names import print_names
from comity.documents.records import Sex, ZoneFields

_SEXES: Final = {Sex.MALE: "M", Sex.FEMALE: "F", Sex.UNSPECIFIED: FILLER}
_PRINTED_CODES: Final = {"DEU": "D"}
_PLAIN: Final = re.compile(r"[A-Z0-9]*(?:[ <]+[A-Z0-9]+)*")


def compose_zone(fields: ZoneFields) -> str:
    """Return the zone's lines, apart by line feeds.

    Raises BadInput `mrz.document-code`, `mrz.illegal-character`, `mrz.too-long` (number or optional data),
    `mrz.number-missing`, and what codes, dates and names raise, with the field's path.
    """
    layout = LAYOUTS[fields.format]
    if not re.fullmatch("[A-Z][A-Z<]?", fields.document_code) or not rules.is_document_code(
        fields.document_code.ljust(2, FILLER), layout.first_letters
    ):
        raise BadInput("mrz.document-code", "No document of this size has such a code.", field="$.document_code")
    sheet = _Sheet(layout)
    sheet.write(layout.code, fields.document_code)
    sheet.write(layout.issuer, _code(fields.issuer, "$.issuer"))
    sheet.write(layout.names, print_names(fields.primary, fields.secondary, layout.names.stop - layout.names.start))
    sheet.write(layout.nationality, _code(fields.nationality, "$.nationality"))
    born = parse_partial_date(fields.birth_date, field="$.birth_date") if fields.birth_date else None
    sheet.write_checked(layout.birth, layout.birth_check, print_birth_date(born))
    sheet.write(layout.sex, _SEXES[fields.sex])
    expires = parse_date(fields.expiry_date, field="$.expiry_date")
    sheet.write_checked(layout.expiry, layout.expiry_check, print_expiry_date(expires))
    _write_number_and_optional(sheet, layout, fields)
    if layout.composite:
        over = "".join(span.of(sheet.lines) for span in layout.composite_over)
        sheet.write(layout.composite, check_digit(over))
    return "\n".join(sheet.lines)


class _Sheet:
    """Lines of fillers that are written on."""

    def __init__(self, layout: Layout) -> None:
        self.lines: Lines = (FILLER * layout.width,) * layout.count

    def write(self, span: Span, text: str) -> None:
        """Put text at the start of a span; it fits."""
        line = self.lines[span.line]
        written = line[: span.start] + text + line[span.start + len(text) :]
        self.lines = (*self.lines[: span.line], written, *self.lines[span.line + 1 :])

    def write_checked(self, span: Span, check: Span, text: str) -> None:
        """Put text into a span and the digit over the whole span behind it."""
        self.write(span, text)
        self.write(check, check_digit(span.of(self.lines)))


def _write_number_and_optional(sheet: _Sheet, layout: Layout, fields: ZoneFields) -> None:
    optional = [_checked_text(text, f"$.optional_data[{place}]") for place, text in enumerate(fields.optional_data)]
    optional += [""] * (len(layout.optional) - len(optional))
    if len(optional) > len(layout.optional):
        raise BadInput("mrz.too-long", "This format has fewer fields of optional data.", field="$.optional_data")
    optional[0] = _write_number(sheet, layout, fields.number) + optional[0]
    for place, (span, text) in enumerate(zip(layout.optional, optional, strict=True)):
        room = span.stop - span.start
        if len(text) > room:
            raise _too_long(f"$.optional_data[{place}]", room)
        sheet.write(span, text)
    if layout.optional_check:
        sheet.write(layout.optional_check, check_digit(layout.optional[0].of(sheet.lines)))


def _write_number(sheet: _Sheet, layout: Layout, text: str) -> str:
    """Write the number and return what of it stands in the optional data, check digit and filler included."""
    number = _checked_text(text, "$.number")
    size = layout.number.stop - layout.number.start
    more = layout.optional[0].stop - layout.optional[0].start - 2 if layout.long_number else 0
    if not number:
        raise BadInput("mrz.number-missing", "A zone needs a document number.", field="$.number")
    if len(number) > size + more:
        raise _too_long("$.number", size + more)
    if len(number) <= size:
        sheet.write_checked(layout.number, layout.number_check, number)
        return ""
    if FILLER in number[size:]:
        raise BadInput("mrz.illegal-character", "A blank stands beyond the ninth character.", field="$.number")
    sheet.write(layout.number, number[:size])
    return f"{number[size:]}{check_digit(number)}{FILLER}"


def _code(text: str, field: str) -> str:
    if text in rules.WITHDRAWN:
        return text
    code = parse_nationality(text, field=field, specimens=True)
    return _PRINTED_CODES.get(code, code)


def _checked_text(text: str, field: str) -> str:
    if not _PLAIN.fullmatch(text):
        raise BadInput("mrz.illegal-character", "Capitals A-Z, digits and single blanks only.", field=field)
    return text.replace(" ", FILLER)


def _too_long(field: str, room: int) -> BadInput:
    return BadInput("mrz.too-long", say("There is room for %(room)s characters.", room=room), field=field)
