"""How values are shown: every text from data stands in `<bdi>`, codes have names, days and instants are readable."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple

import msgspec
from babel import Locale
from babel.dates import format_date, format_datetime
from markupsafe import Markup

from comity.agreements.explain.clauses import line_of
from comity.agreements.explain.records import Line
from comity.agreements.explain.tongue import Kind as WordKind
from comity.agreements.explain.tongue import tongue
from comity.agreements.load import parse_agreement
from comity.agreements.reasons import TEXTS
from comity.agreements.records import Agreement, Clause
from comity.core import codec, codes
from comity.core.codec import JsonValue
from comity.core.errors import ComityError
from comity.core.learning import learn
from comity.core.said import Said
from comity.core.time import Instant, format_instant
from comity.runtime.records import LedgerEntry
from comity.screening.listed import Listed
from comity.surfaces.web.act_labels import ACT_LABELS
from comity.surfaces.web.labels import LABELS, N_
from comity.surfaces.web.words import SOURCE_LANGUAGE, Words

NOTHING = "\N{EN DASH}"

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)
_PATTERNS: Final = ("y", "MMMM y", "d MMMM y")
_PERIOD: Final = re.compile(r"P([0-9]+)([YMD])", re.ASCII)
_LONG: Final = 200
_ADDED_FACT: Final = re.compile(r"It is: (\w+)\.", re.ASCII)
# Further sentences that a decision adds to a reason.
_ADDED: Final = (N_("Nothing is exchanged with oneself."), N_("The officers' plan has ended."))
_INDEX: Final = re.compile(r"\[\d+\]", re.ASCII)
# Codes of this house that no officer knows, unlike those of alerts.
_UNKNOWN_TO_OFFICERS: Final = frozenset(Listed)
# Where the value of a field is a code with a name, not a text.
_CODED_FIELDS: Final = frozenset({"function", "category", "direction", "lane", "gender", "role"})


class Piece(NamedTuple):
    """One leaf of a command as a person reads it; `long` asks for room."""

    name: str
    value: Markup
    long: bool


class Show:
    """The filters of one language."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._tongue = tongue(words.language)
        # What decisions say comes from the tables of law, which have their own words in each language.
        self._law = {text: self._tongue.word("reasons", code) for code, text in TEXTS.items()}

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

    def labels(self, values: tuple[str, ...] | None, group: str = "") -> str:
        """Name several codes in one line."""
        return ", ".join(self.label(value, group) for value in values or ()) or NOTHING

    def act(self, operation: str) -> str:
        """Name an operation or an act of the node itself by what it does."""
        text = ACT_LABELS.get(operation)
        return self._words.gettext(text) if text else operation

    def coded(self, code: str, group: str = "") -> str:
        """Name a code and show it beside its name where officers know it: `Wanted for arrest (ARR)`."""
        name = self.label(code, group)
        return name if name == code or code in _UNKNOWN_TO_OFFICERS else f"{name} ({code})"

    def told(self, text: str, said: Said | None = None) -> Markup:
        """Write an English text of ours in the reader's words; one without a translation is marked as English.

        `said` is the text with its values apart, if it has any.
        """
        template = text if said is None else said.template
        translated = self._of_law(template) or self._words.gettext(template)
        shown = translated if said is None else translated % self._values(said)
        if translated == template:
            return Markup('<span lang="en">{}</span>').format(self.data(shown))
        return self.data(shown)

    def _of_law(self, text: str) -> str | None:
        """Say the reason of a decision, with what it adds of its own: a fact, or a sentence; None for another text."""
        said = max((each for each in self._law if text.startswith(each)), key=len, default=None)
        if said is None:
            return None
        more = text.removeprefix(said).strip()
        fact = _ADDED_FACT.fullmatch(more)
        if fact is not None:
            more = self._words.gettext(N_("It is: %(fact)s.")) % {"fact": self._tongue.word("facts", fact[1])}
        return f"{self._law[said]} {self._words.gettext(more)}".rstrip()

    def _values(self, said: Said) -> dict[str, str]:
        """Name the codes among the values of a sentence: parts of a zone, and inputs."""
        named = dict(said.values)
        if "part" in named:
            named["part"] = self.label(named["part"], "part")
        if "operation" in named:
            named["operation"] = self.act(named["operation"])
        if "fields" in named:
            named["fields"] = ", ".join(self.field(_input_of(path)) for path in named["fields"].split(", "))
        return named

    def field(self, path: str) -> str:
        """Name the input at a path (`data.person.surnames`) as its label does, as far as it has a name."""
        steps = [step for step in path.split(".") if not step.isdigit()]
        pair = ".".join(steps[-2:])
        return self.label(pair if f"field.{pair}" in LABELS else steps[-1], "field")

    def party(self, code: str | None) -> str:
        """Name a party beside its code."""
        if not code:
            return NOTHING
        try:
            name = self._state(code) or codes.name_of(code)
        except ComityError:
            return code
        return code if name == code else f"{name} ({code})"

    def _state(self, code: str) -> str | None:
        """Name a State in the reader's language; None where the house's own name stands."""
        entry = codes.CODES.get(code)
        if self._words.language == SOURCE_LANGUAGE or entry is None or entry.alpha2 is None:
            return None
        named: str | None = Locale.parse(self._words.language).territories.get(entry.alpha2)
        return named

    def instant(self, instant: int | None) -> Markup:
        """Write an instant to the second, in UTC."""
        if instant is None:
            return Markup(NOTHING)  # noqa: S704 - our own constant
        at = _EPOCH + timedelta(microseconds=instant)
        text = format_datetime(at, "d MMM y, HH:mm:ss", locale=self._words.language)
        return Markup('<time datetime="{}"><bdi>{} UTC</bdi></time>').format(format_instant(Instant(instant)), text)

    def day(self, text: str | None) -> Markup:
        """Write a civil date, as far as it is known: a day, a month or a year. What is none shows as it stands."""
        known = _DAY.fullmatch(text or "")
        if text is None or known is None:
            return self.data(text)
        year, *rest = (int(part) for part in known.groups() if part)
        try:
            first = date(year, *(*rest, 1, 1)[:2])
        except ValueError:
            return self.data(text)
        shown = format_date(first, _PATTERNS[len(rest)], locale=self._words.language)
        return Markup('<time datetime="{}"><bdi>{}</bdi></time>').format(text, shown)

    def period(self, text: str) -> str:
        """Write a period of whole years, months or days."""
        known = _PERIOD.fullmatch(text)
        if known is None:
            return text
        count, unit = int(known[1]), known[2]
        ngettext = self._words.ngettext
        shown = {
            "Y": ngettext("%(num)d year", "%(num)d years", count),
            "M": ngettext("%(num)d month", "%(num)d months", count),
            "D": ngettext("%(num)d day", "%(num)d days", count),
        }[unit]
        return shown % {"num": count}

    def entry(self, text: str) -> LedgerEntry:
        """Read a ledger entry of ours."""
        learn(LedgerEntry)
        return codec.quick(text.encode(), LedgerEntry)

    def treaty(self, text: str) -> Agreement:
        """Read an agreement's document."""
        return parse_agreement(text.encode())

    def word(self, name: str, kind: WordKind) -> str:
        """Name a word of the closed lists of agreements and law."""
        return self._tongue.word(kind, name)

    def words(self, names: tuple[str, ...], kind: WordKind) -> str:
        """Name several words of the closed lists in one line."""
        return "; ".join(self._tongue.word(kind, name) for name in names)

    def reason(self, code: str) -> Markup:
        """Say a reason of law or agreement in words, its code beside it; a code without words shows itself."""
        said = self._tongue.word("reasons", code)
        return self.data(code) if said == code else Markup("{} <code>{}</code>").format(said, self.data(code))

    def spoken(self, clause: Clause, agreement: Agreement) -> Line:
        """Say a clause in plain language."""
        return line_of(clause, agreement, self._tongue)

    def clauses(self, names: tuple[str, ...], agreement: Agreement) -> str:
        """Say several clauses of an agreement in words; a name that is no clause of it shows itself."""
        known = {clause.id: clause for clause in agreement.clauses}
        return " ".join(self.spoken(known[name], agreement).text if name in known else name for name in names)

    def pieces(self, document: str | bytes) -> list[Piece]:
        """Lay out a command of ours, kept as JSON, leaf by leaf; what was left out is left out."""
        content = document.encode() if isinstance(document, str) else document
        return list(self._leaves("", msgspec.json.decode(content)))

    def pretty(self, text: str | None) -> str:
        """Lay out a JSON document of ours for reading."""
        return "" if text is None else msgspec.json.format(text.encode(), indent=2).decode()

    def _leaves(self, path: str, value: JsonValue) -> list[Piece]:
        if value is None:
            return []
        if isinstance(value, dict):
            return [piece for name, inner in value.items() for piece in self._leaves(f"{path}.{name}", inner)]
        if isinstance(value, list):
            return [piece for inner in value for piece in self._leaves(path, inner)]
        leaf = path.rpartition(".")[2]
        if isinstance(value, bool):
            shown = Markup("{}").format(self.label("yes" if value else "no"))
        elif isinstance(value, str) and leaf in _CODED_FIELDS:
            shown = Markup("{}").format(self.label(value, leaf))
        elif isinstance(value, str) and leaf.endswith("_date"):
            shown = self.day(value)
        else:
            shown = self.data(value)
        return [Piece(self.field(path), shown, long=isinstance(value, str) and len(value) > _LONG)]


def _input_of(path: str) -> str:
    """Return the name of the input that a place in a command is filled in with."""
    return _INDEX.sub("", path).removeprefix("$.")
