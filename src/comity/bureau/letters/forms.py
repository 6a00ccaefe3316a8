"""The table of letters: what each form is for, about which alert, what it must say, which answers and which clock.

Letters are data: another manual is another table. Clocks name rules of law, which hold the hours; the first choice
that fits is the one.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Final

import msgspec

from comity.agreements.tables import tables
from comity.bureau.clocks import is_at_once
from comity.bureau.letters.records import Details

_MANUAL: Final = "SIRENE Manual (2013/115/EU, 2017/1528); the manuals of 2021 were not readable"
_OWN: Final = "design of this product"
MAX_FILES: Final = 5
MAX_FILES_BYTES: Final = 600_000
"""Of all files of one message together: the law allows 10 MB, but a message is one signed statement of 1 MiB."""


@unique
class About(StrEnum):
    """Whose alert a letter is about, seen from its sender."""

    THEIRS = "theirs"
    OWN = "own"
    ANY = "any"
    NONE = "none"


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """A rule of law that sets the time for an answer, and when it is the one: None and empty fit everything."""

    rule: str
    categories: tuple[str, ...] = ()
    urgent: bool | None = None
    direct: bool | None = None


class LetterForm(msgspec.Struct, frozen=True, kw_only=True):
    """One form. `needs` and `may` are names of details; `answers` the closed list of what may be answered.

    `operation` is the treaty's word for sending it, `reply` that for its lines, `category` that of letters about no
    alert. `letter` is the letter of law where the code is one of our own. `central`: it goes between central offices.
    """

    code: str
    use: str
    about: About
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    clocks: tuple[Clock, ...] = ()
    operation: str = "send_form"
    reply: str = "reply"
    category: str | None = None
    categories: tuple[str, ...] = ()
    letter: str | None = None
    central: bool = False
    source: str = _MANUAL
    confidence: str = "from-memory"

    @property
    def of_law(self) -> str | None:
        """The letter by which rules of law know the form; None for what is none of their forms."""
        return self.letter or (self.code if len(self.code) == 1 else None)

    @property
    def says(self) -> frozenset[str]:
        """The names of details that it may say."""
        return frozenset((*self.needs, *self.may))


_AT_ONCE: Final = "sirene.8.at-once"
_REPLY: Final = (Clock(rule=_AT_ONCE, urgent=True), Clock(rule="sirene.8.reply"))
_FLAG_REVIEW: Final = (
    Clock(rule=_AT_ONCE, urgent=True),
    Clock(rule="sirene.forms.flag-of-arrest", categories=("ARR",)),
    Clock(rule="sirene.forms.flag-of-others"),
)
FLAGGABLE: Final = ("ARR", "MIS-P", "MIS-N", "CHI-A", "CHI-T", "VUL", "DIS", "INQ", "SPE", "INF")
FLAG_REVIEW: Final = "FREV"
FLAG_LIFTED: Final = "flag-lifted"
ONWARD: Final = "ONWARD"
NOTICE: Final = "NOTICE"
REPORTED: Final = "SLTD"
CONFIRMATION: Final = "DOC"
CONSENTED: Final = "consented"
_COMPATIBILITY: Final = (Clock(rule="sirene.forms.compatibility"),)
_PERMIT: Final = ("permit_kind", "permit_number", "permit_until")
_BEFORE_PERMIT: Final = (
    Clock(rule="sis-return.9.silence-is-no-objection", categories=("RET",)),
    Clock(rule="sis-borders.27.silence-is-no-objection"),
)
_BEFORE_ALERT: Final = (
    Clock(rule="sis-return.10.silence", categories=("RET",)),
    Clock(rule="sis-borders.28.silence"),
)
_AFTER_ALERT: Final = (Clock(rule="sis-borders.29.granting-state-decides"),)
_REQUEST: Final = (
    Clock(rule="information-exchange.5.urgent-direct", urgent=True, direct=True),
    Clock(rule="information-exchange.5.urgent-no-direct", urgent=True),
    Clock(rule="information-exchange.5.others"),
)
_REFUSALS: Final = ("REF", "RET")
_KEPT: Final = ("permit-kept", "permit-withdrawn")
_DIRECTIVE: Final = "Directive (EU) 2023/977 Arts 4-5, 7"
_INFORMATION: Final = "police_information"
_TREATY_INFORMATION: Final = "information"

FORMS: Final[tuple[LetterForm, ...]] = (
    LetterForm(
        code="A",
        use="supplementary information to an arrest alert",
        about=About.OWN,
        categories=("ARR",),
        may=("offence", "legal_ground"),
    ),
    LetterForm(
        code="E",
        use="multiple or incompatible alerts: consultation on compatibility and priority",
        about=About.THEIRS,
        needs=("own_category", "why"),
        may=("own_alert",),
        answers=("compatible", "yours-goes-first", "ours-goes-first", "we-withdraw"),
        clocks=_COMPATIBILITY,
    ),
    LetterForm(
        code="FREV",
        letter="F",
        use="review of a flag, asked for by the issuer in a very urgent and serious case",
        about=About.OWN,
        categories=FLAGGABLE,
        needs=("why",),
        answers=("flag-stays", FLAG_LIFTED),
        clocks=_FLAG_REVIEW,
        source="Reg (EU) 2018/1862 Art 24; SR 362.0 Art 13(4)",
        confidence="verified",
    ),
    LetterForm(
        code="H",
        use="the action could not be taken",
        about=About.THEIRS,
        needs=("why",),
        answers=("noted", "we-withdraw"),
        clocks=_REPLY,
    ),
    LetterForm(
        code="I",
        use="request to use data for another purpose",
        about=About.THEIRS,
        needs=("other_purpose", "why"),
        answers=("consented", "refused"),
        clocks=_REPLY,
    ),
    LetterForm(
        code="J",
        use="data wrong or unlawfully entered",
        about=About.THEIRS,
        needs=("wrong_field", "evidence"),
        may=("correct_value",),
        answers=("corrected", "deleted", "not-wrong"),
        clocks=_REPLY,
    ),
    LetterForm(
        code="K",
        use="a person asks for access, rectification or erasure",
        about=About.THEIRS,
        needs=("right",),
        may=("description",),
        answers=("may-be-told", "may-not-be-told", "corrected", "deleted"),
        clocks=_REPLY,
    ),
    LetterForm(
        code="L",
        use="same description: is it the same person",
        about=About.THEIRS,
        needs=("description",),
        may=("own_alert", "own_category"),
        answers=("same-person", "other-person", "cannot-tell"),
        clocks=_COMPATIBILITY,
    ),
    LetterForm(
        code="M",
        use="supplementary information that no other form is for",
        about=About.ANY,
        may=("why", "description"),
        answers=("noted", "provided", "refused"),
        clocks=_REPLY,
    ),
    LetterForm(
        code="N",
        use="hit on a refusal alert: the person holds a valid permit",
        about=About.THEIRS,
        categories=_REFUSALS,
        needs=_PERMIT,
        answers=("noted", "deleted"),
        clocks=_REPLY,
    ),
    LetterForm(
        code="O",
        use="consultation before a permit is granted or extended to a person with an alert",
        about=About.THEIRS,
        categories=_REFUSALS,
        needs=("permit_kind", "why"),
        may=("permit_until",),
        answers=("no-objection", "objection"),
        clocks=_BEFORE_PERMIT,
    ),
    LetterForm(
        code="OA",
        letter="O",
        use="an alert was entered on the holder of a permit: does the State that granted it keep it",
        about=About.OWN,
        categories=_REFUSALS,
        needs=_PERMIT,
        may=("why",),
        answers=_KEPT,
        clocks=_AFTER_ALERT,
        source="Reg (EU) 2018/1861 Arts 29-30; Reg (EU) 2018/1860 Arts 11-12",
    ),
    LetterForm(
        code="CONSULT",
        use="consultation before an alert is entered on the holder of a permit (mailbox, not a form)",
        about=About.NONE,
        category="REF",
        categories=_REFUSALS,
        needs=(*_PERMIT, "description", "why"),
        answers=_KEPT,
        clocks=_BEFORE_ALERT,
        source="Reg (EU) 2018/1861 Art 28; Commission Schengen IT glossary, entry SIRENE forms",
    ),
    LetterForm(
        code="P",
        use="further data on a thing that was found",
        about=About.THEIRS,
        needs=("description",),
        answers=("noted",),
        clocks=_REPLY,
    ),
    LetterForm(
        code="Q",
        use="misused identity: data of the victim, with the victim's consent",
        about=About.THEIRS,
        needs=("victim_consent", "description"),
        answers=("noted",),
        clocks=_REPLY,
        confidence="verified",
    ),
    LetterForm(
        code="EXT",
        letter="M",
        use="what follows an arrest: file, hearing, surrender",
        about=About.ANY,
        categories=("ARR",),
        needs=("step",),
        may=("step_on", "why"),
        answers=("noted", "file-sent", "refused"),
        clocks=_REPLY,
        source=_OWN,
        confidence="synthetic",
    ),
    LetterForm(
        code=NOTICE,
        use="notice or diffusion by colour: a request, of which national law decides",
        about=About.NONE,
        category="INTERPOL",
        needs=("colour", "description", "offence"),
        may=(
            "warrant",
            "why",
            "surnames",
            "forenames",
            "birth_date",
            "nationality",
            "document_issuer",
            "document_number",
        ),
        answers=("noted", "will-locate-only", "will-act-under-national-law", "will-not-act"),
        operation="publish_notice",
        reply="answer_notice",
        source="INTERPOL Rules on the Processing of Data, Arts 73-107; recalled",
    ),
    LetterForm(
        code=REPORTED,
        use="a document is reported as lost, stolen or invalid: a hint until its issuer confirms it",
        about=About.NONE,
        category="INTERPOL",
        needs=("document_issuer", "document_number", "found_as"),
        may=("description",),
        answers=("noted",),
        operation="publish_notice",
        reply="answer_notice",
        source="INTERPOL Rules on the Processing of Data; SLTD practice; recalled",
    ),
    LetterForm(
        code=CONFIRMATION,
        use="a document was found as lost, stolen or invalid: does its issuer confirm it",
        about=About.NONE,
        categories=("SLTD", "document_status"),
        needs=("document_issuer", "document_number", "found_as"),
        may=("description",),
        answers=("confirmed", "not-confirmed", "recovered", "cannot-tell"),
        clocks=(Clock(rule="interpol.sltd.confirm-at-once"),),
        operation="request",
        reply="respond",
        source="INTERPOL SLTD practice; RMAS operating procedures; recalled",
    ),
    LetterForm(
        code="CHK",
        use="checklist for hits of one category, one item a line, to be agreed by both bureaux",
        about=About.NONE,
        categories=tuple(sorted(tables().lists["alerts"])),
        answers=("agreed", "refused"),
        clocks=_REPLY,
        source=_OWN,
        confidence="synthetic",
    ),
    LetterForm(
        code="REQ",
        use="request for police information",
        about=About.NONE,
        category=_INFORMATION,
        needs=("legal_ground", "why"),
        may=("offence", "direct_access", "description"),
        answers=("provided", "partly-provided", "nothing-held", "refused"),
        clocks=_REQUEST,
        operation="request",
        reply="respond",
        source=_DIRECTIVE,
    ),
    LetterForm(
        code="BIL",
        use="request for information or assistance under a police treaty between few",
        about=About.NONE,
        category=_TREATY_INFORMATION,
        needs=("legal_ground", "why", "reserved"),
        may=("offence", "description"),
        answers=("provided", "partly-provided", "nothing-held", "refused"),
        operation="request",
        reply="respond",
        central=True,
        source="SR 0.360.163.1 Arts 7, 10; SR 0.360.136.1 Arts 4, 11; SR 0.360.349.1 Arts 7-11",
        confidence="from-memory",
    ),
    LetterForm(
        code="INT",
        use="intelligence report",
        about=About.NONE,
        category=_INFORMATION,
        needs=("handling", "source_grade", "content_grade", "nature", "person_role", "onward"),
        may=("offence", "description"),
        operation="notify",
        reply="respond",
        source=_OWN,
        confidence="synthetic",
    ),
    LetterForm(
        code=ONWARD,
        use="request to pass an intelligence report on to another party",
        about=About.NONE,
        category=_INFORMATION,
        needs=("report", "onward_to", "why"),
        answers=(CONSENTED, "refused"),
        clocks=(
            Clock(rule="information-exchange.5.urgent-no-direct", urgent=True),
            Clock(rule="information-exchange.5.others"),
        ),
        operation="request",
        reply="respond",
        source=f"{_DIRECTIVE}: only with the consent of the State that gave it; answered within the days of a request",
    ),
)

BY_CODE: Final = {form.code: form for form in FORMS}
FIELDS: Final = Details.__struct_fields__


def clock_of_form(form: LetterForm, category: str, details: Details | None, *, urgent: bool) -> Clock | None:
    """Return which rule of law sets the time for an answer; None where the form awaits none.

    What concerns an arrest, a child or a vulnerable person is urgent without being marked (SR 362.0 Art 15(1bis)).
    """
    pressing = urgent or is_at_once(category)
    direct = bool(details and details.direct_access)
    for clock in form.clocks:
        if clock.categories and category not in clock.categories:
            continue
        if clock.urgent not in {None, pressing} or clock.direct not in {None, direct}:
            continue
        return clock
    return None
