"""Words for what is asked of other parties."""

from __future__ import annotations

from typing import Final

from comity.surfaces.web.marking import N_

ABROAD_LABELS: Final[dict[str, str]] = {
    "document_status": N_("Validity of the travel document"),
    "wanted_object": N_("Things sought"),
    "asked.answered": N_("Answered"),
    "asked.silent": N_("No answer: unknown, and never a no-hit"),
    "asked.check-first": N_("Not asked yet: ask the person about fear first"),
    "said.hit": N_("it holds something"),
    "said.nothing-told": N_("nothing is told"),
    "entry-decided-by-host": N_("Entry is decided here, not by the party that answered"),
    "human-confirms-hit": N_("A person at the party that answered confirms the hit first"),
}
