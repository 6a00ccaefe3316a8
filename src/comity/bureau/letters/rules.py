"""How a letter is made, answered and closed: pure, held to the table of forms and to version and state."""

from __future__ import annotations

import msgspec

from comity.agreements.law.records import Rule
from comity.alerts.character import Character, suspected
from comity.bureau.clocks import Duty, clock_of
from comity.bureau.letters.forms import BY_CODE, FIELDS, MAX_FILES, MAX_FILES_BYTES, About, LetterForm, clock_of_form
from comity.bureau.letters.records import Attachment, Details, Letter, LetterContent, LetterState
from comity.bureau.records import Clock
from comity.core.errors import BadInput, Conflict, FieldProblem, Refused
from comity.core.said import say
from comity.core.time import Instant, end_of_day
from comity.deadlines import rules as deadline_rules

_ENDED = frozenset({LetterState.CLOSED, LetterState.WITHDRAWN})
_REFUSED = frozenset({"refused", "objection", "not-wrong", "may-not-be-told"})
_PROMPTS = {
    ("N", "deleted"): "decide-entry",
    ("OA", "permit-kept"): "delete-alert",
    ("CONSULT", "permit-kept"): "do-not-enter",
    ("J", "not-wrong"): "tell-supervisors",
    ("I", "consented"): "may-use",
    ("I", "refused"): "may-not-use",
    ("ONWARD", "consented"): "may-pass-on",
    ("ONWARD", "refused"): "may-not-pass-on",
    ("H", "we-withdraw"): "decide-entry",
    ("DOC", "confirmed"): "document-confirmed",
    ("DOC", "not-confirmed"): "document-not-confirmed",
    ("DOC", "recovered"): "document-not-confirmed",
    ("DOC", "cannot-tell"): "document-not-confirmed",
    ("E", "compatible"): "enter-waiting",
    ("E", "yours-goes-first"): "enter-waiting",
    ("E", "ours-goes-first"): "keep-waiting",
    ("E", "we-withdraw"): "await-withdrawal",
    ("FREV", "flag-lifted"): "flag-lifted",
    ("FREV", "flag-stays"): "flag-stays",
    ("L", "same-person"): "consult-compatibility",
    ("L", "other-person"): "tell-apart",
}
_ASKED_TO = {
    ("J", "corrected"): "correct-alert",
    ("J", "deleted"): "delete-alert",
    ("FREV", ""): "review-flag",
    ("K", "corrected"): "correct-alert",
    ("K", "deleted"): "delete-alert",
    ("E", "we-withdraw"): "delete-alert",
    ("H", "we-withdraw"): "delete-alert",
    ("N", "deleted"): "delete-alert",
}


def form_named(code: str) -> LetterForm:
    """Return the form of a code; raises `BadInput` `letter.unknown-form` with those there are."""
    form = BY_CODE.get(code)
    if form is None:
        raise BadInput("letter.unknown-form", say("The forms are %(names)s.", names=", ".join(BY_CODE)), field="$.form")
    return form


def check_content(form: LetterForm, content: LetterContent, category: str) -> None:
    """Hold a letter to its form. Raises `BadInput` `letter.*`, with every detail that is missing or does not belong."""
    if form.categories and category not in form.categories:
        raise BadInput(
            "letter.other-category",
            say("This form is for alerts of category %(names)s.", names=", ".join(form.categories)),
            field="$.category",
        )
    if (content.alert is None) != (form.about is About.NONE):
        raise BadInput(
            "letter.alert-needed" if content.alert is None else "letter.about-no-alert",
            "This form is about an alert." if content.alert is None else "This form is about no alert.",
            field="$.alert",
        )
    details = content.details or Details()
    said = {name for name in FIELDS if getattr(details, name) is not None}
    problems = [
        _problem(name, "letter.detail-needed", "This form needs it.") for name in form.needs if name not in said
    ]
    problems += [_problem(name, "letter.detail-not-open", "This form does not say it.") for name in said - form.says]
    if problems:
        raise BadInput(problems[0].code, "Some details do not fit the form.", problems=tuple(problems))
    check_files(content.attachments)


