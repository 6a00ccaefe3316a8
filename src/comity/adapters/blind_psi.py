"""`comity.exchange.blind` by OpenMined PSI: elliptic-curve Diffie-Hellman on P-256, sets as Golomb-coded filters.

The extra `blind` brings the library. A filter's false hits are one in a thousand million for each key, and every hit
leads to a query that a person confirms.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, TypeVar

from comity.core.errors import BadInput, Refused
from comity.core.said import say
from comity.exchange.blind import MAX_QUESTION, SEGMENTS, BlindSegment, clean_keys, filled, segment_of

if TYPE_CHECKING:
    from types import ModuleType

_FALSE_HITS: Final = 1e-9
_REVEAL: Final = True
"""The asker learns which of its keys hit, not only how many."""
T = TypeVar("T")
R = TypeVar("R")
_THREADS: Final = 2
_WORTH_CUTTING: Final = 64
_POINT_BYTES: Final = 33
_FILLING_BYTES: Final = 16
_MAX_MESSAGE: Final = MAX_QUESTION * (_POINT_BYTES + 8) + 1024


def _library() -> ModuleType:
    """Return the library, loaded at the first use."""
    try:
        return import_module("private_set_intersection.python")
    except ImportError:
        raise Refused(
            "blind.no-library",
            "This installation cannot look up blindly.",
            remedy="Install the extra blind (the package openmined-psi).",
        ) from None


class PsiOwner:
    """`BlindOwner` with a secret of its own; make one for each asker."""

    def __init__(self, keys: Iterable[str], secret: bytes | None = None) -> None:
        psi = _library()
        self._psi = psi
        self._server = (
            psi.server.CreateWithNewKey(_REVEAL) if secret is None else psi.server.CreateFromKey(secret, _REVEAL)
        )
        self._keys: list[set[str]] = [set() for _ in range(SEGMENTS)]
        self._versions = [0] * SEGMENTS
        self._changed: set[int] = set()
        self.change(keys, ())

    @property
    def secret(self) -> bytes:
        """The owner's secret towards this asker, to be kept beside the set's versions; it never leaves the owner."""
        return bytes(self._server.GetPrivateKeyBytes())

    def change(self, added: Iterable[str], removed: Iterable[str]) -> None:
        """Add and remove keys; takes effect with the next `publish`."""
        for key in added:
            place = segment_of(key)
            if key not in self._keys[place]:
                self._keys[place].add(key)
                self._changed.add(place)
        for key in removed:
            place = segment_of(key)
            if key in self._keys[place]:
                self._keys[place].remove(key)
                self._changed.add(place)

    def publish(self, most: int | None = None) -> tuple[BlindSegment, ...]:
        """Return the segments that changed since they were last returned, in order, at most so many."""
        due = sorted(self._changed)[:most]
        self._changed.difference_update(due)
        return tuple(self._segment(place) for place in due)

    def weigh(self, question: bytes) -> int:
        """Return how many keys a question asks about, filling included."""
        return len(_parsed(self._psi.Request, question).encrypted_elements)

    def answer(self, question: bytes) -> bytes:
        """Return the answer to a question. Raises `BadInput` `blind.malformed`, `blind.too-many`."""
        request = _parsed(self._psi.Request, question)
        if len(request.encrypted_elements) > MAX_QUESTION:
            raise BadInput("blind.too-many", say("A question asks about %(most)s keys at most.", most=MAX_QUESTION))
        if not request.reveal_intersection or not request.encrypted_elements:
            raise _malformed()
        try:
            return bytes(self._server.ProcessRequest(request).SerializeToString())
        except (RuntimeError, ValueError):
            raise _malformed() from None

    def _segment(self, place: int) -> BlindSegment:
        self._versions[place] += 1
        keys = sorted(self._keys[place])
        data = b""
        if keys:
            kind = self._psi.DataStructure.GCS
            data = bytes(self._server.CreateSetupMessage(_FALSE_HITS, 1, keys, kind).SerializeToString())
        return BlindSegment(segment=place, version=self._versions[place], data=data)


class PsiAsker:
    """`BlindAsker` that keeps the newest segments of one owner."""

    def __init__(self) -> None:
        self._psi = _library()
        self._segments: dict[int, tuple[int, Any]] = {}

    def take(self, segment: BlindSegment) -> None:
        """Keep a segment in the place of its older version. Raises `BadInput` `blind.malformed`."""
        if not 0 <= segment.segment < SEGMENTS:
            raise _malformed()
        kept, _ = self._segments.get(segment.segment, (0, None))
        if segment.version <= kept:
            return
        setup = _parsed(self._psi.ServerSetup, segment.data, limit=None) if segment.data else None
        if setup is not None and setup.WhichOneof("data_structure") != "gcs":
            raise _malformed()
        self._segments[segment.segment] = (segment.version, setup)

    def ask(self, keys: Sequence[str]) -> PsiQuestion:
        """Return a question about the keys. Raises `BadInput` for none, too many or too long ones."""
        return PsiQuestion(self._psi, clean_keys(keys), self._segments)


class PsiQuestion:
    """`BlindQuestion`: the keys, filled up with random ones, under a secret that lives as long as this object."""

    def __init__(self, psi: ModuleType, keys: tuple[str, ...], segments: dict[int, tuple[int, Any]]) -> None:
        self._psi = psi
        self._keys = keys
        self._segments = segments
        first = psi.client.CreateWithNewKey(_REVEAL)
        # One client to a thread; the library computes outside the interpreter's lock.
        secret = first.GetPrivateKeyBytes()
        self._clients = [first, *(psi.client.CreateFromKey(secret, _REVEAL) for _ in range(_THREADS - 1))]
        filling = [os.urandom(_FILLING_BYTES).hex() for _ in range(filled(len(keys)) - len(keys))]
        asked = [*keys, *filling]
        self._asked = len(asked)
        parts = _in_parallel(lambda client, part: client.CreateRequest(part), self._clients, _cut(asked))
        request = parts[0]
        for part in parts[1:]:
            request.encrypted_elements.extend(part.encrypted_elements)
        self._message = bytes(request.SerializeToString())

    @property
    def message(self) -> bytes:
        """What the owner gets."""
        return self._message

    def hits(self, answer: bytes) -> frozenset[str]:
        """Return the keys that are in the owner's set. Raises `BadInput` `blind.malformed`."""
        response = _parsed(self._psi.Response, answer)
        points = response.encrypted_elements
        if len(points) != self._asked:
            raise _malformed()
        by_segment: dict[int, list[int]] = {}
        for place, key in enumerate(self._keys):
            by_segment.setdefault(segment_of(key), []).append(place)

        def look(client: Any, segments: list[int]) -> set[str]:  # noqa: ANN401 - the library has no types
            found: set[str] = set()
            for segment in segments:
                places = by_segment[segment]
                _, setup = self._segments.get(segment, (0, None))
                if setup is not None:
                    held = self._look(client, setup, [points[each] for each in places])
                    found.update(self._keys[places[hit]] for hit in held)
            return found

        return frozenset[str]().union(*_in_parallel(look, self._clients, _cut(list(by_segment))))

    def _look(self, client: Any, setup: Any, points: list[bytes]) -> list[int]:  # noqa: ANN401 - as above
        response = self._psi.Response()
        response.encrypted_elements.extend(points)
        try:
            return list(client.GetIntersection(setup, response))
        except (RuntimeError, ValueError):
            raise _malformed() from None


