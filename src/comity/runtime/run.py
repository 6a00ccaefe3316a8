"""The one way to run an operation, whichever surface asks.

find the operation, authorise, read the command     -> errors here leave no change
open a work on a snapshot
    an earlier answer to the same request id?       -> give it again
    does it need a second person?                   -> try it, throw that away, hold it
    run                                             -> changes, or a refusal
one change set with its ledger entry to the writer
answer after fsync; a failed guard runs the operation again
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import msgspec

from comity.core import codec
from comity.core.commit import ChangeSet, Committed, Fallback, GuardFailed, OpenWork, WorkFactory, Writer
from comity.core.door import Original, read_command
from comity.core.errors import ComityError, Conflict, Defect, NotPermitted, NotSignedIn, Pending, Refused, Unreachable
from comity.core.hashing import digest
from comity.core.ids import RequestId, parse_request_id
from comity.core.operation import AnyOperation, Catalogue, Kind
from comity.core.ports import Actor, Work
from comity.core.vocabulary import Purpose
from comity.runtime import originals, store
from comity.runtime.audit import ledger_entry
from comity.runtime.authorise import authorise, purpose_for
from comity.runtime.records import Answer, Call, KeptAnswer

_RUNS = 8
_KEEP_ANSWERS_US = 24 * 3600 * 1_000_000
_RERUN_THREADS = 2

Hold = Callable[[Work, AnyOperation, bytes], str]
"""Stores an operation for a second person and returns the approval's id (the identity room implements it)."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A call that may run: what, by whom, for what."""

    call: Call
    declared: AnyOperation
    actor: Actor
    purpose: Purpose
    command: msgspec.Struct
    originals: tuple[Original, ...]
    request: RequestId | None


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One run on one snapshot: what to commit, and what to tell after that."""

    change_set: ChangeSet | None
    answer: Answer | None
    error: ComityError | None


class Performer:
    """Runs a held operation inside the work of its approval: `Work.perform`."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def __call__(self, work: Work, operation: str, command: bytes) -> bytes:
        """Run `operation` and return its canonical result."""
        declared = self._catalogue[operation]
        return codec.encode(declared.run(work, codec.decode_as(command, declared.command)))