def check_files(files: tuple[Attachment, ...]) -> None:
    """Raise `BadInput` `letter.too-many-files` or `letter.files-too-large`; the law's own limits are wider."""
    if len(files) > MAX_FILES:
        raise BadInput(
            "letter.too-many-files", say("At most %(most)s files go with one message.", most=MAX_FILES), field="$"
        )
    if sum(len(each.content) * 3 // 4 for each in files) > MAX_FILES_BYTES:
        raise BadInput(
            "letter.files-too-large",
            say("The files of one message have at most %(most)s bytes together.", most=MAX_FILES_BYTES),
            field="$.attachments",
            remedy="Send another message with the rest.",
        )


def with_clock(letter: Letter, law: tuple[Rule, ...], actor: str) -> Letter:
    """Return the letter with the clock that its form, category and urgency set for `actor`, who must answer.

    A letter that awaits no answer is answered for all purposes of clocks.
    """
    content = letter.content
    chosen = clock_of_form(BY_CODE[content.form], letter.category, content.details, urgent=content.urgent)
    if chosen is None:
        return letter
    found = deadline_rules.find_limit(law, chosen.rule)
    due_at, due_on = deadline_rules.due_times(found.due, letter.since, actor)
    return msgspec.structs.replace(
        letter,
        rule=deadline_rules.version_of(found.rule),
        source=found.rule.source,
        silence=found.silence,
        at_once=due_at is None and due_on is None,
        due_at=due_at,
        due_on=due_on,
    )


def last_instant(letter: Letter) -> Instant | None:
    """Return the last instant at which an answer is in time; None where none is due, or at once."""
    return end_of_day(letter.due_on) if letter.due_on is not None else letter.due_at


def duty_of(letter: Letter) -> Duty:
    """Return the duty to answer; closing or withdrawing ends it too, and a form without answers has none."""
    none_awaited = letter.since if letter.rule is None else None
    return Duty(letter.at_once, letter.since, last_instant(letter), letter.answered or letter.closed or none_awaited)


def clock(letter: Letter, now: Instant) -> Clock:
    """Read the clock of a letter."""
    return clock_of(duty_of(letter), now)


def waits_for(letter: Letter) -> str:
    """Return the party that must act: the one asked until it answers, then the one that asked until it closes."""
    if letter.state in _ENDED:
        return ""
    asked = bool(BY_CODE[letter.content.form].answers) and letter.answered is None
    return letter.recipient if asked else letter.sender.party


def silence_counts(letter: Letter, now: Instant) -> bool:
    """Say whether the time is over and the law makes of it that nothing came (LAW: silence differs per rule)."""
    last = last_instant(letter)
    return letter.answered is None and letter.state not in _ENDED and last is not None and now > last


def take_on(letter: Letter, version: int, officer: str) -> Letter:
    """Return the letter as taken on by a named officer. Raises `Conflict` if someone was first."""
    _open(letter, version)
    if letter.state is not LetterState.OPEN:
        raise Conflict("letter.moved-on", "Someone took this letter on already.", field="$.version")
    return _moved(letter, state=LetterState.TAKEN_ON, taken_on_by=officer)


def answered(letter: Letter, version: int, said: str, at: Instant) -> Letter:
    """Return the letter as answered; a later answer corrects an earlier one, whose time stands.

    Raises `Conflict` `letter.moved-on`, `BadInput` `letter.answer` for a word outside the form's list, `Refused`
    `letter.no-answer` where the form awaits none.
    """
    _open(letter, version)
    words = BY_CODE[letter.content.form].answers
    if not words:
        raise Refused("letter.no-answer", "This form awaits no answer.", field="$.said", remedy="Send a remark.")
    if said not in words:
        raise BadInput("letter.answer", say("It is one of %(names)s.", names=", ".join(words)), field="$.said")
    return _moved(letter, state=LetterState.ANSWERED, answer=said, answered=letter.answered or at)


def closed(letter: Letter, version: int, at: Instant) -> Letter:
    """Return an own letter as closed. Raises `Conflict` if it moved on."""
    _open(letter, version)
    return _moved(letter, state=LetterState.CLOSED, closed=at)


def withdrawn(letter: Letter, version: int) -> None:
    """Check that a letter may be taken back: raises `Conflict` if it moved on, `Refused` once it was answered."""
    _open(letter, version)
    if letter.answered is not None:
        raise Refused("letter.answered", "The letter was answered.", field="$.letter", remedy="Close it.")


def prompt(letter: Letter, party: str, now: Instant) -> str | None:
    """Name what is to be done here now that an answer is there, or that silence is one; None where nothing is."""
    key = (letter.content.form, letter.answer or "")
    if letter.sender.party != party:
        if _ends_own_alert(letter, party):
            return "delete-alert"
        return _ASKED_TO.get(key) or _of_notice(letter)
    if letter.answer is None and silence_counts(letter, now) and letter.silence is not None:
        return f"silence-{letter.silence.value}"
    return _PROMPTS.get(key)


def _ends_own_alert(letter: Letter, party: str) -> bool:
    """Say whether a letter tells the issuer of an alert that its person was surrendered: that alert goes."""
    content = letter.content
    step = content.details.step if content.details is not None else None
    owner = content.alert.owner if content.alert is not None else None
    return step == "surrendered" and owner is not None and owner.party == party


def _of_notice(letter: Letter) -> str | None:
    """Name what a notice asks of whoever got it: its colour decides, and never more than national law does."""
    details = letter.content.details
    if details is None or details.colour is None or letter.answer is not None:
        return None
    return "notice-character" if suspicion_of(letter.content) is not None else f"notice-{details.colour}"


def suspicion_of(content: LetterContent) -> Character | None:
    """Say whether a notice looks political, military, religious or racial (INTERPOL Constitution Art 3)."""
    details = content.details or Details()
    return suspected((), content.subject, content.text, details.offence, details.why, details.description)


def is_refusal(answer: str | None) -> bool:
    """Say whether an answer refuses what was asked."""
    return answer in _REFUSED


def _open(letter: Letter, version: int) -> None:
    if letter.version != version or letter.state in _ENDED:
        raise Conflict(
            "letter.moved-on",
            "The letter was changed since it was shown.",
            field="$.version",
            remedy="Look at the letter again.",
        )


def _moved(letter: Letter, **changes: object) -> Letter:
    return msgspec.structs.replace(letter, version=letter.version + 1, **changes)


def _problem(name: str, code: str, message: str) -> FieldProblem:
    return FieldProblem(field=f"$.details.{name}", code=code, message=message)