def _cut(items: list[T]) -> list[list[T]]:
    """Return the items in as many runs as there are threads, in order; few items stay together."""
    if len(items) < _WORTH_CUTTING:
        return [items]
    size = -(-len(items) // _THREADS)
    return [items[start : start + size] for start in range(0, len(items), size)]


def _in_parallel(do: Callable[[Any, list[T]], R], clients: list[Any], parts: list[list[T]]) -> list[R]:
    """Run `do` on each part with a client of its own, and return what came, in order."""
    if len(parts) == 1:
        return [do(clients[0], parts[0])]
    with ThreadPoolExecutor(len(parts), thread_name_prefix="blind") as pool:
        return list(pool.map(do, clients, parts))


def _parsed(kind: Any, data: bytes, limit: int | None = _MAX_MESSAGE) -> Any:  # noqa: ANN401 - as above
    if limit is not None and len(data) > limit:
        raise _malformed()
    message = kind()
    try:
        message.ParseFromString(data)
    except Exception as error:  # the library's DecodeError, which its public names do not offer
        if type(error).__name__ != "DecodeError":
            raise
        raise _malformed() from None
    return message


def _malformed() -> BadInput:
    return BadInput(
        "blind.malformed",
        "This is no message of a blind look-up.",
        remedy="Treat it as no answer, never as no hit, and ask again.",
    )