class Runtime:
    """Runs calls. Safe to use from many threads; `close` when done."""

    def __init__(
        self, catalogue: Catalogue, works: WorkFactory, writer: Writer, hold: Hold, *, may_move_time: bool
    ) -> None:
        self.catalogue = catalogue
        self.works = works
        self.writer = writer
        self._hold = hold
        self._may_move_time = may_move_time
        self._fallback: Fallback | None = None
        self._reruns = ThreadPoolExecutor(_RERUN_THREADS, thread_name_prefix="comity-rerun")

    def fall_back_on(self, fallback: Fallback) -> None:
        """Say what goes on, and where it is kept, while nothing can be written."""
        self._fallback = fallback

    def close(self) -> None:
        """End the threads that re-run operations."""
        self._reruns.shutdown()

    def run(self, call: Call, actor: Actor) -> Answer:
        """Run and wait for the durable answer. Raises the errors of `comity.core.errors`."""
        return self.start(call, actor).result()

    def start(self, call: Call, actor: Actor) -> Future[Answer]:
        """Run in this thread up to the change set; the future ends with the answer (or the refusal) after fsync.

        Raises at once what leaves no trace: malformed input, unknown operations, callers who are nobody.
        """
        done: Future[Answer] = Future()
        try:
            prepared = self._prepare(call, actor)
        except NotPermitted as error:
            self._enter_refusal(call, actor, error, done)
        else:
            self._submit(prepared, done, _RUNS)
        return done

    def _prepare(self, call: Call, actor: Actor) -> _Prepared:
        declared = self.catalogue[call.operation]
        authorise(declared, actor)
        if call.at is not None and not self._may_move_time:
            raise NotPermitted(
                "time.fixed", "Legal time cannot be moved on a production node.", remedy="Leave out the instant."
            )
        request = None
        if declared.kind is Kind.CHANGE:
            request = parse_request_id(call.request_id or "")
        command, as_they_came = read_command(call.command, declared.command)
        return _Prepared(
            call=call,
            declared=declared,
            actor=actor,
            purpose=purpose_for(declared, call.purpose),
            command=command,
            originals=as_they_came,
            request=request,
        )

    def _submit(self, prepared: _Prepared, done: Future[Answer], runs_left: int) -> None:
        try:
            attempt = self._attempt(prepared)
        except ComityError as error:
            done.set_exception(error)
            return
        if attempt.change_set is None:
            _finish(done, attempt)
            return

        def committed(future: Future[Committed]) -> None:
            failure = future.exception()
            if failure is None:
                _finish(done, attempt)
            elif isinstance(failure, Unreachable) and self._goes_on(prepared):
                self._reruns.submit(self._degrade, prepared, done).add_done_callback(lambda run: _pass_on(run, done))
            elif not isinstance(failure, GuardFailed):
                done.set_exception(failure)
            elif runs_left > 1:
                # Not in this thread: it has the writer's turn.
                again = self._reruns.submit(self._submit, prepared, done, runs_left - 1)
                again.add_done_callback(lambda run: _pass_on(run, done))
            else:
                done.set_exception(_contended())

        self.writer.commit(attempt.change_set).add_done_callback(committed)

    def _goes_on(self, prepared: _Prepared) -> bool:
        return self._fallback is not None and self._fallback.serves(prepared.declared.name)

    def _degrade(self, prepared: _Prepared, done: Future[Answer]) -> None:
        """Run once more, by what is open in degraded mode, and keep what must be written for later."""
        try:
            attempt = self._attempted(prepared)
        except ComityError as error:
            done.set_exception(error)
            return
        _finish(done, attempt)

    def _attempted(self, prepared: _Prepared) -> _Attempt:
        if self._fallback is None:
            raise Defect("runtime.no-fallback", "Nothing goes on without the ledger.")
        with self._fallback.going_on():
            attempt = self._attempt(prepared)
        if attempt.change_set is not None:
            self._fallback.keep(attempt.change_set)
        return attempt

    def _attempt(self, prepared: _Prepared) -> _Attempt:
        declared = prepared.declared
        with self.works.open(prepared.actor, prepared.purpose, prepared.call.at) as work:
            try:
                kept = self._kept(prepared, work)
                if kept is not None:
                    again = codec.decode_as(kept, declared.result)
                    return _Attempt(None, Answer(result=again, body=kept, replayed=True), None)
                if declared.four_eyes:
                    self._try(prepared)
                    return self._held(prepared, work)
                result = declared.run(work, prepared.command)
                work.change(*originals.keep(work, work.trail.refs, prepared.originals))
            except (Refused, NotPermitted) as error:
                return _refusal(declared, work, error)
            body = codec.encode(result)
            if prepared.request is not None:
                self._keep(prepared, work, answer=body if declared.replayable else None, pending=None)
            entry = ledger_entry(work, declared, "done")
            change_set = work.conclude(entry, declared.name)
        answer = Answer(result=result, body=body)
        return _Attempt(change_set if change_set.changes or entry else None, answer, None)

    def _kept(self, prepared: _Prepared, work: OpenWork) -> bytes | None:
        """Return the kept answer of the same request, None if there is none; raise if it cannot be given again."""
        if prepared.request is None:
            return None
        kept = store.find_answer(work, prepared.actor.account, prepared.request)
        if kept is None:
            return None
        if work.recorded_at - kept.answered_at > _KEEP_ANSWERS_US:
            work.change(store.drop_answer(prepared.actor.account, prepared.request))
            return None
        if kept.command_digest != _command_digest(prepared):
            raise Conflict(
                "request-id.reused",
                "This request id was used for another act.",
                field="$.request_id",
                remedy="Make a new random request id for each act; repeat one only to repeat the same act.",
            )
        if kept.pending is not None:
            raise Pending(kept.pending)
        if kept.answer is None:
            raise Conflict(
                "request-id.answered-once",
                "This request was answered before, and its answer held a secret that is not kept.",
                field="$.request_id",
                remedy="Ask again with a new request id.",
            )
        return kept.answer

    def _try(self, prepared: _Prepared) -> None:
        """Run an act and throw away what it did, so that nothing is held which could not be done now.

        Raises what the act raises: its asker hears of a mistake at once, not the second person a day later.
        """
        with self.works.open(prepared.actor, prepared.purpose, prepared.call.at) as trial:
            prepared.declared.run(trial, prepared.command)

    def _held(self, prepared: _Prepared, work: OpenWork) -> _Attempt:
        approval = self._hold(work, prepared.declared, codec.encode(prepared.command))
        self._keep(prepared, work, answer=None, pending=approval)
        change_set = work.conclude(ledger_entry(work, prepared.declared, "pending"), prepared.declared.name)
        return _Attempt(change_set, None, Pending(approval))

    def _keep(self, prepared: _Prepared, work: OpenWork, *, answer: bytes | None, pending: str | None) -> None:
        if prepared.request is None:
            return
        kept = KeptAnswer(
            command_digest=_command_digest(prepared), answer=answer, pending=pending, answered_at=work.recorded_at
        )
        work.change(store.keep_answer(prepared.actor.account, prepared.request, kept))

    def _enter_refusal(self, call: Call, actor: Actor, error: NotPermitted, done: Future[Answer]) -> None:
        """Enter in the ledger that somebody asked for what is not theirs; nobody only raises a counter elsewhere."""
        if isinstance(error, NotSignedIn) or not actor.signed_in:
            raise error
        declared = self.catalogue[call.operation]
        with self.works.open(actor, declared.purposes[0]) as work:
            attempt = _refusal(declared, work, error)
        if attempt.change_set is None:
            raise error
        self.writer.commit(attempt.change_set).add_done_callback(lambda future: _settle(future, done, error))


def _refusal(declared: AnyOperation, work: OpenWork, error: Refused | NotPermitted) -> _Attempt:
    """Throw the changes away and make the refusal a change set of its own."""
    work.forget()
    entry = None
    if work.who.signed_in and not isinstance(error, Pending):
        reasons = (error.code, *(error.reasons if isinstance(error, Refused) else ()))
        entry = ledger_entry(work, declared, "refused", reasons)
    change_set = work.conclude(entry, declared.name)
    return _Attempt(change_set if change_set.changes or entry else None, None, error)


def _finish(done: Future[Answer], attempt: _Attempt) -> None:
    if attempt.answer is not None:
        done.set_result(attempt.answer)
    else:
        done.set_exception(attempt.error or Defect("runtime.no-answer", "The operation gave no answer."))


def _pass_on(run: Future[None], done: Future[Answer]) -> None:
    """Let a defect of a re-run reach the waiter instead of leaving it waiting."""
    failure = run.exception()
    if failure is not None and not done.done():
        done.set_exception(failure)


def _settle(future: Future[Committed], done: Future[Answer], error: ComityError) -> None:
    done.set_exception(future.exception() or error)


def _command_digest(prepared: _Prepared) -> str:
    """Return what tells one act from another; of a command that holds a secret no hash is kept, only its name."""
    command = codec.encode(prepared.command) if prepared.declared.replayable else b""
    return digest(prepared.declared.name.encode() + b"\n" + command)


def _contended() -> Conflict:
    return Conflict(
        "record.contended",
        "Others kept changing the same record; nothing of this act stands.",
        remedy="Wait a moment and try again.",
    )
