"""What may be asked about letters, and what is answered."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from comity.bureau.letters.records import (
    Attachment,
    Details,
    FormCode,
    Letter,
    LetterState,
    Line,
    Word,
)
from comity.bureau.records import Clock, LongText, ShortText
from comity.core.time import CivilDate, DateText

Party = Annotated[str, Meta(pattern=r"^[A-Z]{3}\Z")]
RecordNumber = Annotated[str, Meta(max_length=26)]
Side = Literal["received", "sent"]


class ListForms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The table of forms."""


class FormShown(msgspec.Struct, frozen=True, kw_only=True):
    """A form: what it must and may say in its details, what may be answered, which rules set the time."""

    code: str
    use: str
    about: str
    needs: tuple[str, ...]
    may: tuple[str, ...]
    answers: tuple[str, ...]
    rules: tuple[str, ...]
    categories: tuple[str, ...]
    source: str
    confidence: str


class FormTable(msgspec.Struct, frozen=True, kw_only=True):
    """Every form that can be sent as a letter; hits (G) and flags (F) have pages of their own."""

    forms: tuple[FormShown, ...]
    most_files: int
    most_bytes: int


class ReportNamed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An intelligence report of another party, by its sender and number."""

    party: Party
    letter: RecordNumber


class SendLetter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Send a form to one party's bureau. `alert` with its party names what it is about, where a form is about an alert.

    `category` is needed where no alert stands yet. `evidence_at`: when the evidence of an error came to light
    (form J), with its offset from UTC. `officer` is the name by which the other bureau reaches the writer.
    `passes_on` names reports that are retold in other words; what is quoted or attached is found without.
    """

    form: FormCode
    recipient: Party
    subject: ShortText
    text: LongText
    alert: RecordNumber | None = None
    alert_party: Party | None = None
    category: Annotated[str, Meta(max_length=32)] | None = None
    urgent: bool = False
    details: Details | None = None
    evidence_at: Annotated[str, Meta(max_length=40)] | None = None
    officer: ShortText | None = None
    attachments: tuple[Attachment, ...] = ()
    passes_on: tuple[ReportNamed, ...] = ()


class FindTemplate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A text to begin from, in the language of the party that will read it."""

    form: FormCode
    recipient: Party


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """The subject and text to begin from; `language` is an ISO 639-1 code."""

    language: str
    subject: str
    text: str


class ListLetters(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A page of letters, the most urgent first: those that wait for this bureau, or for another; or of one state."""

    side: Side = "received"
    state: LetterState | None = None
    form: FormCode | None = None
    partner: Party | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    cursor: Annotated[str, Meta(max_length=60)] | None = None


class LetterLine(msgspec.Struct, frozen=True, kw_only=True):
    """One letter in a list: who waits for whom until when."""

    letter: Letter
    clock: Clock
    waits_for: str


class LetterPage(msgspec.Struct, frozen=True, kw_only=True):
    """Letters in order of legal urgency."""

    letters: tuple[LetterLine, ...]
    cursor: str | None


class ShowLetter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Show one letter. `party` is that of its sender: numbers are unique per party only."""

    party: Party
    letter: RecordNumber


class LetterView(msgspec.Struct, frozen=True, kw_only=True):
    """A letter with its thread. `answers`: the words that this bureau may answer with; empty where it is not asked.

    `prompt` names what is to be done now that an answer is there: `delete-alert`, `correct-alert`, `tell-supervisors`,
    `may-use`, `may-not-use`, `decide-entry`. `held_back`: how a received report may be passed on.
    """

    letter: Letter
    clock: Clock
    waits_for: str
    lines: tuple[Line, ...]
    answers: tuple[str, ...]
    prompt: str | None
    silence_counts: bool
    erase_by: CivilDate
    held_back: Literal["with-consent", "never"] | None = None


class TakeOnLetter(ShowLetter, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Take a letter on by name; the other bureau gets a receipt that says who has it."""

    version: int
    officer: ShortText


class AddRemark(ShowLetter, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Say more in the conversation about a letter; the other bureau gets it."""

    text: LongText
    officer: ShortText | None = None
    attachments: tuple[Attachment, ...] = ()
    passes_on: tuple[ReportNamed, ...] = ()


class AddNote(ShowLetter, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Note a telephone call or what was thought; it stays in this bureau."""

    text: LongText


class AnswerLetter(ShowLetter, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Answer a letter with a word of its form's list, and text."""

    version: int
    said: Word
    text: LongText
    officer: ShortText | None = None
    attachments: tuple[Attachment, ...] = ()
    passes_on: tuple[ReportNamed, ...] = ()


class CloseLetter(ShowLetter, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Close a letter of one's own once nothing more is awaited, with a reason; the other bureau is told."""

    version: int
    text: LongText


class WithdrawLetter(ShowLetter, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Take an own letter back; the other bureau erases it."""

    version: int


class AskReciprocity(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was asked and answered with each partner; over letters sent in these days (UTC, both included)."""

    since: DateText | None = None
    until: DateText | None = None


class Ways(msgspec.Struct, frozen=True, kw_only=True):
    """One way between two parties, for one form: asked, answered, of these late and refused; `overdue` have no answer.

    `silent` are those whose time ran out where silence counts as an answer.
    """

    asked: int
    answered: int
    late: int
    refused: int
    overdue: int
    silent: int


class Partner(msgspec.Struct, frozen=True, kw_only=True):
    """One partner and form: what we asked them, and what they asked us."""

    party: str
    form: str
    ours: Ways
    theirs: Ways


class Reciprocity(msgspec.Struct, frozen=True, kw_only=True):
    """Both ways for each partner and form."""

    partners: tuple[Partner, ...]
