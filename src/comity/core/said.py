"""Sentences with values in them, the two kept apart, so that one sentence can be said in another language."""

from __future__ import annotations

import re
from typing import Final

import msgspec

_PLACE: Final = re.compile(r"%\((\w+)\)s", re.ASCII)


class Said(msgspec.Struct, frozen=True):
    """A sentence whose `template` has places `%(name)s`, and the texts that stand there.

    The template is a text of ours, known to whoever translates; `values` are counts, codes and names, never personal
    data, and are shown as they are.
    """

    template: str
    values: dict[str, str]

    def __str__(self) -> str:
        return self.template % self.values


def say(template: str, /, **values: object) -> Said:
    """Put values beside a sentence: `say("A list holds at most %(most)s travellers.", most=200)`.

    A place without a value, or a value without a place, is a programmer's mistake: `ValueError`.
    """
    if set(_PLACE.findall(template)) != set(values):
        raise ValueError(template)
    return Said(template, {name: str(value) for name, value in values.items()})
