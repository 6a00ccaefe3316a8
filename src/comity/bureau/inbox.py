"""What the bureau does with what came in: take it on, answer whoever reported."""

from __future__ import annotations

from typing import Final

from comity.bureau import rules, sending, store
from comity.bureau.clocks import clock_of, duty_of_message
from comity.bureau.commands import Acknowledge, AnswerMessage, Inbox, ListInbox, MessageView, ReadMessage
from comity.bureau.records import Act, BureauAnswer, Event, Message, MessageKind, MessageState
from comity.bureau.sending import message_ref
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Work
from comity.core.text import clean_text
from comity.core.vocabulary import Permission, Purpose

_PURPOSES: Final = (Purpose.POLICE, Purpose.BORDERS)
_PROSE_MAX: Final = 2000


@operation("bureau.inbox", permission=Permission.BUREAU_WORK, purposes=_PURPOSES, kind=Kind.READ)
def list_inbox(work: Work, command: ListInbox) -> Inbox:
    """List what came in, the most urgent first."""
    state = None if command.all else command.state or MessageState.NEW
    messages, cursor = store.inbox(work, work.who.owner.party, state, command.cursor, command.limit)
    work.record(*(message_ref(message) for message in messages))
    clocks = tuple(clock_of(duty_of_message(message), work.at) for message in messages)
    return Inbox(messages=messages, cursor=cursor, clocks=clocks)


@operation("bureau.read", permission=Permission.BUREAU_WORK, purposes=_PURPOSES, kind=Kind.READ)
def read_message(work: Work, command: ReadMessage) -> MessageView:
    """Show one message with its answers, its clock and who did what."""
    message = store.get_message(work, work.who.owner.party, command.party, command.message)
    work.record(message_ref(message))
    return MessageView(
        message=message,
        clock=clock_of(duty_of_message(message), work.at),
        erase_by=store.message_erased_by(work, message.sender.party, message.id),
    )


@operation("bureau.acknowledge", permission=Permission.BUREAU_WORK, purposes=_PURPOSES)
def acknowledge(work: Work, command: Acknowledge) -> Message:
    """Take a message on; a bureau that reported hears that its report arrived, where an agreement lets it."""
    message = store.get_message(work, work.who.owner.party, command.party, command.message)
    taken = rules.take_on(message, command.version, _event(work, Act.TAKEN_ON))
    if message.kind is MessageKind.HIT_REPORT:
        receipt = BureauAnswer(report=message.id, receipt=True)
        if sending.may_answer(work, message, receipt).permitted:
            _say(work, message, receipt)
    return _replace(work, message, taken)


@operation("bureau.answer", permission=Permission.BUREAU_WORK, purposes=_PURPOSES)
def answer(work: Work, command: AnswerMessage) -> Message:
    """Answer the bureau that reported a hit on an alert of ours, and nobody else."""
    message = store.get_message(work, work.who.owner.party, command.party, command.message)
    text = clean_text(command.text, "$.text", _PROSE_MAX)
    answered = rules.answer(message, command.version, _event(work, Act.ANSWERED, text))
    said = BureauAnswer(report=message.id, text=text, closes=command.closes)
    sending.follow(sending.may_answer(work, message, said))
    _say(work, message, said)
    return _replace(work, message, answered)


def _say(work: Work, message: Message, said: BureauAnswer) -> None:
    delete_by = store.message_erased_by(work, message.sender.party, message.id)
    sending.publish_answer(work, message, said, delete_by)


def _replace(work: Work, old: Message, new: Message) -> Message:
    store.replace_message(work, old, new)
    work.record(message_ref(new), state=new.state.value)
    return new


def _event(work: Work, act: Act, text: str | None = None) -> Event:
    return Event(at=work.recorded_at, user=work.who.user, act=act, text=text)


OPERATIONS: tuple[AnyOperation, ...] = (list_inbox, read_message, acknowledge, answer)
