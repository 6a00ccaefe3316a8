"""What peers may ask of each other beside the delivery of records: topics, each with who answers it here.

ASK:  number (8 bytes), topic (1-byte length), body.
TOLD: number (8 bytes), 0 and the answer, or 1 and a problem.

Several questions may be under way on one connection; the number says which is answered. An answer of a topic with a
slot leaves at the next full slot after its question came, so that its time tells nothing of what was found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from comity.core.codec import decode_canonical_as, encode
from comity.core.errors import BadInput, Refused, Unreachable
from comity.exchange.binary import Parts, prefixed
from comity.exchange.hello import Problem
from comity.exchange.records import Peer

_NUMBER_BYTES = 8
_WELL, _BADLY = b"\0", b"\1"
RETRY_S = 5


@dataclass(frozen=True, slots=True)
class Topic:
    """Who answers; `slot_s` is the grid of time on which answers leave, 0 for none. `answer` runs in the pool."""

    answer: Callable[[Peer, bytes], bytes]
    slot_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A message to answer."""

    number: int
    topic: str
    body: bytes


def write_asked(asked: Asked) -> bytes:
    """Return the payload of ASK."""
    return asked.number.to_bytes(_NUMBER_BYTES, "big") + prefixed(asked.topic.encode("ascii"), 1) + asked.body


def read_asked(payload: bytes) -> Asked:
    """Read the payload of ASK. Raises `BadInput`."""
    parts = Parts(payload)
    number = parts.number(_NUMBER_BYTES)
    try:
        topic = parts.part(1, 255).decode("ascii")
    except UnicodeDecodeError:
        raise BadInput("exchange.layout", "The name of a topic is ASCII.") from None
    return Asked(number, topic, payload[parts.at :])


def write_told(number: int, answer: bytes) -> bytes:
    """Return the payload of TOLD with an answer."""
    return number.to_bytes(_NUMBER_BYTES, "big") + _WELL + answer


def write_problem(number: int, code: str, retry_after_s: int | None = None) -> bytes:
    """Return the payload of TOLD where there is no answer."""
    problem = encode(Problem(code=code, retry_after_s=retry_after_s))
    return number.to_bytes(_NUMBER_BYTES, "big") + _BADLY + problem


def number_of(payload: bytes) -> int:
    """Return which message a TOLD answers. Raises `BadInput`."""
    return Parts(payload).number(_NUMBER_BYTES)


def read_told(payload: bytes) -> bytes:
    """Return the answer of a TOLD.

    Raises `Refused` with the other side's code, `Unreachable` where it may answer later, `BadInput`.
    """
    parts = Parts(payload)
    parts.take(_NUMBER_BYTES)
    state = parts.take(1)
    body = payload[parts.at :]
    if state == _WELL:
        return body
    problem = decode_canonical_as(body, Problem)
    if problem.retry_after_s is not None:
        raise Unreachable(problem.code, "The peer cannot answer now.")
    raise Refused(problem.code, "The peer does not answer this.")
