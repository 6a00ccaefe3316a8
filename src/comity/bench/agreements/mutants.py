"""Seeded faults: a compiler that gets one thing wrong, an annex that widens one thing; the gate must see each.

A change that alters no answer is no fault. So where the prover says that nothing changed, questions made by chance are
put to both; any difference is a fault that was missed, none and the mutant is set aside as equivalent.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import msgspec

from comity.agreements.expr.python import compile_text, text_of
from comity.agreements.load import agreement_id
from comity.agreements.prove.annexes import annex_proof
from comity.agreements.prove.compiled import view_compiled
from comity.agreements.prove.formula import permits
from comity.agreements.prove.smt import Space
from comity.agreements.prove.views import acts_of, view_document
from comity.agreements.provisions import Annex, OptOut, Reservation, Side
from comity.agreements.ready import load_instrument
from comity.agreements.records import Agreement, Clause
from comity.agreements.slices import Compiled, Slice, Special
from comity.agreements.sourced import Confidence, Sourced
from comity.bench.agreements.checking import Act, acts
from comity.bench.harness import Measure, Setting
from comity.bench.records import Figure, measured
from comity.core.decision import Stage
from comity.core.time import DAY_US, CivilDate, Instant

_CAUGHT: Final = "mutants.caught"
_SEED: Final = 20260301
_QUESTIONS: Final = 400
_BASES: Final = ("che-usa-serious-crime", "schengen-sis", "bilateral-police-cooperation")
_TURNED: Final = {">=": ">", "<=": "<", ">": ">=", "<": "<=", "==": "!=", "!=": "=="}
_COMPARED: Final = re.compile(r" (>=|<=|==|!=|>|<) ")
_WIDE: Final = frozenset({Stage.RECEIPT, Stage.ACT})

T = TypeVar("T")
SliceChange = Callable[[Slice, random.Random], Slice | None]


@dataclass
class Tally:
    """How many faults were made, seen, missed, and how many changes altered nothing."""

    made: int = 0
    caught: int = 0
    equivalent: int = 0
    missed: tuple[str, ...] = ()


def _run(setting: Setting) -> Iterable[Figure]:
    draw = random.Random(_SEED)
    tally = Tally()
    for name in _BASES:
        agreement = dressed(load_instrument(name))
        compiler_faults(agreement, draw, setting.at_scale(30, 400), tally)
        annex_faults(agreement, draw, setting.at_scale(2, 20), tally)
    faults = tally.made - tally.equivalent
    share = tally.caught / faults * 100 if faults else None
    beside = {"faults": faults, "equivalent": tally.equivalent, "seed": _SEED}
    yield measured(_CAUGHT, share, "%", goal=100, better="higher", beside=beside)


def compiler_faults(agreement: Agreement, draw: random.Random, count: int, tally: Tally) -> None:
    """Compile with one thing wrong, `count` times, and have the prover look."""
    spoken = acts(agreement)
    for number in range(count):
        kind = _KINDS[number % len(_KINDS)]
        act = draw.choice(spoken)
        mutant = _mutate(act, kind, draw)
        for _ in range(_QUESTIONS):
            if mutant is not None:
                break
            act = draw.choice(spoken)
            mutant = _mutate(act, kind, draw)
        if mutant is not None:
            _look(act, mutant, kind, draw, tally)


def annex_faults(agreement: Agreement, draw: random.Random, count: int, tally: Tally) -> None:
    """Make annexes of the agreement that widen one clause, and have the prover look."""
    annex = msgspec.structs.replace(
        agreement, id=f"{agreement.id}-annex", annex=Annex(of=agreement_id(agreement), lineage=agreement.id)
    )
    wideners: tuple[Callable[[Clause], Clause | None], ...] = (_more_purposes, _no_roles, _no_conditions)
    for _ in range(count):
        index = draw.randrange(len(annex.clauses))
        wider = draw.choice(wideners)(annex.clauses[index])
        if wider is None:
            continue
        tally.made += 1
        clauses = (*annex.clauses[:index], wider, *annex.clauses[index + 1 :])
        widened = msgspec.structs.replace(annex, clauses=clauses)
        if annex_proof(widened, agreement):
            tally.caught += 1
        elif _same(widened, agreement):
            tally.equivalent += 1
        else:
            tally.missed += (f"annex {wider.id}",)


def _same(one: Agreement, other: Agreement) -> bool:
    """Say whether two documents permit the same, so that what was changed altered nothing."""
    space = Space()
    return all(
        space.equal(permits(view_document(one, *act)), permits(view_document(other, *act))) for act in acts_of(one)
    )


def dressed(agreement: Agreement) -> Agreement:
    """Return the agreement with a reservation, an opt-out and days in some clauses, so that each can be got wrong."""
    parties = (
        msgspec.structs.replace(
            agreement.parties[0],
            reservations=(Reservation(id="reserved", side=_said(Side.GIVER), mirrored=_said(value=False)),),
        ),
        *agreement.parties[1:],
    )
    clauses = [
        msgspec.structs.replace(
            clause,
            opt_outs=(OptOut(party=agreement.parties[-1].code, since=_said(CivilDate("2026-02-28"))),),
            first_day=_said(CivilDate("2020-02-29")),
        )
        if index % 3 == 0 and clause.effect is None
        else clause
        for index, clause in enumerate(agreement.clauses)
    ]
    return msgspec.structs.replace(agreement, parties=parties, clauses=tuple(clauses))


def _said(value: T) -> Sourced[T]:
    return Sourced(value=value, source="seeded fault", confidence=Confidence.SYNTHETIC)


def _mutate(act: Act, kind: str, draw: random.Random) -> Compiled | None:
    key = (act.stage, act.operation, act.category)
    if kind in _PARTY_CHANGES:
        return _with_party(act.compiled, act, kind, draw)
    slices = act.compiled.staged.get(key, ())
    if not slices:
        return None
    index = draw.randrange(len(slices))
    changed = _SLICE_CHANGES[kind](slices[index], draw) if _fits(kind, act) else None
    if changed is None:
        return None
    staged = {**act.compiled.staged, key: (*slices[:index], changed, *slices[index + 1 :])}
    return replace(act.compiled, staged=staged)


def _fits(kind: str, act: Act) -> bool:
    return kind != "field added" or act.stage in _WIDE


def _look(act: Act, mutant: Compiled, kind: str, draw: random.Random, tally: Tally) -> None:
    tally.made += 1
    place = (act.stage, act.operation, act.category)
    document = permits(view_document(act.agreement, *place))
    if Space().equal(document, permits(view_compiled(mutant, *place))) is False:
        tally.caught += 1
        return
    other = replace(act, compiled=mutant)
    seed = draw.randrange(1 << 30)
    one = [each.permitted for each in act.samples(random.Random(seed), _QUESTIONS)]
    two = [each.permitted for each in other.samples(random.Random(seed), _QUESTIONS)]
    if one == two:
        tally.equivalent += 1
    else:
        tally.missed += (f"{kind} {place}",)


def _with_party(compiled: Compiled, act: Act, kind: str, draw: random.Random) -> Compiled | None:
    code = draw.choice(sorted(compiled.parties))
    bound = compiled.parties[code]
    others = {name: each for name, each in compiled.parties.items() if name != code}
    if kind == "party dropped":
        return replace(compiled, parties=others)
    if kind == "day off by one":
        return replace(compiled, parties={**others, code: replace(bound, since=Instant(bound.since + DAY_US))})
    if act.category not in bound.excluded:
        return None
    return replace(compiled, parties={**others, code: replace(bound, excluded=frozenset())})


def _special(change: Callable[[Special, random.Random], Special | None]) -> SliceChange:
    def changed(piece: Slice, draw: random.Random) -> Slice | None:
        special = change(piece.special, draw) if piece.special is not None else None
        return None if special is None else replace(piece, special=special)

    return changed


def _turned(special: Special, draw: random.Random) -> Special | None:
    """Turn one comparison of one condition."""
    places = [
        (index, found) for index, need in enumerate(special.needs) for found in _COMPARED.finditer(text_of(need.test))
    ]
    if not places:
        return None
    index, found = draw.choice(places)
    need = special.needs[index]
    text = text_of(need.test)
    wrong = compile_text(f"{text[: found.start(1)]}{_TURNED[found[1]]}{text[found.end(1) :]}")
    return replace(special, needs=(*special.needs[:index], need._replace(test=wrong), *special.needs[index + 1 :]))


def _without_need(special: Special, draw: random.Random) -> Special | None:
    if not special.needs:
        return None
    index = draw.randrange(len(special.needs))
    return replace(special, needs=(*special.needs[:index], *special.needs[index + 1 :]))


_PARTY_CHANGES: Final = frozenset({"party dropped", "day off by one", "exclusion dropped"})
_SLICE_CHANGES: Final[dict[str, SliceChange]] = {
    "comparison turned": _special(_turned),
    "condition dropped": _special(_without_need),
    "reservation ignored": _special(lambda each, _: replace(each, barred=()) if each.barred else None),
    "opt-out ignored": _special(lambda each, _: replace(each, away=()) if each.away else None),
    "activation ignored": _special(lambda each, _: replace(each, waits=frozenset()) if each.waits else None),
    "first day off by one": _special(
        lambda each, _: replace(each, since=Instant(each.since - DAY_US)) if each.since > 0 else None
    ),
    "demand dropped": lambda each, _: replace(each, demands=each.demands[1:]) if each.demands else None,
    "purposes widened": lambda each, _: replace(each, purposes=None) if each.purposes else None,
    "roles widened": lambda each, _: replace(each, roles=None) if each.roles else None,
    "owner ignored": lambda each, _: replace(each, owner_gives=False) if each.owner_gives else None,
    "field added": lambda each, _: replace(each, allowed=each.allowed | {"person.aliases", "links"}),
    "mandatory dropped": lambda each, draw: (
        replace(each, mandatory=each.mandatory - {draw.choice(sorted(each.mandatory))}) if each.mandatory else None
    ),
}
_KINDS: Final = (*sorted(_SLICE_CHANGES), *sorted(_PARTY_CHANGES))


def _more_purposes(clause: Clause) -> Clause | None:
    if clause.effect is not None:
        return None
    purposes = msgspec.structs.replace(clause.purposes, value=(*clause.purposes.value, "supervision"))
    return msgspec.structs.replace(clause, purposes=purposes)


def _no_roles(clause: Clause) -> Clause | None:
    if clause.effect is not None or clause.roles is None:
        return None
    return msgspec.structs.replace(clause, roles=None)


def _no_conditions(clause: Clause) -> Clause | None:
    if clause.effect is not None or (clause.conditions is None and clause.condition is None and not clause.requires):
        return None
    return msgspec.structs.replace(clause, conditions=None, condition=None, requires=())


MEASURE = Measure((_CAUGHT,), _run)
