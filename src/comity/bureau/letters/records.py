"""Letters: one form that a bureau sends to another, and the lines that follow it until it is closed."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from comity.agreements.clocks.records import Silence
from comity.bureau.records import AlertReference, LongText, ShortText
from comity.core.ids import Owner, RecordId
from comity.core.personal import Personal
from comity.core.time import CivilDate, DateText, Instant

LETTER_KIND: Final = "letter"
LINE_KIND: Final = "letter-line"
SCHEMA: Final = 1

Word = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*\Z", max_length=40)]
FormCode = Annotated[str, Meta(pattern=r"^[A-Z]{1,8}\Z")]
Content = Annotated[str, Personal, Meta(pattern=r"^[A-Za-z0-9+/]*={0,2}\Z", max_length=900_000)]
"""The bytes of a file in base64 (RFC 4648 section 4)."""


Step = Literal[
    "assistance-asked",
    "assistance-given",
    "file-asked",
    "file-sent",
    "hearing-set",
    "surrender-ordered",
    "surrendered",
    "surrender-refused",
    "released",
]
"""What follows an arrest on an alert, from the file and mutual legal assistance to surrender or release."""


Colour = Literal["red", "blue", "green", "yellow", "black", "orange", "purple"]
"""What a notice or diffusion asks: arrest, locate, warn of a person, missing, unidentified body, threat, method."""


@unique
class LetterState(StrEnum):
    """Where a letter stands; `taken-on`: a named officer of the other bureau has it, and no more is said yet."""

    OPEN = "open"
    TAKEN_ON = "taken-on"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


@unique
class LineAct(StrEnum):
    """What a line is. `note` (of a telephone call, say) stays at home; the others go to the other bureau."""

    RECEIPT = "receipt"
    REMARK = "remark"
    ANSWER = "answer"
    NOTE = "note"
    CLOSED = "closed"


class Details(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What forms say beside their text. Which of it a form must and may say stands in the table of forms.

    The grades of `source_grade` and `content_grade` are those of the 5x5x5 scheme of police intelligence.
    """

    own_category: Annotated[str, Meta(max_length=8)] | None = None
    own_alert: Annotated[str, Meta(max_length=26)] | None = None
    why: LongText | None = None
    description: LongText | None = None
    other_purpose: Literal["imminent-threat", "national-security", "serious-crime"] | None = None
    wrong_field: ShortText | None = None
    correct_value: ShortText | None = None
    evidence: LongText | None = None
    right: Literal["access", "rectification", "erasure"] | None = None
    permit_kind: Literal["residence-permit", "long-stay-visa"] | None = None
    permit_number: ShortText | None = None
    permit_until: DateText | None = None
    victim_consent: Annotated[bool, Personal] | None = None
    legal_ground: ShortText | None = None
    offence: ShortText | None = None
    direct_access: bool | None = None
    reserved: bool | None = None
    handling: Literal["H1", "H2", "H3"] | None = None
    source_grade: Literal["A", "B", "C", "D", "E"] | None = None
    content_grade: Literal["1", "2", "3", "4", "5"] | None = None
    nature: Literal["fact", "opinion"] | None = None
    person_role: Literal["suspect", "victim", "witness", "contact", "none"] | None = None
    onward: Literal["with-consent", "never"] | None = None
    report: Annotated[str, Meta(max_length=26)] | None = None
    onward_to: Annotated[str, Meta(pattern=r"^[A-Z]{3}\Z")] | None = None
    step: Step | None = None
    colour: Colour | None = None
    surnames: ShortText | None = None
    forenames: ShortText | None = None
    birth_date: Annotated[str, Personal, Meta(pattern=r"^[0-9]{4}(-[0-9]{2}){0,2}\Z")] | None = None
    nationality: Annotated[str, Personal, Meta(pattern=r"^[A-Z]{3}\Z")] | None = None
    warrant: ShortText | None = None
    document_issuer: Annotated[str, Meta(max_length=3)] | None = None
    document_number: ShortText | None = None
    found_as: Literal["lost", "stolen", "invalid"] | None = None
    step_on: DateText | None = None


class Attachment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A file that goes with a letter or a line."""

    name: ShortText
    type: Annotated[str, Meta(pattern=r"^[a-z]+/[a-z0-9.+-]+\Z", max_length=80)]
    content: Content


class LetterContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What travels: the form, the alert it is about, its text. `evidence_at`: when the evidence came to light (J)."""

    form: FormCode
    subject: ShortText
    text: LongText
    alert: AlertReference | None = None
    urgent: bool = False
    details: Details | None = None
    officer: ShortText | None = None
    evidence_at: Instant | None = None
    attachments: tuple[Attachment, ...] = ()


class LineContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One line of a letter's thread as it travels. `said` is a word from the form's closed list of answers."""

    letter: str
    letter_party: str
    act: LineAct
    said: Word | None = None
    text: LongText | None = None
    officer: ShortText | None = None
    attachments: tuple[Attachment, ...] = ()


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line as it is kept; `user` is a user number here, empty for a line from abroad."""

    id: str
    sender: Owner
    at: Instant
    user: str
    content: LineContent


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A letter as it is kept at both ends.

    `since` is when its clock began here (sent, or received), `rule` the rule of law that sets it, `silence` what no
    answer means. Exactly one of `due_at`, `due_on`, `at_once` says until when; none where no answer is expected.
    """

    id: RecordId
    sender: Owner
    recipient: str
    category: str
    state: LetterState
    content: LetterContent
    since: Instant
    user: str
    rule: str | None = None
    source: str = ""
    silence: Silence | None = None
    at_once: bool = False
    due_at: Instant | None = None
    due_on: CivilDate | None = None
    answered: Instant | None = None
    answer: str | None = None
    taken_on_by: str | None = None
    closed: Instant | None = None
    version: int = 1
