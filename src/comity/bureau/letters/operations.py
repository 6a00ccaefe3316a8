"""What a bureau does with letters: send, take on, answer, talk about, close; and what it owes and is owed."""

from __future__ import annotations

from typing import Final

from comity.agreements.law.load import house_law
from comity.bureau import surrender_clocks
from comity.bureau.letters import consulting, rules, sending, store
from comity.bureau.letters.commands import (
    AddNote,
    AddRemark,
    AnswerLetter,
    CloseLetter,
    FindTemplate,
    FormShown,
    FormTable,
    LetterLine,
    LetterPage,
    LetterView,
    ListForms,
    ListLetters,
    SendLetter,
    ShowLetter,
    TakeOnLetter,
    Template,
    WithdrawLetter,
)
from comity.bureau.letters.error_notices import begin_error_clocks, end_error_clocks
from comity.bureau.letters.flag_reviews import require_flag, require_flag_lifted
from comity.bureau.letters.forms import CONFIRMATION, FORMS, MAX_FILES, MAX_FILES_BYTES, About, LetterForm
from comity.bureau.letters.onward import control_of, require_named_free, require_report
from comity.bureau.letters.receiver import alert_known
from comity.bureau.letters.records import Attachment, Letter, LetterContent, LetterState, Line, LineAct, LineContent
from comity.bureau.letters.templates import template_for
from comity.bureau.records import AlertReference
from comity.core.errors import BadInput, NotFound, Refused
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Work
from comity.core.text import clean_line, clean_text
from comity.core.time import CivilDate, parse_instant
from comity.core.vocabulary import Permission, Purpose

PURPOSES: Final = (Purpose.POLICE, Purpose.BORDERS, Purpose.RETURN)
_PROSE_MAX, _LINE_MAX = 2000, 200


@operation("letter.forms", permission=Permission.BUREAU_WORK, purposes=PURPOSES, kind=Kind.READ)
def list_forms(_work: Work, _command: ListForms) -> FormTable:
    """List the forms of letters: what each must say, what may be answered, which rule sets the time."""
    return FormTable(forms=tuple(_shown(form) for form in FORMS), most_files=MAX_FILES, most_bytes=MAX_FILES_BYTES)


@operation("letter.template", permission=Permission.BUREAU_WORK, purposes=PURPOSES, kind=Kind.READ)
def find_template(_work: Work, command: FindTemplate) -> Template:
    """Give a text to begin a letter from, in the language of the party that will read it."""
    return template_for(rules.form_named(command.form).code, command.recipient)


@operation("letter.send", permission=Permission.BUREAU_WORK, purposes=PURPOSES)
def send(work: Work, command: SendLetter) -> Letter:
    """Send a form to another party's bureau, and to nobody else; its clock runs from now.

    Raises `BadInput` `letter.*`, `NotFound` `letter.alert-not-found`, `Refused` `agreement.*` or `letter.not-opened`.
    """
    form = rules.form_named(command.form)
    if command.recipient == work.who.owner.party:
        raise BadInput("letter.own-party", "A letter goes to another party.", field="$.recipient")
    issuer = command.details.document_issuer if command.details else None
    if form.code == CONFIRMATION and issuer != command.recipient:
        raise BadInput(
            "letter.issuer-only",
            "Such a question goes to the issuer of the document alone.",
            field="$.details.document_issuer",
        )
    alert, category, ends, terrorism = _about(work, form, command)
    content = LetterContent(
        form=form.code,
        subject=clean_line(command.subject, "$.subject", _LINE_MAX),
        text=clean_text(command.text, "$.text", _PROSE_MAX),
        alert=alert,
        urgent=command.urgent or terrorism,
        details=command.details,
        officer=_officer(command.officer),
        evidence_at=parse_instant(command.evidence_at, field="$.evidence_at") if command.evidence_at else None,
        attachments=command.attachments,
    )
    rules.check_content(form, content, category)
    letter = Letter(
        id=work.new_id(),
        sender=work.who.owner,
        recipient=command.recipient,
        category=category,
        state=LetterState.OPEN,
        content=content,
        since=work.recorded_at,
        user=work.who.user,
    )
    require_flag(work, letter)
    require_report(work, letter)
    require_named_free(work, command.passes_on, letter.recipient)
    letter = rules.with_clock(letter, house_law(), command.recipient)
    store.add(work, letter, ends)
    begin_error_clocks(work, letter)
    surrender_clocks.follow_step(work, letter)
    consulting.note_sent(work, letter)
    sending.publish_letter(work, letter, store.last_day(work, ends))
    return _told(work, letter)


