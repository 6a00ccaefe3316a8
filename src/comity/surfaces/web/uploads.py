"""Forms that carry a file: `multipart/form-data` (RFC 7578), read into the same names and texts as any other form.

An input named `PATH.content` takes any file: its bytes come as base64, its name and media type beside it as
`PATH.name` and `PATH.type`. Every other file is text.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlencode

from comity.core.errors import BadInput

UPLOAD_TYPE: Final = "multipart/form-data"
_BOUNDARY: Final = re.compile(r'boundary="?([0-9A-Za-z\'()+_,./:=? -]{1,70})"?', re.ASCII)
_NAME: Final = re.compile(r'form-data; *name="([^"\r\n]*)"', re.ASCII | re.IGNORECASE)
_FILE: Final = re.compile(r'filename="([^"\r\n]*)"', re.IGNORECASE)
_KIND: Final = re.compile(r"content-type: *([a-z]+/[a-z0-9.+-]+)", re.ASCII | re.IGNORECASE)
_CONTENT: Final = ".content"
_MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"


def form_body(content_type: str, body: bytes) -> bytes:
    """Return the form as `application/x-www-form-urlencoded`; a file of text is its text, without its name on disk.

    Raises `BadInput` `form.malformed`, `form.not-text`.
    """
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        raise _malformed()
    return urlencode(list(_pairs(body, boundary[1].encode("ascii")))).encode("ascii")


def _pairs(body: bytes, boundary: bytes) -> Iterator[tuple[str, str]]:
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary)
    # What stands before the first boundary and after the last is no part (RFC 2046 section 5.1.1).
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):  # noqa: PLR2004 - a preamble and at least an end
        raise _malformed()
    for piece in pieces[1:-1]:
        head, separator, content = piece.partition(b"\r\n\r\n")
        name = _NAME.search(head.decode("latin-1"))
        if not separator or name is None:
            raise _malformed()
        if name[1].endswith(_CONTENT):
            yield from _file(name[1].removesuffix(_CONTENT), head, content)
        else:
            yield name[1], _text(content)


def _file(path: str, head: bytes, content: bytes) -> Iterator[tuple[str, str]]:
    """Give a file of any kind; an input in which none was chosen gives nothing."""
    said = head.decode("utf-8", "replace")
    name, kind = _FILE.search(said), _KIND.search(said)
    if name is None or not content:
        return
    yield f"{path}{_CONTENT}", base64.b64encode(content).decode("ascii")
    yield f"{path}.name", name[1].rpartition("/")[2].rpartition("\\")[2]
    yield f"{path}.type", kind[1].lower() if kind else "application/octet-stream"


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8").removeprefix(_MARK)
    except UnicodeDecodeError:
        raise BadInput(
            "form.not-text", "The file is not text in UTF-8.", remedy="Save it as UTF-8 and try again."
        ) from None


def _malformed() -> BadInput:
    return BadInput("form.malformed", "The form cannot be read.")
