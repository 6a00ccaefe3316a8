"""How values are shown: every text from data stands in `<bdi>`, codes have names, instants have a zone."""

from __future__ import annotations

import msgspec
from markupsafe import Markup

from comity.core import codes
from comity.core.codec import learn
from comity.core.errors import ComityError
from comity.core.time import Instant, format_instant
from comity.runtime.records import LedgerEntry
from comity.surfaces.web.labels import LABELS
from comity.surfaces.web.words import Words

NOTHING = "\N{EN DASH}"


class Show:
    """The filters of one language."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def data(self, value: object) -> Markup:
        """Write a value from data, isolated from the direction of the text around it."""
        if value in (None, "", ()):
            return Markup(NOTHING)  # noqa: S704 - our own constant
        return Markup("<bdi>{}</bdi>").format(value)

    def label(self, code: str | None, group: str = "") -> str:
        """Name a code in the reader's words; a code without a name shows itself."""
        if not code:
            return NOTHING
        text = LABELS.get(f"{group}.{code}") or LABELS.get(str(code))
        return self._words.gettext(text) if text else str(code).replace("_", " ").replace("-", " ")

    def coded(self, code: str, group: str = "") -> str:
        """Name a code and show it beside its name, as officers know it: `Wanted for arrest (ARR)`."""
        name = self.label(code, group)
        return name if name == code else f"{name} ({code})"

    def party(self, code: str | None) -> str:
        """Name a party beside its code."""
        if not code:
            return NOTHING
        try:
            return f"{codes.name_of(code)} ({code})"
        except ComityError:
            return code

    def instant(self, instant: int | None) -> Markup:
        """Write an instant to the second, in UTC."""
        if instant is None:
            return Markup(NOTHING)  # noqa: S704 - our own constant
        text = format_instant(Instant(instant))
        return Markup('<time datetime="{}"><bdi>{} {} UTC</bdi></time>').format(text, text[:10], text[11:19])

    def entry(self, text: str) -> LedgerEntry:
        """Read a ledger entry of ours."""
        learn(LedgerEntry)
        return msgspec.json.decode(text.encode(), type=LedgerEntry)

    def pretty(self, text: str | None) -> str:
        """Lay out a JSON document of ours for reading."""
        return "" if text is None else msgspec.json.format(text.encode(), indent=2).decode()
