"""Words for the weight of a match, a part of `labels.LABELS`."""

from __future__ import annotations

from typing import Final

from comity.surfaces.web.marking import N_

WEIGHT_LABELS: Final[dict[str, str]] = {
    "band.no-hit": N_("weak: by itself too little for the second line"),
    "band.second-line": N_("for the second line to look at"),
    "band.probable": N_("probably this person"),
    "weight.name.agreeing-words": N_("Name: parts that agree, rare ones more"),
    "weight.name.spelling": N_("Name: differences of spelling"),
    "weight.name.covered": N_("Name: how much of it agrees"),
    "weight.name.differing-words": N_("Name: parts without a counterpart"),
    "weight.name.order": N_("Name: order of its parts"),
    "weight.name.patronymic": N_("Name: part after the father"),
    "weight.name.base": N_("Name: start of the count"),
    "weight.name.unrelated": N_("Name: no part agrees"),
    "weight.name.in-a-whole-base": N_("Name: set against all names on record"),
    "weight.birth-date.same-date": N_("Date of birth: same"),
    "weight.birth-date.same-new-year": N_("Date of birth: both 1 January"),
    "weight.birth-date.day-and-month-swapped": N_("Date of birth: day and month exchanged"),
    "weight.birth-date.same-month": N_("Date of birth: same month"),
    "weight.birth-date.same-year-as-far-as-known": N_("Date of birth: same year as far as known"),
    "weight.birth-date.within-the-years-given": N_("Date of birth: within the years given"),
    "weight.birth-date.one-digit-differs": N_("Date of birth: one digit differs"),
    "weight.birth-date.same-year-other-day": N_("Date of birth: same year, another day"),
    "weight.birth-date.years-apart-by-two-at-most": N_("Date of birth: two years apart at most"),
    "weight.birth-date.differs": N_("Date of birth: different"),
    "weight.country.same": N_("Nationality: same"),
    "weight.country.differs": N_("Nationality: different"),
    "weight.sex.same": N_("Sex: same"),
    "weight.sex.differs": N_("Sex: different"),
    "weight.document.same": N_("Document: same number and issuer"),
    "weight.document.same-number": N_("Document: same number"),
    "flag.name.control-character": N_("Control characters in a name were left out."),
    "flag.name.direction-control": N_("Marks that turn the writing direction were left out of a name."),
    "flag.name.look-alike-letters": N_("A word mixes letters of several scripts that look alike."),
    "flag.name.filler": N_("A filler such as XXX or FNU stands for a part of a name."),
    "flag.name.single-word": N_("A name has one word only."),
    "flag.name.initials-only": N_("A name has initials only."),
    "flag.name.cut-off": N_("A name may be cut off, as in a machine-readable zone."),
    "flag.name.digits": N_("A name has digits in it."),
    "flag.name.unread-script": N_("A name is in a script that is compared letter by letter only."),
    "flag.name.title": N_("A title was left out of a name."),
    "flag.name.too-long": N_("A name that is too long was left out."),
    "flag.date.unreadable": N_("A date of birth on record cannot be read."),
    "flag.date.impossible": N_("A date of birth on record does not exist."),
    "flag.country.unknown": N_("A nationality on record is no known country."),
}
