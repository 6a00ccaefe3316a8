"""The canonical profile: which plain values have exactly one byte form (RFC 8785, restricted)."""

from __future__ import annotations

from typing import Final
from unicodedata import is_normalized

from comity.core.errors import BadInput

# Beyond this a reader that keeps numbers as doubles (RFC 7493 section 2.2) would change them.
MAX_INTEGER: Final = 2**53 - 1


def check_profile(value: object, max_depth: int) -> None:
    """Raise BadInput with the path of the first place where a plain value leaves the profile.

    Codes: `codec.float`, `codec.integer-range`, `codec.key-not-ascii`, `codec.not-nfc`, `codec.too-deep`,
    `codec.unsupported-type`.
    """
    if _is_flat(value):
        return
    try:
        _check(value, max_depth)
    except _OutOfProfileError as breach:
        raise BadInput(breach.code, breach.rule, field="$" + "".join(reversed(breach.steps))) from None


def _is_flat(value: object) -> bool:
    """Say quickly whether a value is a map of texts that are all ASCII, as most small payloads are."""
    if type(value) is not dict:
        return False
    try:
        return "".join(value).isascii() and "".join(value.values()).isascii()
    except TypeError:  # something else than text is in it
        return False


def check_integers(value: object) -> None:
    """Raise BadInput `codec.integer-range` with the path of the first integer beyond 2^53 - 1."""
    waiting = [(value, "$")]
    while waiting:
        item, place = waiting.pop()
        if isinstance(item, dict):
            waiting += [(inner, place + _step(key)) for key, inner in item.items()]
        elif isinstance(item, list):
            waiting += [(inner, f"{place}[{index}]") for index, inner in enumerate(item)]
        elif isinstance(item, int) and not -MAX_INTEGER <= item <= MAX_INTEGER:
            raise BadInput("codec.integer-range", "Integer is beyond 2^53 - 1.", field=place)


class _OutOfProfileError(Exception):
    """A value without canonical form; the levels it passes through on the way up add their steps of the path."""

    def __init__(self, code: str, rule: str, *steps: str) -> None:
        super().__init__(code)
        self.code = code
        self.rule = rule
        self.steps = list(steps)


def _check(value: object, room: int) -> None:
    """Check one value; `room` is how many levels may still open."""
    if isinstance(value, str):
        _check_text(value)
    elif value is None or isinstance(value, (bool, bytes)):
        return
    elif isinstance(value, int):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise _OutOfProfileError("codec.integer-range", "Integer is beyond 2^53 - 1.")
    elif isinstance(value, dict):
        _check_room(room)
        _check_map(value, room - 1)
    elif isinstance(value, (list, tuple)):
        _check_room(room)
        _check_list(value, room - 1)
    elif isinstance(value, float):
        raise _OutOfProfileError("codec.float", "Floating-point numbers have no canonical form.")
    else:
        raise _OutOfProfileError("codec.unsupported-type", "Value has a type that has no canonical form.")


def _check_room(room: int) -> None:
    if room <= 0:
        raise _OutOfProfileError("codec.too-deep", "Document is nested too deep.")


def _check_text(text: str) -> None:
    if not is_normalized("NFC", text):
        raise _OutOfProfileError("codec.not-nfc", "Text is not in Unicode normal form C.")


def _check_map(value: dict[object, object], room: int) -> None:
    for key, item in value.items():
        if not isinstance(key, str) or not key.isascii():
            raise _OutOfProfileError("codec.key-not-ascii", "Keys must be ASCII text.", "[...]")
        # The commonest leaves, kept out of the call: this loop runs for every byte that is signed.
        if isinstance(item, str):
            if item.isascii():
                continue
        elif item is None or (isinstance(item, int) and -MAX_INTEGER <= item <= MAX_INTEGER):
            continue
        try:
            _check(item, room)
        except _OutOfProfileError as breach:
            breach.steps.append(_step(key))
            raise


def _step(key: str) -> str:
    """Name a level of a path; a key that is no field name may itself be a value about a person."""
    return f".{key}" if key.isidentifier() and key.islower() else "[...]"


def _check_list(value: list[object] | tuple[object, ...], room: int) -> None:
    for index, item in enumerate(value):
        if isinstance(item, str) and item.isascii():
            continue
        try:
            _check(item, room)
        except _OutOfProfileError as breach:
            breach.steps.append(f"[{index}]")
            raise
