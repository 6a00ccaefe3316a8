"""The door for commands: text comes in as NFC without outer white space, and what that changed is kept as it came.

Whoever writes a name in another form wrote it so: the field holds the form that can be searched and signed, and the
original stands unchanged beside the record, erased with it (`Original`). What screens and logs cannot show safely is
refused here for every field of every operation (see `comity.core.text`). Passwords are brought to NFC and nothing of
them is kept (RFC 8265 section 4.2); fields marked `Verbatim` pass untouched.
"""

from __future__ import annotations

import functools
import re
from typing import Annotated, Final, TypeVar, get_args, get_origin
from unicodedata import combining, is_normalized

import msgspec

from comity.core import codec
from comity.core.codec import JsonValue
from comity.core.codec_profile import check_integers
from comity.core.personal import Personal, marked_paths
from comity.core.text import clean_text, nfc

T = TypeVar("T", bound=msgspec.Struct)

_ASCII: Final = bytes(range(128))

# Beyond ASCII: what may be outer white space, or what is refused. Anything found here is looked at closely.
_CLOSER: Final = re.compile(
    "[\x7f-\xa0\u1680\u2000-\u200a\u2028-\u202f\u205f\u2066-\u2069\u3000\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF))
    + "]"
)


class Verbatim:
    """Marker for `typing.Annotated`: a document in a form of its own, whose every character counts."""


class Original(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Text as it came, where the field `path` of the command holds it in another form.

    As bytes of UTF-8: text in canonical form could not hold what is not NFC.
    """

    path: str
    utf8: Annotated[bytes, Personal]

    @property
    def text(self) -> str:
        """The text."""
        return self.utf8.decode()


def read_command(data: bytes, kind: type[T]) -> tuple[T, tuple[Original, ...]]:
    """Read a command with its text brought into form, and return what that changed.

    Raises what `codec.decode_as` and `text.clean_text` raise, with the place of the field.
    """
    if _is_plain(data):
        return codec.decode_as(data, kind), ()
    value = codec.decode(data)
    check_integers(value)
    entrance = _Entrance(_paths(kind, Verbatim), _paths(kind, "password"))
    return codec.from_json_value(entrance.tidy(value, "$", "$"), kind), tuple(entrance.originals)


def in_form(text: str, field: str = "$") -> str:
    """Bring text into the form that fields hold; raises as `clean_text` does."""
    return clean_text(text, field, may_be_empty=True)


def _is_plain(data: bytes) -> bool:
    """Say whether no text in the document can need a change: the usual case, and a quick look.

    Compact JSON has spaces inside texts only, and control characters as escapes only. Other JSON is merely looked at
    closely for nothing.
    """
    if b"\\" in data or b'" ' in data or b' "' in data:
        return False
    if b"\x7f" in data:
        return False
    if data.isascii():
        return True
    try:
        # Few signs are left; what composes with an ASCII letter has a combining class.
        rest = data.translate(None, _ASCII).decode("utf-8")
        if _CLOSER.search(rest) is not None:
            return False
        return is_normalized("NFC", data.decode("utf-8") if any(map(combining, rest)) else rest)
    except UnicodeDecodeError:
        return True  # The reader refuses it.


class _Entrance:
    """One pass over one command."""

    def __init__(self, verbatim: frozenset[str], secret: frozenset[str]) -> None:
        self._verbatim = verbatim
        self._secret = secret
        self.originals: list[Original] = []

    def tidy(self, value: JsonValue, path: str, shape: str) -> JsonValue:
        """Return the value with its texts in form; `shape` is the path without the numbers of items."""
        match value:
            case str():
                return self._text(value, path, shape)
            case list():
                return [self.tidy(item, f"{path}[{place}]", f"{shape}[]") for place, item in enumerate(value)]
            case dict():
                return {name: self.tidy(item, f"{path}.{name}", f"{shape}.{name}") for name, item in value.items()}
            case _:
                return value

    def _text(self, text: str, path: str, shape: str) -> str:
        if shape in self._verbatim or (text.isascii() and text.isprintable() and text.strip() == text):
            return text
        if shape in self._secret:
            return nfc(text)
        tidied = in_form(text, path if path.isascii() else "$")
        if tidied != text:
            self.originals.append(Original(path=path, utf8=text.encode()))
        return tidied


@functools.cache
def _paths(kind: type[msgspec.Struct], mark: object) -> frozenset[str]:
    """Return the places of a command that are marked `Verbatim`, or are secrets by their JSON Schema format."""

    def is_marked(hint: object) -> bool:
        if get_origin(hint) is not Annotated:
            return False
        return any(
            extra is mark or (isinstance(extra, msgspec.Meta) and (extra.extra_json_schema or {}).get("format") == mark)
            for extra in get_args(hint)[1:]
        )

    return frozenset(marked_paths(kind, is_marked))
