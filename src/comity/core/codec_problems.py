"""What the JSON library says when it refuses, told again without values.

The library may quote what it read ("Invalid enum value 'Example'"), and what it read may be about a person. Every
message is therefore matched against the known shapes; only words that come from our own types survive, and an unknown
shape becomes a general refusal.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from comity.core.errors import BadInput
from comity.core.said import Said, say

if TYPE_CHECKING:
    import msgspec

# The library appends " - at `$.a[0]`", or " - at `key` in `$.a`" for the keys of a map.
_PLACE: Final = re.compile(r" - at (?:`key` in )?`(?P<path>\$(?:\.\w{1,64}|\[\d+\]|\[\.\.\.\])*)`\Z", re.ASCII)
_MALFORMED: Final = re.compile(r"JSON is malformed: (?P<rule>[a-z0-9 :,'-]+?) \(byte (?P<offset>\d+)\)")
_HALF_AT_END: Final = re.compile(rb'\\u[dD][89abAB][0-9a-fA-F]{2}"[\]}\s]*\Z')
_MISSING: Final = re.compile(r"Object missing required field `(?P<name>[^`]+)`")

_BOUND: Final = re.compile(r"Expected `(?P<kind>\w+)` (?:of length )?(?P<sign><=|>=) (?P<count>-?\d+)", re.ASCII)
_ENTRIES: Final = {"<=": "At most %(count)s entries.", ">=": "At least %(count)s entries."}
_NUMBERS: Final = {"<=": "At most %(count)s.", ">=": "At least %(count)s."}
_BOUNDS: Final = {
    "str": {"<=": "At most %(count)s characters.", ">=": "At least %(count)s characters."},
    "array": _ENTRIES,
    "object": _ENTRIES,
    "int": _NUMBERS,
    "float": _NUMBERS,
}

# (shape, code, what to say; None repeats the library's words, which in these shapes come from our own types)
_SHAPES: Final[tuple[tuple[re.Pattern[str], str, str | None], ...]] = (
    (re.compile(r"Expected `[^`]+`(, got `[^`]+`)?"), "codec.wrong-type", None),
    (re.compile(r"Expected `[^`]+` with (a|no) timezone component"), "codec.bad-format", None),
    (
        re.compile(r"Expected `\w+` of (at (least|most) )?length (<= |>= )?\d+( to \d+)?(, got \d+)?"),
        "codec.wrong-length",
        None,
    ),
    (re.compile(r"Expected `(int|float)` (<=|>=|<|>|that's a multiple of) \S+"), "codec.out-of-bounds", None),
    (
        re.compile(r"Expected `str` matching regex .+", re.DOTALL),
        "codec.pattern",
        "Text is not written as it must be here.",
    ),
    (
        re.compile(r"Invalid (enum )?value .*", re.DOTALL),
        "codec.unknown-value",
        "Value is not one of those allowed here.",
    ),
    (
        re.compile(
            r"Invalid (RFC3339 encoded (datetime|date|time)|ISO8601 duration|UUID( bytes)?|base64 encoded string"
            r"|decimal string|epoch timestamp)"
        ),
        "codec.bad-format",
        None,
    ),
    (
        re.compile(r"Only units 'D', 'H', 'M', and 'S' are supported .*"),
        "codec.bad-format",
        "Duration uses a unit that is not supported.",
    ),
    (
        re.compile(r"(Integer value|Number|Duration is|Timestamp is)( is)? out of range ?"),
        "codec.number-out-of-range",
        "Number is out of range.",
    ),
    (
        re.compile(r"Object contains unknown field .*", re.DOTALL),
        "codec.unknown-field",
        "Object has a field that is not known here.",
    ),
)


def refuse_content(error: msgspec.ValidationError) -> BadInput:
    """Tell a refused value: the path of the place and the rule, never the value."""
    text = str(error)
    place = _PLACE.search(text)
    path = place["path"] if place else "$"
    rule = text[: place.start()] if place else text
    missing = _MISSING.fullmatch(rule)
    if missing:
        return BadInput("codec.missing-field", "A required field is missing.", field=f"{path}.{missing['name']}")
    for shape, code, words in _SHAPES:
        if shape.fullmatch(rule):
            return BadInput(code, words or _as_told(rule.rstrip()), field=path)
    return BadInput("codec.invalid", "Value breaks a rule of its record.", field=path)


def _as_told(rule: str) -> Said:
    """Say a bound in words; put whatever else the library says behind a word that can be translated."""
    bound = _BOUND.fullmatch(rule)
    if bound is not None and bound["kind"] in _BOUNDS:
        return say(_BOUNDS[bound["kind"]][bound["sign"]], count=bound["count"])
    expected = rule.removeprefix("Expected ")
    if expected != rule:
        return say("Expected %(rule)s.", rule=expected)
    return say("Invalid %(rule)s.", rule=rule.removeprefix("Invalid "))


def refuse_syntax(error: msgspec.DecodeError, data: bytes) -> BadInput:
    """Tell text that is not JSON: the byte offset and the rule of RFC 8259 it breaks."""
    found = _MALFORMED.fullmatch(str(error))
    if found is None:
        # The library looks for the other half of a pair beyond the end, and then takes the text for cut short.
        half = _HALF_AT_END.search(data)
        if half is not None:
            return BadInput("codec.lone-surrogate", "Text holds half of a surrogate pair.", field=f"@{half.start()}")
        return BadInput("codec.truncated", "JSON text ends too early.", field=f"@{len(data)}")
    code = "codec.lone-surrogate" if "surrogate" in found["rule"] else "codec.malformed"
    return BadInput(code, say("Text is not JSON: %(rule)s.", rule=found["rule"]), field=f"@{found['offset']}")
