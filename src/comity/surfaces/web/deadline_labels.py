"""Words for the register of deadlines, a part of `labels.LABELS`."""

from __future__ import annotations

from typing import Final

from comity.surfaces.web.marking import N_

DEADLINE_LABELS: Final[dict[str, str]] = {
    "case-kind.hit-report": N_("Hit report to send"),
    "case-kind.message": N_("Message to react to"),
    "case-kind.review": N_("Review of an own alert"),
    "case-kind.agreement": N_("Treaty that ends"),
    "case-kind.signing-key": N_("Signing key that ends"),
    "standing.running": N_("Running"),
    "standing.due": N_("Due"),
    "standing.breached": N_("Breached"),
    "standing.met": N_("Done in time"),
    "standing.met_late": N_("Done late"),
    "standing.cancelled": N_("Taken off"),
    "silence.breach": N_("It stays owed and is overdue"),
    "silence.no-objection": N_("Silence is no objection"),
    "silence.deletion": N_("The record is deleted"),
    "silence.dispute": N_("It goes to the supervisory authorities"),
    "silence.stop": N_("What was begun ends"),
    "silence.notice": N_("It stays owed until it is given"),
    "silence.review": N_("Deleted unless extended"),
    "silence.ceiling": N_("Deleted; nothing extends it"),
    "silence.lapse": N_("The right is gone"),
    "silence.end": N_("It is over"),
}
