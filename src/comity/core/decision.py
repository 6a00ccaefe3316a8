"""The question put to the one decision point, and its answer."""

from __future__ import annotations

from enum import StrEnum, unique

import msgspec

from comity.core.ids import AgreementId, Owner
from comity.core.time import CivilDate, Instant


@unique
class Stage(StrEnum):
    """Where in the life of an exchange the question is asked."""

    ENQUEUE = "enqueue"
    TRANSMIT = "transmit"
    RECEIPT = "receipt"
    USE = "use"
    ACT = "act"
    ONWARD = "onward"


@unique
class Outcome(StrEnum):
    """Permit, deny, or refer to a person who decides; `duty` is judged only, and allows nothing."""

    PERMIT = "permit"
    DENY = "deny"
    REFER = "refer"
    DUTY = "duty"


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One asserted circumstance of a question, such as `warrant_present = true`.

    The vocabulary of facts gives each name its kind; instants are microseconds, dates ISO text, several texts a tuple.
    """

    name: str
    value: str | int | bool | tuple[str, ...]


class Question(msgspec.Struct, frozen=True, kw_only=True, cache_hash=True):
    """May `actor` in `role` do `operation` on a record of `category` for `purpose`?

    `operation` is the treaty's word (`enter`, `change`, `extend`, `delete`, `search`, `hit_report`, `propose`, ...).
    `owner` answers for the record; `sender` and `receiver` are party codes of the exchange asked about, None for an
    act at home. `fields` are the names of the data fields concerned. `agreement` narrows the question to one
    agreement version; None asks all those in force. `facts` are asserted, not proved. `presumed` is for questions
    about law without an act: a condition of which nothing is asserted then counts as met.
    """

    stage: Stage
    operation: str
    category: str
    purpose: str
    actor: Owner
    role: str | None = None
    owner: Owner | None = None
    sender: str | None = None
    receiver: str | None = None
    fields: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    agreement: AgreementId | None = None
    presumed: bool = False


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One rule's say: machine code (LAW.md section 12), sentence, legal basis, and where it stands."""

    code: str
    text: str
    basis: str
    clause: str | None = None


class DueTime(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When something is due: by an instant, to the end of a day, or at once; by which rule, and what silence means."""

    rule: str
    instant: Instant | None = None
    day: CivilDate | None = None
    at_once: bool = False
    passed: bool = False
    silence: str | None = None


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """The answer, with all reasons (the principal one first), as stored in the ledger.

    `effect` takes the outcome words of the scenario tables (`allow`, `deny`, `refer_human`, ...). `clauses` are the
    clause ids that carry a permit. `fields` are the field names that may pass (the projection); empty unless
    permitted. A denial for a suspension alone names the clauses and fields that pass once it is over. `dues` are the
    time limits that go with it, that of the principal reason first; `rules` the versions of the rules of law that
    fired.
    """

    outcome: Outcome
    effect: str
    reasons: tuple[Reason, ...]
    clauses: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    obligations: tuple[str, ...] = ()
    agreement: AgreementId | None = None
    dues: tuple[DueTime, ...] = ()
    rules: tuple[str, ...] = ()

    @property
    def due(self) -> DueTime | None:
        """The time limit of the principal reason, or the only one there is."""
        return self.dues[0] if self.dues else None

    @property
    def permitted(self) -> bool:
        """Whether the act may go ahead without a further person."""
        return self.outcome is Outcome.PERMIT

    @property
    def codes(self) -> tuple[str, ...]:
        """The reason codes, principal first."""
        return tuple(reason.code for reason in self.reasons)
