"""Words for codes of agreements and their lives, a part of `labels.LABELS`."""

from __future__ import annotations

from typing import Final

from comity.surfaces.web.marking import N_

TREATY_LABELS: Final[dict[str, str]] = {
    "outcome.permit": N_("Yes: it is allowed"),
    "outcome.deny": N_("No: it is not allowed"),
    "outcome.refer": N_("A person decides"),
    "outcome.duty": N_("It is a duty"),
    "truth.yes": N_("Yes"),
    "truth.no": N_("No"),
    "turn.begin": N_("In force"),
    "turn.end": N_("Ended"),
    "turn.suspend": N_("Suspended"),
    "turn.resume": N_("Taken up again"),
    "turn.hear": N_("Notified"),
    "turn.leave": N_("A party left"),
    "notice.complete": N_("Internal procedures completed"),
    "notice.notify": N_("Notification"),
    "notice.suspend": N_("Suspension"),
    "notice.resume": N_("End of a suspension"),
    "notice.terminate": N_("Termination"),
    "ground.material-breach": N_("Fundamental breach"),
    "ground.law-changed": N_("Law has changed"),
    "ground.protection-lost": N_("Data are no longer protected"),
    "ground.public-order": N_("Public order"),
    "ground.settled": N_("The matter is settled"),
    "ground.procedure-done": N_("Procedure completed"),
    "ground.unstated": N_("Not stated"),
    "disposal.deleted": N_("deleted"),
    "disposal.returned": N_("handed back"),
    "kind.agreement-disposal": N_("What was parted with after an end"),
    "kind.agreement-disposal-receipt": N_("Receipt for what was parted with"),
    "fact-kind.int": N_("A whole number"),
    "fact-kind.text": N_("One word"),
    "fact-kind.texts": N_("Words, joined by commas"),
    "fact-kind.date": N_("A day: year-month-day"),
    "fact-kind.instant": N_("A moment with its offset, such as 2024-01-15T09:00:00Z"),
    "kind.agreement-signature": N_("Signature under an agreement"),
    "kind.agreement-notice": N_("Notice under an agreement"),
    "kind.agreement-notice-receipt": N_("Receipt of a notice"),
    "field.other": N_("Towards which party"),
    "field.other_authority": N_("Whose record it is"),
    "field.day": N_("On which day"),
    "field.ground": N_("Ground"),
    "field.word": N_("Notification or arrangement"),
    "field.clauses": N_("Clauses"),
}
