"""Languages of the pages: messages from `.po` files, read at start; English stands in the code itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Final

from babel import Locale
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

SOURCE_LANGUAGE: Final = "en"
LANGUAGES: Final = ("en", "fr")
_FOLDER: Final = "locale"


@dataclass(frozen=True, slots=True)
class Words:
    """The messages of one language. What has no translation stays English."""

    language: str
    messages: Mapping[str, str | tuple[str, ...]]

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`, for the page's `dir`."""
        return Locale.parse(self.language).text_direction

    def gettext(self, text: str) -> str:
        """Translate one message."""
        found = self.messages.get(text)
        return found if isinstance(found, str) and found else text

    def ngettext(self, one: str, many: str, count: int) -> str:
        """Translate a message that counts, by the language's own plural rule."""
        forms = self.messages.get(one)
        if not isinstance(forms, tuple) or not all(forms):
            return one if count == 1 else many
        return forms[Locale.parse(self.language).plural_form(count) == "other"]


def load_words(language: str) -> Words:
    """Read the messages of one language of `LANGUAGES`."""
    if language == SOURCE_LANGUAGE:
        return Words(language, {})
    file = resources.files(__package__ or "comity.surfaces.web") / _FOLDER / language / "LC_MESSAGES" / "comity.po"
    with file.open("rb") as stream:
        return Words(language, dict(_entry(message) for message in read_po(stream, locale=language) if message.id))


def choose_language(preferred: str | None, accept_language: str) -> str:
    """Choose the page's language: the person's own choice, else what the browser asks for, else English."""
    if preferred in LANGUAGES:
        return preferred
    wanted: list[tuple[float, str]] = []
    for part in accept_language[:200].split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            wanted.append((-float(weight or 1), tag.partition("-")[0].lower()))
        except ValueError:
            continue
    return next((tag for _, tag in sorted(wanted, key=lambda want: want[0]) if tag in LANGUAGES), SOURCE_LANGUAGE)


def _entry(message: Message) -> tuple[str, str | tuple[str, ...]]:
    name = message.id if isinstance(message.id, str) else message.id[0]
    return name, message.string if isinstance(message.string, str) else tuple(message.string or ())