@operation("letter.list", permission=Permission.BUREAU_WORK, purposes=PURPOSES, kind=Kind.READ)
def list_letters(work: Work, command: ListLetters) -> LetterPage:
    """List letters that came in, or those sent, the most urgent first: who waits for whom until when."""
    letters, cursor = store.page(work, work.who.owner.party, command)
    work.record(*(sending.letter_ref(letter) for letter in letters))
    shown = tuple(
        LetterLine(letter=letter, clock=rules.clock(letter, work.at), waits_for=rules.waits_for(letter))
        for letter in letters
    )
    return LetterPage(letters=shown, cursor=cursor)


@operation("letter.show", permission=Permission.BUREAU_WORK, purposes=PURPOSES, kind=Kind.READ)
def show_letter(work: Work, command: ShowLetter) -> LetterView:
    """Show one letter with its thread, its clock, and what is to be done now."""
    letter = _mine(work, command)
    party = work.who.owner.party
    work.record(sending.letter_ref(letter))
    asked = letter.recipient == party and letter.state is not LetterState.CLOSED
    control = control_of(letter.content.details) if letter.sender.party != party else None
    return LetterView(
        letter=letter,
        clock=rules.clock(letter, work.at),
        waits_for=rules.waits_for(letter),
        lines=store.lines(work, letter),
        answers=rules.form_named(letter.content.form).answers if asked else (),
        prompt=rules.prompt(letter, party, work.at),
        silence_counts=rules.silence_counts(letter, work.at),
        erase_by=store.erased_by(work, letter),
        held_back=control.value if control else None,
    )


@operation("letter.take-on", permission=Permission.BUREAU_WORK, purposes=PURPOSES)
def take_on(work: Work, command: TakeOnLetter) -> Letter:
    """Take a received letter on by name; its sender gets a receipt that says who has it."""
    letter = _asked(work, command)
    officer = clean_line(command.officer, "$.officer", _LINE_MAX)
    taken = rules.take_on(letter, command.version, officer)
    _line(work, letter, LineAct.RECEIPT, officer=officer)
    return _replaced(work, letter, taken)


@operation("letter.answer", permission=Permission.BUREAU_WORK, purposes=PURPOSES)
def answer(work: Work, command: AnswerLetter) -> Letter:
    """Answer a received letter with a word of its form's closed list, and text."""
    letter = _asked(work, command)
    require_flag_lifted(work, letter, command.said)
    require_named_free(work, command.passes_on, letter.sender.party)
    answered = rules.answered(letter, command.version, command.said, work.recorded_at)
    rules.check_files(command.attachments)
    text = clean_text(command.text, "$.text", _PROSE_MAX)
    officer = _officer(command.officer)
    _line(work, letter, LineAct.ANSWER, command.said, text, officer, command.attachments)
    return _replaced(work, letter, answered)


@operation("letter.remark", permission=Permission.BUREAU_WORK, purposes=PURPOSES)
def remark(work: Work, command: AddRemark) -> Letter:
    """Say more in the conversation about a letter; the other bureau gets it."""
    letter = _open(_mine(work, command))
    own = work.who.owner.party
    require_named_free(work, command.passes_on, letter.recipient if letter.sender.party == own else letter.sender.party)
    rules.check_files(command.attachments)
    text = clean_text(command.text, "$.text", _PROSE_MAX)
    _line(work, letter, LineAct.REMARK, None, text, _officer(command.officer), command.attachments)
    return _told(work, letter)


@operation("letter.note", permission=Permission.BUREAU_WORK, purposes=PURPOSES)
def note(work: Work, command: AddNote) -> Letter:
    """Note a telephone call about a letter; it stays in this bureau."""
    letter = _mine(work, command)
    _line(work, letter, LineAct.NOTE, None, clean_text(command.text, "$.text", _PROSE_MAX))
    return _told(work, letter)


@operation("letter.close", permission=Permission.BUREAU_WORK, purposes=PURPOSES)
def close(work: Work, command: CloseLetter) -> Letter:
    """Close an own letter with a reason: nothing more is awaited, and the other bureau is told."""
    letter = _sent(work, command)
    done = rules.closed(letter, command.version, work.recorded_at)
    _line(work, letter, LineAct.CLOSED, None, clean_text(command.text, "$.text", _PROSE_MAX))
    end_error_clocks(work, done)
    return _replaced(work, letter, done)


