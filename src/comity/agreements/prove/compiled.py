"""What was compiled, read back as plain sets and conditions: predicates from the very text that runs."""

from __future__ import annotations

from comity.agreements.expr.python import text_of
from comity.agreements.prove.reread import reread
from comity.agreements.prove.views import AgreementView, BarView, ClauseView, PartyView
from comity.agreements.rulebook import BEGINNING, END
from comity.agreements.slices import Bound, Compiled, Slice, Special
from comity.core.decision import Stage


def view_compiled(compiled: Compiled, stage: Stage, operation: str, category: str) -> AgreementView:
    """Read what the compiled agreement decides about one act at one stage."""
    slices = compiled.staged.get((stage, operation, category), ())
    return AgreementView(
        stage,
        operation,
        category,
        tuple(_party(code, bound) for code, bound in compiled.parties.items()),
        tuple(_clause(each) for each in slices),
        compiled.internal,
    )


def _party(code: str, bound: Bound) -> PartyView:
    return PartyView(
        code=code,
        since=_open(bound.since),
        until=_open(bound.until),
        excluded=bound.excluded,
        roles=bound.roles,
        authorities=bound.authorities,
        authority_roles=tuple(sorted(bound.authority_roles.items())),
    )


def _clause(piece: Slice) -> ClauseView:
    special = piece.special
    return ClauseView(
        clause=piece.clause,
        givers=piece.givers,
        owner_gives=piece.owner_gives,
        receivers=piece.receivers,
        owner_receives=piece.owner_receives,
        purposes=piece.purposes,
        roles=piece.roles,
        allowed=piece.allowed,
        mandatory=piece.mandatory,
        demands=frozenset(each.fact for each in piece.demands),
        asks=piece.asks,
        **({} if special is None else _special(special)),  # type: ignore[arg-type]  # members of the record, by name
    )


def _special(special: Special) -> dict[str, object]:
    return {
        "needs": tuple(reread(text_of(each.test)) for each in special.needs),
        "since": _open(special.since),
        "until": _open(special.until),
        "waits": special.waits,
        "away": tuple((each.party, _open(each.since), _open(each.until)) for each in special.away),
        "bars": tuple(
            BarView(each.giver, each.receiver, None if each.test is None else reread(text_of(each.test)))
            for each in special.barred
        ),
        "quota": special.allowance.limit if special.allowance is not None else None,
        "has_quota": special.allowance is not None,
        "territory": special.territory,
    }


def _open(instant: int) -> int | None:
    return None if instant in {BEGINNING, END} else instant
