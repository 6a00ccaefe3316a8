"""What leaves the bureau as a letter or a line: to one party, by a decision of its own, whole or not at all."""

from __future__ import annotations

from typing import Final

import msgspec

from comity.agreements.tables import tables
from comity.alerts.character import character_fact
from comity.bureau.letters import rules
from comity.bureau.letters.forms import BY_CODE
from comity.bureau.letters.onward import require_free
from comity.bureau.letters.records import LETTER_KIND, LINE_KIND, SCHEMA, Letter, LetterContent, Line, LineContent
from comity.bureau.sending import follow
from comity.core.decision import Fact, Question, Stage
from comity.core.errors import Refused
from comity.core.ids import Owner, RecordRef
from comity.core.ports import Publication, Work
from comity.core.said import say
from comity.core.time import CivilDate
from comity.core.vocabulary import Purpose
from comity.exchange.projection import field_names, uncovered

PUBLISH: Final = "publish_notice"
_WITHDRAW = "delete"


def publish_letter(work: Work, letter: Letter, delete_by: CivilDate) -> None:
    """Send a letter to its recipient. Raises `Refused` where no agreement opens it, or not all of what it says."""
    form = BY_CODE[letter.content.form]
    facts = _facts(letter.content)
    if form.of_law is not None or form.operation == PUBLISH:
        _permit_by_law(work, letter, form.operation, facts)
    _permit(work, letter, form.operation, letter.content, letter.recipient, facts)
    work.publish(_publication(letter, LETTER_KIND, letter.id, form.operation, letter.content, delete_by, facts))


def recall_letter(work: Work, letter: Letter) -> None:
    """Take a letter back: whoever got it erases it."""
    work.publish(_publication(letter, LETTER_KIND, letter.id, _WITHDRAW, None, None, _facts(letter.content), version=2))


def publish_line(work: Work, letter: Letter, line: Line, delete_by: CivilDate) -> None:
    """Send a line to the other end of a letter; raises as `publish_letter`."""
    operation = BY_CODE[letter.content.form].reply
    to = letter.recipient if letter.sender.party == work.who.owner.party else letter.sender.party
    _permit(work, letter, operation, line.content, to, ())
    work.publish(
        Publication(
            kind=LINE_KIND,
            id=line.id,
            owner=line.sender,
            category=letter.category,
            operation=operation,
            purpose=purpose_of(letter.category),
            version=1,
            schema=SCHEMA,
            payload=line.content,
            issued=line.at,
            delete_by=delete_by,
            recipients=(to,),
        )
    )


def purpose_of(category: str) -> Purpose:
    """Return the purpose for which letters about a category are exchanged: that of its alerts, else police work."""
    row = tables().categories.get(category)
    return Purpose(row.purpose) if row is not None and row.purpose else Purpose.POLICE


def letter_ref(letter: Letter) -> RecordRef:
    """Name a letter in the ledger."""
    return RecordRef(kind=LETTER_KIND, id=letter.id, version=letter.version)


def _permit_by_law(work: Work, letter: Letter, operation: str, facts: tuple[Fact, ...]) -> None:
    """Ask the rules of law about the form itself: letters in use, consent of a victim, limits of files."""
    owner = letter.content.alert.owner if letter.content.alert and letter.content.alert.owner else work.who.owner
    follow(
        work.decide(
            Question(
                stage=Stage.ACT,
                operation=operation,
                category=letter.category,
                purpose=purpose_of(letter.category),
                actor=work.who.owner,
                role=work.who.role,
                owner=owner,
                facts=facts,
            )
        )
    )


def _permit(
    work: Work,
    letter: Letter,
    operation: str,
    content: LetterContent | LineContent,
    to: str,
    facts: tuple[Fact, ...],
) -> None:
    require_free(work, content, to)
    names = field_names(msgspec.to_builtins(content))
    decision = work.decide(
        Question(
            stage=Stage.ENQUEUE,
            operation=operation,
            category=letter.category,
            purpose=purpose_of(letter.category),
            actor=work.who.owner,
            role=work.who.role,
            owner=work.who.owner,
            sender=work.who.owner.party,
            receiver=to,
            fields=names,
            facts=facts,
        )
    )
    follow(decision)
    closed = uncovered(names, decision.fields)
    if closed:
        raise Refused(
            "letter.not-opened",
            say("The agreement does not open this to that party: %(names)s.", names=", ".join(closed)),
            remedy="Leave it out, or say it on another way.",
        )


def _facts(content: LetterContent) -> tuple[Fact, ...]:
    size = sum(len(each.content) * 3 // 4 for each in content.attachments)
    facts = [
        Fact(name="attachments", value=len(content.attachments)),
        Fact(name="message_kb", value=-(-size // 1024)),
    ]
    form = BY_CODE[content.form].of_law
    if form is not None:
        facts.append(Fact(name="form", value=form))
    if BY_CODE[content.form].central:
        facts += [Fact(name="through_central_office", value=True), Fact(name="sent_directly", value=False)]
    if content.details is not None and content.details.reserved is not None:
        facts.append(Fact(name="reserved_to_other_authority", value=content.details.reserved))
    if content.details is not None and content.details.victim_consent is not None:
        facts.append(Fact(name="victim_consent", value=content.details.victim_consent))
    if content.details is not None and content.details.colour is not None:
        facts.append(Fact(name="notice", value=content.details.colour))
        facts += character_fact(rules.suspicion_of(content), None)
    return tuple(facts)


def _publication(  # noqa: PLR0913 - a publication has this many parts
    letter: Letter,
    kind: str,
    number: str,
    operation: str,
    content: LetterContent | None,
    delete_by: CivilDate | None,
    facts: tuple[Fact, ...],
    *,
    version: int = 1,
) -> Publication:
    owner: Owner = letter.sender
    return Publication(
        kind=kind,
        id=number,
        owner=owner,
        category=letter.category,
        operation=operation,
        purpose=purpose_of(letter.category),
        version=version,
        schema=SCHEMA,
        payload=content,
        issued=letter.since,
        delete_by=delete_by,
        recipients=(letter.recipient,),
        facts=facts,
    )
