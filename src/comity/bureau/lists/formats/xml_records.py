"""Hostile-proof reading of one XML file as a run of records: nothing declared is expanded, nothing outside is fetched.

Expat alone, with its callbacks: a document type declaration is refused before any entity can be used, and depth,
counts and lengths have limits. A file that breaks off gives the records before the break.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from comity.bureau.lists.formats.reading import MAX_FILE_BYTES
from comity.core.errors import BadInput
from comity.core.said import say

MAX_DEPTH: Final = 12
MAX_ELEMENTS: Final = 5_000_000
MAX_TEXT: Final = 64_000
_PIECE: Final = 1 << 16
_XML_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}\Z")


@dataclass(slots=True)
class Element:
    """One element: its name, its own text, its children in order."""

    tag: str
    text: list[str] = field(default_factory=list)
    children: list[Element] = field(default_factory=list)

    def first(self, tag: str) -> str:
        """Return the text of the first child of that name, empty where there is none."""
        return next(("".join(child.text) for child in self.children if child.tag == tag), "")

    def all(self, tag: str) -> list[Element]:
        """Return the children of that name."""
        return [child for child in self.children if child.tag == tag]


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its XPath, its element, and the bytes it was read from."""

    place: str
    element: Element
    raw: bytes


@dataclass(frozen=True, slots=True)
class Records:
    """What a file held. `broken_at`: the place and rule where it stopped being XML, None for a whole file."""

    root: str
    attributes: dict[str, str]
    records: tuple[Record, ...]
    others: int
    broken_at: tuple[str, str] | None


def read_records(document: bytes, *, tag: str, other: str) -> Records:
    """Return every element `tag` that stands two levels below the root, and count those named `other`.

    Raises `BadInput`: `xml.too-large`, `xml.encoding` (it is not UTF-8), `xml.declares-entities`, `xml.too-deep`,
    `xml.too-many-elements`, `xml.text-too-long`, `xml.name`. A file that is cut off or breaks the grammar is no error
    but `broken_at`.
    """
    if len(document) > MAX_FILE_BYTES:
        raise BadInput("xml.too-large", say("The file is larger than %(most)s bytes.", most=MAX_FILE_BYTES))
    if document.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)):
        raise _other_encoding()
    return _Reader(document, tag, other).read()


def _other_encoding() -> BadInput:
    return BadInput(
        "xml.encoding",
        "The file is not in UTF-8, as its publisher writes it.",
        field="line 1",
        remedy="Fetch the list again from its publisher.",
    )


class _Reader:
    def __init__(self, document: bytes, tag: str, other: str) -> None:
        self._document = document
        self._tag, self._other = tag, other
        self._parser = expat.ParserCreate()
        self._path: list[str] = []
        self._open: list[Element] = []
        self._start = 0
        self._elements = self._others = self._length = 0
        self._root = ""
        self._attributes: dict[str, str] = {}
        self._records: list[Record] = []

    def read(self) -> Records:
        parser = self._parser
        parser.buffer_text = True
        parser.XmlDeclHandler = self._require_utf8
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.EntityDeclHandler = self._refuse_entity
        parser.StartElementHandler = self._start_element
        parser.EndElementHandler = self._end_element
        parser.CharacterDataHandler = self._characters
        broken = None
        try:
            for start in range(0, len(self._document), _PIECE):
                parser.Parse(self._document[start : start + _PIECE], False)  # noqa: FBT003 - expat takes it by place
            parser.Parse(b"", True)  # noqa: FBT003 - as above
        except expat.ExpatError as error:
            broken = f"line {error.lineno}", "xml.cut-off" if self._at_end(error) else "xml.malformed"
        return Records(
            root=self._root,
            attributes=self._attributes,
            records=tuple(self._records),
            others=self._others,
            broken_at=broken,
        )

    def _at_end(self, error: expat.ExpatError) -> bool:
        codes = expat.errors.codes
        ends = (expat.errors.XML_ERROR_NO_ELEMENTS, expat.errors.XML_ERROR_UNCLOSED_TOKEN)
        partial = (expat.errors.XML_ERROR_PARTIAL_CHAR, expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION)
        return error.code in {codes[each] for each in (*ends, *partial)}

    def _require_utf8(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in {"utf-8", "us-ascii"}:
            raise _other_encoding()

    def _refuse_doctype(self, *_: object) -> None:
        raise BadInput(
            "xml.declares-entities",
            "The file has a document type declaration, which lists do not have and attacks do.",
            field=self._line(),
            remedy="Fetch the list again from its publisher.",
        )

    def _refuse_entity(self, *_: object) -> None:
        raise BadInput("xml.declares-entities", "The file declares an entity.", field=self._line())

    def _start_element(self, tag: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if len(self._path) >= MAX_DEPTH:
            raise BadInput(
                "xml.too-deep",
                say("Elements are nested deeper than %(most)s.", most=MAX_DEPTH),
                field=self._line(),
            )
        if self._elements > MAX_ELEMENTS:
            raise BadInput("xml.too-many-elements", "The file has more elements than any list.", field=self._line())
        if not _XML_NAME.match(tag):
            raise BadInput("xml.name", "An element has a name that no list uses.", field=self._line())
        if not self._root:
            self._root, self._attributes = tag, attributes
        self._path.append(tag)
        if self._open:
            child = Element(tag)
            self._open[-1].children.append(child)
            self._open.append(child)
        elif len(self._path) == 3:  # noqa: PLR2004 - root, group, record
            if tag == self._tag:
                self._start = self._parser.CurrentByteIndex
                self._open.append(Element(tag))
            elif tag == self._other:
                self._others += 1
        self._length = 0

    def _end_element(self, tag: str) -> None:
        if self._open:
            done = self._open.pop()
            if not self._open:
                self._add(done, self._parser.CurrentByteIndex + len(tag) + 3)
        self._path.pop()

    def _add(self, done: Element, end: int) -> None:
        place = "/" + "/".join(self._path) + f"[{len(self._records) + 1}]"
        self._records.append(Record(place, done, self._document[self._start : end]))

    def _characters(self, text: str) -> None:
        self._length += len(text)
        if self._length > MAX_TEXT:
            raise BadInput("xml.text-too-long", "An element holds more text than any list.", field=self._line())
        if self._open:
            self._open[-1].text.append(text)

    def _line(self) -> str:
        return f"line {self._parser.CurrentLineNumber}"
