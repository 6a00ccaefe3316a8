"""Asking another party by hand, once the person was asked about fear."""

from __future__ import annotations

from comity.core.codec import encode
from comity.core.ids import RecordRef
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Search, Work
from comity.core.vocabulary import Permission, Purpose
from comity.crossings import store
from comity.crossings.abroad.records import AnswersAbroad, AskAbroad
from comity.crossings.abroad.rules import require_no_fear
from comity.crossings.abroad.shown import ShownAnswers
from comity.crossings.ports import Abroad
from comity.crossings.records import CHECK_KIND

_PURPOSES = (Purpose.BORDERS, Purpose.POLICE)


def make_operations(abroad: Abroad, shown: ShownAnswers) -> tuple[AnyOperation, ...]:
    """Return the operations that ask other parties."""

    @operation("crossing.ask-abroad", permission=Permission.CROSSING_CHECK, purposes=_PURPOSES, kind=Kind.SEARCH)
    def ask_abroad(work: Work, command: AskAbroad) -> AnswersAbroad:
        """Ask another party about the person of a check, after the person was asked about fear of that State."""
        stored = store.get_check(work, work.who.owner, command.check)
        require_no_fear(command.fear_expressed)
        now = abroad.ask(work, stored.question, command.party)
        shown.keep(stored.advice.check, work.who.owner, now.answers, work.recorded_at)
        work.log_search(
            Search(
                search=work.new_id(),
                operation="crossing.ask-abroad",
                terms=encode(stored.question),
                justification=command.case or stored.question.justification,
                found=(),
            )
        )
        work.record(RecordRef(kind=CHECK_KIND, id=stored.advice.check, version=1), party=command.party)
        return AnswersAbroad(check=stored.advice.check, asked=now.asked, answers=now.answers)

    return (ask_abroad,)
