"""Sending a probe under no name: prints that another party compares with its own, destroys, and attests to that."""

from __future__ import annotations

from typing import Annotated

import msgspec

from comity.agreements.vocabulary import Mode
from comity.core.codec import encode
from comity.core.errors import Refused
from comity.core.hashing import digest
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.personal import Personal
from comity.core.ports import Search, Work
from comity.core.time import Instant
from comity.core.vocabulary import Permission, Purpose
from comity.crossings.abroad.wishes import ASKING
from comity.exchange.modes.asking import Asking, ask_all, permitted
from comity.exchange.modes.records import Said, Wish

_PURPOSES = (Purpose.BORDERS, Purpose.POLICE)
_PRINT = "print"


class SendProbe(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Have a party compare a probe with its own records of a category. `template` is base64; it names nobody."""

    party: str
    category: Annotated[str, msgspec.Meta(max_length=80)]
    template: Annotated[str, msgspec.Meta(min_length=1, max_length=12_000), Personal]
    justification: Annotated[str, msgspec.Meta(min_length=1, max_length=4000), Personal]


class ProbeAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Whether it matched, and the owner's receipt for the destroyed probe: when, and the digest it is about.

    `said` is `unknown` where there is no answer, or one without a receipt; `reason` says why.
    """

    said: Annotated[Said, Personal]
    reason: str | None = None
    question: str | None = None
    destroyed: Instant | None = None
    receipt: str | None = None


def make_operations(asking: Asking) -> tuple[AnyOperation, ...]:
    """Return the operation that sends a probe."""

    @operation("crossing.send-probe", permission=Permission.CROSSING_CHECK, purposes=_PURPOSES, kind=Kind.SEARCH)
    def send_probe(work: Work, command: SendProbe) -> ProbeAnswer:
        """Have a party compare prints that name nobody with its own, destroy them, and attest to that."""
        wish = Wish(
            party=command.party,
            operation=ASKING,
            category=command.category,
            kind=_PRINT,
            terms={"template": command.template},
        )
        decision = permitted(work, wish, asking, Mode.ANONYMOUS)
        if decision is None:
            raise Refused(
                "question.not-permitted",
                "No agreement lets this probe be sent.",
                field="$.party",
                remedy="See which agreements with this party have the mode anonymous.",
            )
        (reply,) = ask_all(work, [(wish, decision)], asking, Mode.ANONYMOUS)
        work.log_search(
            Search(
                search=work.new_id(),
                operation="crossing.send-probe",
                # The probe itself is nowhere kept, not even under seal: its digest tells one from another.
                terms=encode({"category": command.category, "probe": digest(command.template.encode())}),
                justification=command.justification,
                found=(),
            )
        )
        work.record(party=command.party, category=command.category)
        signed = reply.destroyed
        return ProbeAnswer(
            said=reply.said,
            reason=reply.reason,
            question=reply.question,
            destroyed=None if signed is None else signed.receipt.destroyed,
            receipt=None if signed is None else signed.signature.hex(),
        )

    return (send_probe,)
