"""Errors of the house as RFC 9457 problem documents. HTTP numbers stand here and nowhere below."""

from __future__ import annotations

import secrets
from typing import Final

import msgspec

from comity.core import codec
from comity.core.errors import (
    BadInput,
    ComityError,
    Conflict,
    Defect,
    FieldProblem,
    NotFound,
    NotPermitted,
    NotSignedIn,
    Pending,
    Refused,
    Unreachable,
)
from comity.surfaces.failures import Failure, describe

PROBLEM_TYPE: Final = "application/problem+json"
RETRY_AFTER_S: Final = 2
RETRY_LATER: Final = (429, 503)
UNAUTHORIZED: Final = 401

# The nearest class of an error decides; a code that tells more than its class goes first.
_BY_CODE: Final = {
    "codec.too-large": 413,
    "http.body-too-large": 413,
    "http.content-type": 415,
    "http.method": 405,
    "http.host": 421,
    "http.form-token": 403,
    "http.too-busy": 503,
}
_BY_CLASS: Final[tuple[tuple[type[ComityError], int, str], ...]] = (
    (NotFound, 404, "Not found"),
    (BadInput, 400, "The request cannot be read"),
    (Pending, 202, "Waiting for a second person"),
    (Conflict, 409, "The record moved on"),
    (Refused, 422, "Refused by a rule"),
    (NotSignedIn, 401, "Not signed in"),
    (NotPermitted, 403, "Not permitted"),
    (Unreachable, 503, "Not reachable now"),
    (Defect, 500, "A defect of this node"),
)
_SYNTAX: Final = (
    "codec.malformed",
    "codec.truncated",
    "codec.not-utf8",
    "codec.byte-order-mark",
    "codec.duplicate-key",
)
_CONTENT_STATUS: Final = 422
_TOO_MANY: Final = (".too-many", ".throttled")


class ProblemDocument(msgspec.Struct, frozen=True, kw_only=True):
    """RFC 9457 problem details with the house's own members: machine code, remedy, trace, reasons and places."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    kind: str
    code: str
    remedy: str
    trace: str
    problems: tuple[FieldProblem, ...] = ()
    reasons: tuple[str, ...] = ()
    approval: str | None = None


def status_of(error: ComityError) -> int:
    """Choose the HTTP status of an error."""
    if error.code in _BY_CODE:
        return _BY_CODE[error.code]
    if error.code.endswith(_TOO_MANY):
        return 429
    # Text that is not JSON is a bad request; JSON whose content does not fit the record is unprocessable (RFC 9110,
    # 15.5.21).
    if type(error) is BadInput and error.problems and error.code not in _SYNTAX:
        return _CONTENT_STATUS
    return next((status for kind, status, _ in _BY_CLASS if isinstance(error, kind)), 500)


def title_of(error: ComityError) -> str:
    """Say in a few words what kind of error it is; the same words for the same kind."""
    return next((title for kind, _, title in _BY_CLASS if isinstance(error, kind)), "A defect of this node")


def problem_document(error: ComityError, *, instance: str, trace: str) -> ProblemDocument:
    """Tell an error as a problem document; `instance` is the path asked for, without its query."""
    told = describe(error, trace)
    return ProblemDocument(
        type=f"urn:comity:problem:{error.code}",
        title=title_of(error),
        status=status_of(error),
        detail=told.detail,
        instance=instance,
        kind=told.kind,
        code=told.code,
        remedy=told.remedy,
        trace=trace,
        problems=told.problems,
        reasons=told.reasons,
        approval=told.approval,
    )


def malformed() -> bytes:
    """Tell that bytes are no HTTP request, to a caller of whom no more is known."""
    error = BadInput("http.malformed", "This is no HTTP request that can be read.", remedy="Use an HTTP/1.1 client.")
    return msgspec.json.encode(problem_document(error, instance="", trace=secrets.token_hex(8)))


def problem_headers(error: ComityError) -> dict[str, str]:
    """Give the headers that go with an error's status."""
    status = status_of(error)
    if status == UNAUTHORIZED:
        return {"WWW-Authenticate": 'Bearer realm="comity"'}
    return {"Retry-After": str(RETRY_AFTER_S)} if status in RETRY_LATER else {}


def failure_of(document: bytes) -> Failure:
    """Read a problem document back into the record of its error; raises `msgspec.DecodeError` if it is none."""
    return codec.quick(document, Failure)
