"""Review of a flag (form F): the issuer asks the State that flagged its alert to look at the flag again.

Only a flag that stands is reviewed, and nobody says that it was lifted while it stands (Reg (EU) 2018/1862 Art 24).
"""

from __future__ import annotations

from comity.alerts.flag_store import find_flag
from comity.bureau.letters.forms import FLAG_LIFTED, FLAG_REVIEW
from comity.bureau.letters.records import Letter
from comity.core.errors import Refused
from comity.core.ports import Work


def require_flag(work: Work, letter: Letter) -> None:
    """Refuse to ask for the review of a flag that the other State has not told of: `Refused` `letter.no-flag`."""
    if letter.content.form == FLAG_REVIEW and not _stands(work, letter, letter.recipient):
        raise Refused(
            "letter.no-flag",
            "That State has no flag on the alert.",
            field="$.recipient",
            remedy="See which flags stand (`alert flags`).",
        )


def require_flag_lifted(work: Work, letter: Letter, said: str) -> None:
    """Refuse to answer that the own flag was lifted while it stands: `Refused` `letter.flag-stands`."""
    if letter.content.form == FLAG_REVIEW and said == FLAG_LIFTED and _stands(work, letter, work.who.owner.party):
        raise Refused(
            "letter.flag-stands",
            "The own flag on the alert still stands.",
            field="$.said",
            remedy="Lift it first (`alert unflag`), or answer that it stays.",
        )


def _stands(work: Work, letter: Letter, flagged_by: str) -> bool:
    alert = letter.content.alert
    return alert is not None and find_flag(work, flagged_by, letter.sender.party, alert.id) is not None
