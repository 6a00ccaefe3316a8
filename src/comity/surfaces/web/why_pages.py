"""Why may I, why may I not: an agreement asked on any day; and notices given under it."""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec
from starlette.responses import Response

from comity.agreements.explain.clauses import line_of
from comity.agreements.explain.tongue import Kind as WordKind
from comity.agreements.explain.tongue import tongue
from comity.agreements.load import parse_agreement
from comity.agreements.records import Agreement
from comity.core.codec import JsonValue
from comity.core.codes import name_of
from comity.core.errors import ComityError, NotFound
from comity.diplomacy.asking_records import AskWhy, Exchanges, Why
from comity.diplomacy.disposal_records import Aftermath
from comity.diplomacy.notices import (
    Complete,
    Ground,
    History,
    LoseProtection,
    Notify,
    RestoreProtection,
    Resume,
    Suspend,
    Terminate,
)
from comity.diplomacy.records import AgreementView
from comity.surfaces.web.desk import Visit, see

_FACT: Final = "fact."
_ACTS: Final[dict[str, type[msgspec.Struct]]] = {
    "complete": Complete,
    "notify": Notify,
    "suspend": Suspend,
    "resume": Resume,
    "terminate": Terminate,
    "lose-protection": LoseProtection,
    "restore-protection": RestoreProtection,
}
GROUNDS: Final = tuple(ground.value for ground in Ground)


class Option(NamedTuple):
    """One choice of a list, by id and name."""

    id: str
    name: str


async def why(visit: Visit) -> Response:
    """Show the form of a question about law; nothing is asked yet."""
    return visit.render("why.html", **await _shown(visit, None))


async def answer(visit: Visit) -> Response:
    """Answer a question, and offer the circumstances that the clauses ask about."""
    name = visit.path("agreement")
    try:
        command = visit.form.command(AskWhy, ("operation", "category", "purpose", "other"), agreement=name)
        facts: list[JsonValue] = [
            {"name": key.removeprefix(_FACT), "value": visit.form.text(key)}
            for key in visit.form.values
            if key.startswith(_FACT) and visit.form.text(key)
        ]
        given = await visit.ask("agreement.ask", {**command, "facts": facts}, Why)
    except ComityError as error:
        return visit.again("why.html", error, **await _shown(visit, None))
    return visit.render("why.html", **await _shown(visit, given))


async def notice(visit: Visit) -> Response:
    """Show the notices that can be given under a treaty."""
    return visit.render("notice.html", **await shown(visit))


async def give_notice(visit: Visit) -> Response:
    """Give notice under a treaty; it waits for a second person."""
    name, act = visit.path("agreement"), visit.path("act")
    record = _ACTS.get(act)
    if record is None:
        raise NotFound("web.no-such-act", "There is nothing of that name.")
    try:
        command = visit.form.command(record, agreement=name)
        await visit.ask(f"agreement.{act}", command, AgreementView)
    except ComityError as error:
        return visit.again("notice.html", error, **await shown(visit))
    return see(f"/agreements/{name}")


async def shown(visit: Visit) -> dict[str, object]:
    """Return what the page of an agreement shows."""
    command: dict[str, JsonValue] = {"agreement": visit.path("agreement")}
    agreement = await visit.ask("agreement.show", command, AgreementView)
    history = await visit.ask("agreement.history", command, History)
    running = await visit.ask("agreement.exchanges", command, Exchanges)
    aftermath = await visit.ask("agreement.aftermath", command, Aftermath)
    treaty = parse_agreement((agreement.document or "").encode())
    speech = tongue(visit.language)
    words = sorted(
        {
            word
            for clause in treaty.clauses
            if clause.activation is not None
            for leaf in (clause.activation.notifications, clause.activation.arrangements)
            if leaf is not None
            for word in leaf.value
        }
    )
    return {
        "agreement": agreement,
        "history": history,
        "running": running,
        "aftermath": aftermath,
        "clause_options": [Option(clause.id, line_of(clause, treaty, speech).text) for clause in treaty.clauses],
        "word_options": [Option(word, word) for word in words],
        "grounds": GROUNDS,
        "others": [Option(party.code, name_of(party.code)) for party in treaty.parties],
    }


async def _shown(visit: Visit, given: Why | None) -> dict[str, object]:
    agreement = await visit.ask("agreement.show", {"agreement": visit.path("agreement")}, AgreementView)
    treaty = parse_agreement((agreement.document or "").encode())
    return {
        "agreement": agreement,
        "why": given,
        "lists": lists_of(treaty, visit.language),
        "others": [Option(party.code, name_of(party.code)) for party in treaty.parties],
        "authorities": [] if treaty.internal_to is None else [Option(name, name) for name in treaty.signatories],
    }


def lists_of(treaty: Agreement, language: str) -> dict[str, list[Option]]:
    """Return the words that the agreement's clauses use, named in the reader's language."""
    speech = tongue(language)
    kinds: dict[WordKind, set[str]] = {"operations": set(), "categories": set(), "purposes": set(), "roles": set()}
    for clause in treaty.clauses:
        kinds["operations"] |= set(clause.operations.value)
        kinds["categories"] |= set(clause.categories.value)
        kinds["purposes"] |= set(clause.purposes.value)
        kinds["roles"] |= set(clause.roles.value if clause.roles else ())
    for party in treaty.parties:
        kinds["roles"] |= set(party.roles.value if party.roles else ())
    if treaty.onward is not None:
        kinds["operations"].add("onward")
        kinds["categories"].add("received")
    return {
        kind: sorted((Option(word, speech.word(kind, word)) for word in words), key=lambda option: option.name)
        for kind, words in kinds.items()
    }
