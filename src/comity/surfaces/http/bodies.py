"""Reading request bodies: the right content type, no more bytes than allowed, strict JSON."""

from __future__ import annotations

from starlette.requests import ClientDisconnect, Request

from comity.core.errors import BadInput, Unreachable


async def read_body(request: Request, content_type: str, limit: int) -> bytes:
    """Read a whole body of exactly `content_type`, and stop reading once it is larger than `limit` bytes.

    Raises `BadInput` `http.content-type`, `http.content-encoding`, `http.content-length` or `http.body-too-large`.
    """
    given, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if given.strip().lower() != content_type or charset not in {"", "utf-8"}:
        raise BadInput("http.content-type", f"The body must be {content_type} in UTF-8.")
    return await _read(request, limit)


async def read_upload(request: Request, content_type: str, limit: int) -> bytes:
    """Read a whole body as `read_body` does, whose content type has parameters of its own."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != content_type:
        raise BadInput("http.content-type", f"The body must be {content_type}.")
    return await _read(request, limit)


async def _read(request: Request, limit: int) -> bytes:
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise BadInput("http.content-type", "The body must not be compressed.")
    length = request.headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()):
        raise BadInput("http.content-length", "The Content-Length is not a number.")
    if int(length[:20]) > limit:
        raise _too_large(limit)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise _too_large(limit)
    except ClientDisconnect:
        raise Unreachable("http.disconnected", "The client went away before its body was read.") from None
    return bytes(body)


def _too_large(limit: int) -> BadInput:
    return BadInput("http.body-too-large", f"The body is larger than {limit} bytes.", remedy="Send less at once.")
