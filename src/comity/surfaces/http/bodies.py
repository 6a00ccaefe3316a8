"""Reading request bodies: the right content type, no more bytes than allowed."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.types import Receive, Scope

from comity.core.errors import BadInput, Unreachable
from comity.core.said import say


def fields_of(scope: Scope) -> dict[bytes, bytes]:
    """Return the fields of a request's head by their names in lower case; of several with one name, the first."""
    return dict(reversed(scope["headers"]))


async def read_body(fields: Mapping[bytes, bytes], receive: Receive, content_type: str, limit: int) -> bytes:
    """Read a whole body of exactly `content_type`, and stop reading once it is larger than `limit` bytes.

    Raises `BadInput` `http.content-type`, `http.content-encoding`, `http.content-length` or `http.body-too-large`.
    """
    given, _, parameters = fields.get(b"content-type", b"").decode("latin-1").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if given.strip().lower() != content_type or charset not in {"", "utf-8"}:
        raise BadInput(
            "http.content-type", say("The body must be %(content_type)s in UTF-8.", content_type=content_type)
        )
    return await _read(fields, receive, limit)


async def read_upload(fields: Mapping[bytes, bytes], receive: Receive, content_type: str, limit: int) -> bytes:
    """Read a whole body as `read_body` does, whose content type has parameters of its own."""
    given = fields.get(b"content-type", b"").decode("latin-1")
    if given.partition(";")[0].strip().lower() != content_type:
        raise BadInput("http.content-type", say("The body must be %(content_type)s.", content_type=content_type))
    return await _read(fields, receive, limit)


async def _read(fields: Mapping[bytes, bytes], receive: Receive, limit: int) -> bytes:
    if fields.get(b"content-encoding", b"identity").lower() != b"identity":
        raise BadInput("http.content-type", "The body must not be compressed.")
    length = fields.get(b"content-length", b"0")
    if not length.isdigit():
        raise BadInput("http.content-length", "The Content-Length is not a number.")
    if int(length[:20]) > limit:
        raise _too_large(limit)
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Unreachable("http.disconnected", "The client went away before its body was read.")
        body += message.get("body", b"")
        if len(body) > limit:
            raise _too_large(limit)
        more = message.get("more_body", False)
    return bytes(body)


def _too_large(limit: int) -> BadInput:
    return BadInput(
        "http.body-too-large", say("The body is larger than %(limit)s bytes.", limit=limit), remedy="Send less at once."
    )
