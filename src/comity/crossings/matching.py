"""Persons put to a node by a program: each becomes ordinary checks, logged and kept like any other.

What is found is told with what law opens of it and with its weight; a person decides on it in the check named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeAlias, TypeVar

from comity.core.errors import BadInput, Refused
from comity.core.ids import Owner, RecordRef
from comity.core.operation import AnyOperation, Kind, Operation, operation
from comity.core.ports import Work
from comity.core.vocabulary import Permission, Purpose
from comity.crossings import board_rules
from comity.crossings.batch import RowWork, Shared
from comity.crossings.boards import end_if_for_all
from comity.crossings.match_records import (
    MOST_CHECKS,
    Dataset,
    MatchedPersons,
    MatchPersons,
    PersonMatch,
    PersonMatches,
    PersonQuery,
)
from comity.crossings.operations import read_question
from comity.crossings.records import Advice, Check, Document, Identity, Match, Outcome
from comity.crossings.telling import told_of
from comity.crossings.told_records import Fact
from comity.screening.countries import UNKNOWN_COUNTRY, country_key
from comity.screening.listed import LISTING_KIND
from comity.screening.records import Paper, Person
from comity.screening.weighing import shipped_weigher

_PURPOSES: Final = (Purpose.BORDERS, Purpose.POLICE)
T = TypeVar("T")
_GENDERS: Final = {"M": "male", "F": "female", "": None}
_Found: TypeAlias = tuple[Match, Advice, tuple[Fact, ...]]
_WORST: Final = (Outcome.REFER, Outcome.POSSIBLE, Outcome.UNKNOWN, Outcome.NO_HIT)


def make_operations(check: Operation[Check, Advice]) -> tuple[AnyOperation, ...]:
    """Return the operations of this part; `check` is the single check, by whose rules each person is searched for."""
    matching = operation("crossing.match", permission=Permission.CROSSING_CHECK, purposes=_PURPOSES, kind=Kind.SEARCH)
    return (matching(_matcher(check)),)


def _matcher(check: Operation[Check, Advice]) -> Callable[[Work, MatchPersons], MatchedPersons]:
    def match(work: Work, command: MatchPersons) -> MatchedPersons:
        """Search for persons as a program gives them, and tell who may be meant, with the weight of every reason."""
        shared = Shared(work)
        answers = tuple(_answered(shared, check, command, query) for query in command.queries)
        work.record(
            persons=len(answers),
            not_asked=sum(bool(answer.problems) for answer in answers),
            matches=sum(answer.total for answer in answers),
        )
        return MatchedPersons(queries=answers, model=shipped_weigher().model.version)

    return match


def _answered(
    shared: Shared, check: Operation[Check, Advice], command: MatchPersons, query: PersonQuery
) -> PersonMatches:
    """Ask for one person; a question that is refused says why and leaves nothing."""
    row = RowWork(shared)
    found: list[_Found] = []
    advised: list[Advice] = []
    try:
        for asked in checks_of(command, query.person):
            advice = check.run(row, asked)
            advised.append(advice)
            told = told_of(row, read_question(row, asked), advice.matches)
            facts = {(each.alert, each.owner): each.facts for each in told}
            found += [
                (match, advice, facts.get((match.alert, match.owner), ()))
                for match in advice.matches
                if _is_of(match, command.dataset)
            ]
    except (BadInput, Refused) as error:
        end_if_for_all(error)
        return PersonMatches(key=query.key, outcome=None, problems=board_rules.bad_row(0, error).problems)
    row.keep()
    ranked = _ranked(found)
    return PersonMatches(
        key=query.key,
        outcome=min((advice.outcome for advice in advised), key=_WORST.index),
        matches=tuple(_told(*one) for one in ranked[: command.limit]),
        total=len(ranked),
        incomplete=any(advice.incomplete for advice in advised),
        checks=tuple(advice.check for advice in advised),
    )


def checks_of(command: MatchPersons, person: Person) -> Iterator[Check]:
    """Yield the checks that a person is asked for by: every name and every document once.

    Raises `BadInput` `person.too-much`, `date.several`.
    """
    if max(len(person.names), len(person.papers)) > MOST_CHECKS:
        raise BadInput(
            "person.too-much",
            "Nobody is asked for by so many names or documents at once.",
            field="$.person",
            remedy="Ask for the person again by the others.",
        )
    if len(person.birth_dates) > 1:
        raise BadInput("date.several", "A traveller has one date of birth.", field="$.person.birth_dates")
    for at in range(max(1, len(person.names), len(person.papers))):
        yield _check(command, person, _at(person.names, at), _at(person.papers, at))


def _at(values: Sequence[T], at: int) -> T | None:
    """Return one of the values, the last where there are fewer: each name goes with a document and the other way."""
    return values[min(at, len(values) - 1)] if values else None


def _check(command: MatchPersons, person: Person, name: str | None, paper: Paper | None) -> Check:
    surnames, _, forenames = (name or "").partition(",")
    known = [key for country in person.countries if not (key := country_key(country)).startswith(UNKNOWN_COUNTRY)]
    if person.countries and not known:
        raise BadInput("country.unknown", "No country is known by this name.", field="$.person.countries")
    return Check(
        direction=command.direction,
        crossing_point=command.crossing_point or None,
        lane=command.lane,
        identity=Identity(
            surnames=surnames.strip() or None,
            forenames=forenames.strip() or None,
            birth_date=person.birth_dates[0] if person.birth_dates else None,
            nationality=known[0] if known else None,
            gender=_GENDERS[person.sex],
        ),
        document=None if paper is None else Document(number=paper.number, country=paper.country or None),
        justification=command.justification,
        case=command.case,
        near=False,
    )


def _ranked(found: Iterable[_Found]) -> list[_Found]:
    """Return each record once, by its heaviest match, the heaviest first; what was cleared before stands last."""
    ranked: dict[tuple[RecordRef, Owner], _Found] = {}
    for one in sorted(found, key=lambda one: (one[0].cleared is not None, -_bits(one[0]))):
        ranked.setdefault((one[0].alert, one[0].owner), one)
    return list(ranked.values())


def _is_of(match: Match, dataset: Dataset) -> bool:
    return dataset is Dataset.DEFAULT or (match.alert.kind == LISTING_KIND) == (dataset is Dataset.LISTINGS)


def _bits(match: Match) -> float:
    # An agreeing document without a word of a name is stronger than any name.
    return float("inf") if match.weighed is None else match.weighed.evidence_mbit


def _told(match: Match, advice: Advice, facts: tuple[Fact, ...]) -> PersonMatch:
    return PersonMatch(
        alert=match.alert,
        owner=match.owner,
        category=match.category,
        check=advice.check,
        action=match.action,
        must_not_show=match.must_not_show,
        evidence=match.evidence,
        facts=facts,
        weighed=match.weighed,
        cleared=match.cleared,
    )
