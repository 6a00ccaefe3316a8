"""Acts that nothing brings back are asked twice: the form comes back as one question before it is carried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from comity.surfaces.web.forms import REQUEST_FIELD, Form
from comity.surfaces.web.guard import TOKEN_FIELD
from comity.surfaces.web.labels import N_

CONFIRMED: Final = "confirmed"
_OF_THE_PAGE: Final = frozenset({REQUEST_FIELD, TOKEN_FIELD, CONFIRMED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked before an act. `back` is the address of the page it was begun on, with the parts of the act's own.

    `only` names an input and the text that make the act one of these; without it, it always is.
    """

    title: str
    note: str
    button: str
    back: str
    only: tuple[str, str] | None = None

    def concerns(self, form: Form) -> bool:
        """Whether the form is about to do this, and nobody said yes to it yet."""
        if self.only is not None and form.text(self.only[0]) != self.only[1]:
            return False
        return form.text(CONFIRMED) != "true"


_EXERCISE: Final = "/training/{exercise}"
ASKED_TWICE: Final[Mapping[tuple[str, str], Question]] = {
    ("/alerts/{party}/{alert}/delete", ""): Question(
        title=N_("Delete this alert?"),
        note=N_(
            "It goes here and at every partner that holds a copy. Nothing brings it back: it would be entered anew."
        ),
        button=N_("Yes, delete the alert"),
        back="/alerts/{party}/{alert}",
    ),
    ("/inbox/case/{case}/{act}", "return"): Question(
        title=N_("Withdraw this case?"),
        note=N_(
            "What it says of the person is erased, here and, if it was sent, at the issuer's bureau. "
            "Nothing brings it back."
        ),
        button=N_("Yes, withdraw the case"),
        back="/inbox/case/{case}",
        only=("not_a_hit", "true"),
    ),
    (_EXERCISE + "/{act}", "undo"): Question(
        title=N_("Take the last arrivals back?"),
        note=N_("Those travellers go, and with them what was done with them."),
        button=N_("Yes, take them back"),
        back=_EXERCISE,
    ),
    (_EXERCISE + "/{act}", "reset"): Question(
        title=N_("Begin this exercise anew?"),
        note=N_("All turns and scores of everybody are forgotten. Keep the results as a file first."),
        button=N_("Yes, begin anew"),
        back=_EXERCISE,
    ),
    (_EXERCISE + "/{act}", "close"): Question(
        title=N_("Close this exercise?"),
        note=N_("The travellers' alerts go and nobody can go on with it. The results stay for 90 days."),
        button=N_("Yes, close it"),
        back=_EXERCISE,
    ),
    (_EXERCISE + "/{act}", "erase"): Question(
        title=N_("Erase this exercise?"),
        note=N_("Everybody's results go with it. Keep them as a file first."),
        button=N_("Yes, erase it"),
        back=_EXERCISE,
    ),
    ("/agreements/{agreement}/{act}", "terminate"): Question(
        title=N_("Give notice of termination?"),
        note=N_("When the notice has run, what was received under the agreement is taken back as it says."),
        button=N_("Yes, give notice"),
        back="/agreements/{agreement}/notice",
    ),
    ("/peers/distrust", ""): Question(
        title=N_("End the trust in this node?"),
        note=N_("Exchange with it ends at once; two persons must trust it again."),
        button=N_("Yes, end the trust"),
        back="/peers",
    ),
    ("/accounts/{act}", "disable"): Question(
        title=N_("Disable this account?"),
        note=N_("Its sessions end at once. It cannot be opened again: the person would need another account."),
        button=N_("Yes, disable it"),
        back="/accounts",
    ),
}
"""By the route of an act and, where a route has several acts, which of them."""


def question_of(route: str, parts: Mapping[str, str], form: Form) -> Question | None:
    """Return what is asked before this form is carried out; None where nothing is, or where it was answered."""
    question = ASKED_TWICE.get((route, parts.get("act", "") if route.endswith("{act}") else ""))
    return question if question is not None and question.concerns(form) else None


def kept(form: Form) -> list[tuple[str, str]]:
    """Return the inputs that go on from the question to the act; the page writes its own beside them."""
    return [(name, text) for name, texts in form.values.items() if name not in _OF_THE_PAGE for text in texts]