@operation("letter.withdraw", permission=Permission.BUREAU_WORK, purposes=PURPOSES)
def withdraw(work: Work, command: WithdrawLetter) -> Letter:
    """Take an own letter back before it was answered; it is erased at both ends."""
    letter = _sent(work, command)
    rules.withdrawn(letter, command.version)
    sending.recall_letter(work, letter)
    end_error_clocks(work, letter)
    store.erase(work, letter.sender.party, letter.id)
    return _told(work, letter)


def _about(
    work: Work, form: LetterForm, command: SendLetter
) -> tuple[AlertReference | None, str, CivilDate | None, bool]:
    """Return the alert that a letter is about, its category, its last day, and whether it is about terrorism."""
    if form.about is About.NONE:
        if command.alert is not None:
            raise BadInput("letter.about-no-alert", "This form is about no alert.", field="$.alert")
        category = (command.category if form.categories else None) or form.category
        if category is None:
            raise BadInput("letter.category-needed", "Name the category.", field="$.category")
        return None, category, None, False
    own, other = work.who.owner.party, command.recipient
    whose = {About.THEIRS: other, About.OWN: own}.get(form.about, command.alert_party or other)
    if command.alert is None:
        raise BadInput("letter.alert-needed", "This form is about an alert.", field="$.alert")
    if command.alert_party not in {None, whose}:
        raise BadInput(
            "letter.not-that-alert",
            "This form is about an alert of the other party." if whose == other else "This form is about an own alert.",
            field="$.alert_party",
        )
    found = alert_known(work, whose, command.alert)
    if found is None:
        raise NotFound("letter.alert-not-found", "There is no such alert here.", field="$.alert")
    reference = AlertReference(id=command.alert, version=found.version, owner=found.owner, category=found.category)
    return reference, found.category, found.ends, found.terrorism


def _line(
    work: Work,
    letter: Letter,
    act: LineAct,
    said: str | None = None,
    text: str | None = None,
    officer: str | None = None,
    attachments: tuple[Attachment, ...] = (),
) -> None:
    content = LineContent(
        letter=letter.id,
        letter_party=letter.sender.party,
        act=act,
        said=said,
        text=text,
        officer=officer,
        attachments=attachments,
    )
    line = Line(id=work.new_id(), sender=work.who.owner, at=work.recorded_at, user=work.who.user, content=content)
    store.add_line(work, line)
    if act is not LineAct.NOTE:
        sending.publish_line(work, letter, line, store.erased_by(work, letter))


def _mine(work: Work, command: ShowLetter) -> Letter:
    letter = store.get(work, command.party, command.letter)
    if work.who.owner.party not in {letter.sender.party, letter.recipient}:
        raise NotFound("letter.not-found", "There is no such letter.", field="$.letter")
    return letter


def _asked(work: Work, command: ShowLetter) -> Letter:
    letter = _mine(work, command)
    if letter.recipient != work.who.owner.party:
        raise Refused("letter.not-asked", "This letter asks the other party.", field="$.letter")
    return letter


def _sent(work: Work, command: ShowLetter) -> Letter:
    letter = _mine(work, command)
    if letter.sender.party != work.who.owner.party:
        raise Refused("letter.not-sender", "Only its sender closes a letter or takes it back.", field="$.letter")
    return letter


def _open(letter: Letter) -> Letter:
    if letter.state is LetterState.CLOSED:
        raise Refused("letter.closed", "The letter is closed.", field="$.letter", remedy="Send a new one.")
    return letter


def _officer(name: str | None) -> str | None:
    return clean_line(name, "$.officer", _LINE_MAX, may_be_empty=True) or None if name else None


def _replaced(work: Work, old: Letter, new: Letter) -> Letter:
    store.replace(work, old, new)
    return _told(work, new)


def _told(work: Work, letter: Letter) -> Letter:
    work.record(sending.letter_ref(letter), form=letter.content.form, state=letter.state.value)
    return letter


def _shown(form: LetterForm) -> FormShown:
    return FormShown(
        code=form.code,
        use=form.use,
        about=form.about.value,
        needs=form.needs,
        may=form.may,
        answers=form.answers,
        rules=tuple(clock.rule for clock in form.clocks),
        categories=form.categories,
        source=form.source,
        confidence=form.confidence,
    )


OPERATIONS: tuple[AnyOperation, ...] = (
    list_forms,
    find_template,
    send,
    list_letters,
    show_letter,
    take_on,
    answer,
    remark,
    note,
    close,
    withdraw,
    *consulting.OPERATIONS,
)
