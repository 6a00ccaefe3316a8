"""Originator control: an intelligence report goes to nobody else unless whoever gave it says so for that party.

What is held back is found by what was said: of a received report and of its giver's later lines, prints of every run of
eight words, of its files and of its number are kept as long as the report, and nothing leaves the bureau for a third
party that has one of them. Who retells it in other words names the report (`passes_on`), with the same effect. Consent
is the giver's own answer to a letter `ONWARD`; it stands as long as that answer does.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum, unique
from functools import cache
from typing import Final

import msgspec
import sqlalchemy as sa

from comity.bureau.letters import store
from comity.bureau.letters.commands import ReportNamed
from comity.bureau.letters.forms import CONSENTED, ONWARD
from comity.bureau.letters.records import LETTER_KIND, Attachment, Details, Letter, LetterContent, LineContent
from comity.bureau.letters.tables import BUREAU_HELD_BACK, BUREAU_LETTER
from comity.bureau.letters.templates import texts
from comity.core.codec import decode_own_as
from comity.core.decision import Fact, Question, Stage
from comity.core.errors import BadInput, NotFound, Refused
from comity.core.ids import RecordRef
from comity.core.ports import Insert, Work
from comity.core.vocabulary import Purpose

RUN: Final = 8
"""So many words in a row are a quotation; fewer are anybody's."""

_H: Final = BUREAU_HELD_BACK.c
_L: Final = BUREAU_LETTER.c
_WORD: Final = re.compile(r"\w+")
_NUMBER: Final = re.compile(r"[0-7][0-9a-hjkmnp-tv-z]{25}")
_AT_ONCE: Final = 500
_TEXT_OF_FILE: Final = 20_000
"""Characters of a file of text that are read for quotations; the file itself is known by all its bytes."""
_ASK: Final = "Ask whoever gave it for consent, for that party (letter ONWARD)."
_CONSENT_FACT: Final = "issuer_consent"


@unique
class Control(StrEnum):
    """How a report may be passed on: with its giver's consent, or to nobody."""

    WITH_CONSENT = "with-consent"
    NEVER = "never"


def control_of(details: Details | None) -> Control | None:
    """Return how a letter with these details is held; None for one that says nothing of passing on."""
    if details is None:
        return None
    if details.onward == Control.NEVER.value:
        return Control.NEVER
    return Control.WITH_CONSENT if details.onward is not None or details.handling == "H3" else None


def may_pass(control: Control | None, *, to_giver: bool, consented: bool) -> bool:
    """Say whether a report held so may go on: always back to whoever gave it, and else by its giver's word alone."""
    if control is None or to_giver:
        return True
    return control is Control.WITH_CONSENT and consented


def prints_of(content: msgspec.Struct) -> frozenset[str]:
    """Return the prints of everything a message says and carries."""
    files: tuple[Attachment, ...] = getattr(content, "attachments", ())
    said = (text for text in _leaves(msgspec.to_builtins(_bare(content))))
    return frozenset((*_of_texts(said), *(one for each in files for one in _of_file(each))))


def hold_back(work: Work, letter: Letter, content: LetterContent | LineContent, source: str) -> None:
    """Keep the prints of what a report, or a later line of its giver (`source`), says; none where nothing holds it."""
    if control_of(letter.content.details) is None:
        return
    found = prints_of(content) - _ordinary()
    if source == letter.id:
        found |= {_print(letter.id)}
    giver = letter.sender.party
    work.change(
        *(
            Insert(BUREAU_HELD_BACK, {"print": one, "giver": giver, "letter": letter.id, "source": source})
            for one in sorted(found)
        )
    )


def require_free(work: Work, content: msgspec.Struct, to: str) -> None:
    """Refuse to send a third party what a report holds back: `Refused` `letter.held-back`, `letter.never-onward`."""
    if not work.read(sa.select(_H.letter).where(_H.giver != to).limit(1)):
        return
    found: set[tuple[str, str]] = set()
    said = sorted(prints_of(content))
    for start in range(0, len(said), _AT_ONCE):
        some = said[start : start + _AT_ONCE]
        rows = work.read(sa.select(_H.giver, _H.letter).where(_H.print.in_(some), _H.giver != to).distinct())
        found.update((row.giver, row.letter) for row in rows)
    for giver, number in sorted(found):
        _require(work, store.get(work, giver, number), to)


