"""Texts to begin a letter from, in the language of whoever will read it; English where we have no other."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

import msgspec

from comity.bureau.letters.commands import Template
from comity.core.codec import quick

ENGLISH: Final = "en"
_FILE: Final = "texts.json"


class Texts(msgspec.Struct, frozen=True):
    """The file of texts: the language in which a party's bureau reads best, subjects by form, and how to begin."""

    languages: dict[str, str]
    subjects: dict[str, dict[str, str]]
    openings: dict[str, tuple[str, ...]]


@cache
def texts() -> Texts:
    """Read the file, once."""
    return quick(resources.files(__package__).joinpath(_FILE).read_bytes(), Texts)


def template_for(form: str, party: str) -> Template:
    """Return the text to begin a letter of that form to that party from."""
    found = texts()
    language = found.languages.get(party, ENGLISH)
    return Template(
        language=language, subject=found.subjects[form][language], text="\n\n".join(found.openings[language])
    )