def require_named_free(work: Work, named: Sequence[ReportNamed], to: str) -> None:
    """The same for the reports that a writer says are passed on in other words. Raises `NotFound` for none held."""
    for one in named:
        report = store.find(work, one.party, one.letter)
        if report is None:
            raise NotFound("letter.no-such-report", "There is no such report here.", field="$.passes_on")
        _require(work, report, to)


def require_report(work: Work, letter: Letter) -> None:
    """Refuse to ask consent for what its recipient did not give: `BadInput` `letter.no-such-report`."""
    details = letter.content.details
    if letter.content.form != ONWARD or details is None:
        return
    report = store.find(work, letter.recipient, details.report or "")
    if report is None or control_of(report.content.details) is None:
        raise BadInput("letter.no-such-report", "That party gave no such report here.", field="$.details.report")


def _require(work: Work, report: Letter, to: str) -> None:
    control = control_of(report.content.details)
    giver, own = report.sender.party, work.who.owner.party
    if control is None or giver in {to, own}:
        return
    consented = _consented(work, report, to)
    if not may_pass(control, to_giver=False, consented=consented):
        if control is Control.NEVER:
            raise Refused(
                "letter.never-onward",
                "Whoever gave this report lets it go to nobody else.",
                field="$.recipient",
                remedy="Leave it out, and tell that party whom to ask; or ask whoever gave it for a report to pass on.",
            )
        raise Refused(
            "letter.held-back",
            "This is of a report that goes on with the consent of whoever gave it alone.",
            field="$.recipient",
            remedy=_ASK,
        )
    decision = work.decide(
        Question(
            stage=Stage.ONWARD,
            operation="onward",
            category=report.category,
            purpose=Purpose.POLICE,
            actor=work.who.owner,
            role=work.who.role,
            owner=report.sender,
            receiver=to,
            facts=(Fact(name=_CONSENT_FACT, value=consented),),
        )
    )
    if not decision.permitted:
        raise Refused(
            "letter.held-back",
            "The agreement under which this report came does not let it go on.",
            field="$.recipient",
            reasons=decision.codes,
            remedy="Tell that party whom to ask.",
        )
    work.record(RecordRef(kind=LETTER_KIND, id=report.id, version=report.version), passed_on_to=to)


def _consented(work: Work, report: Letter, to: str) -> bool:
    query = sa.select(_L.body).where(
        _L.form == ONWARD,
        _L.sender_party == work.who.owner.party,
        _L.recipient_party == report.sender.party,
        _L.answer == CONSENTED,
    )
    asked = (decode_own_as(bytes(row.body), Letter).content.details for row in work.read(query))
    return any(one is not None and one.report == report.id and one.onward_to == to for one in asked)


def _bare(content: msgspec.Struct) -> msgspec.Struct:
    return msgspec.structs.replace(content, attachments=()) if hasattr(content, "attachments") else content


def _leaves(plain: object) -> Iterator[str]:
    if isinstance(plain, str):
        yield plain
    elif isinstance(plain, dict):
        for value in plain.values():
            yield from _leaves(value)
    elif isinstance(plain, list | tuple):
        for value in plain:
            yield from _leaves(value)


def _of_texts(said: Iterable[str]) -> Iterator[str]:
    for text in said:
        plain = unicodedata.normalize("NFKC", text).casefold()
        words = _WORD.findall(plain)
        yield from (_print(" ".join(words[start : start + RUN])) for start in range(len(words) - RUN + 1))
        yield from map(_print, _NUMBER.findall(plain))


def _of_file(file: Attachment) -> Iterator[str]:
    try:
        content = base64.b64decode(file.content)
    except binascii.Error:
        content = file.content.encode()
    if content:
        yield hashlib.sha256(content).hexdigest()
    if file.type.startswith("text/"):
        yield from _of_texts((content.decode(errors="replace")[:_TEXT_OF_FILE],))


@cache
def _ordinary() -> frozenset[str]:
    """Return the prints of what every letter may begin and end with."""
    return frozenset(_of_texts("\n\n".join(opening) for opening in texts().openings.values()))


def _print(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
