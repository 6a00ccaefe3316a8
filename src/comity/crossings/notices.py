"""Notices and diffusions of other countries at the counter: a request, of which national law decides.

Nothing here is ever adverse: a red notice alone arrests nobody, and no colour refuses entry. Whom a notice wants
protected comes before all enforcement (LAW.md 0.9).
"""

from __future__ import annotations

from typing import Final

from comity.core.decision import Reason
from comity.crossings.records import Action, Direction, Measure, Sentence
from comity.screening.listed import Noticed

_SOURCE: Final = "INTERPOL Rules on the Processing of Data Arts 73-107; LAW.md 5"
_EVERYWHERE: Final = tuple(Direction)
_TELL: Final = ("contact-bureau",)
_REQUEST: Final = Reason(
    code="NOTICE_IS_A_REQUEST",
    text="A notice is a request of another country; national law decides what follows from it.",
    basis=_SOURCE,
)


def _measure(
    colour: Noticed,
    code: str,
    text: str,
    actions: tuple[Action, ...],
    urgency: int,
    duties: tuple[str, ...] = _TELL,
    *,
    refer: bool,
) -> Measure:
    return Measure(
        category=colour.value,
        directions=_EVERYWHERE,
        sentence=Sentence(code=code, text=text),
        actions=actions,
        urgency=urgency,
        obligations=duties,
        refer=refer,
        reasons=(_REQUEST,),
        source=_SOURCE,
        confidence="from-memory",
    )


NOTICE_MEASURES: Final[tuple[Measure, ...]] = (
    _measure(
        Noticed.YELLOW,
        "notice.yellow",
        "Missing by a notice of another country: look after the person first, and say nothing of the place to family. "
        "The second line sees to it with the bureau.",
        (Action.REFERRED, Action.PLACE_RECORDED, Action.ALLOWED_ON),
        2,
        ("keep-place-secret", "respect-consent", "contact-bureau-at-once"),
        refer=True,
    ),
    _measure(
        Noticed.RED,
        "notice.red",
        "Wanted by another country's notice: a request, not a warrant. Do not arrest on it; the second line asks the "
        "bureau at once what national law allows.",
        (Action.REFERRED, Action.LOCATED, Action.ALLOWED_ON),
        7,
        ("contact-bureau-at-once",),
        refer=True,
    ),
    _measure(
        Noticed.BLUE,
        "notice.blue",
        "Another country asks where this person is or who it is: note place and identity, and let the person go on.",
        (Action.PLACE_RECORDED, Action.ALLOWED_ON, Action.REFERRED),
        8,
        refer=False,
    ),
    _measure(
        Noticed.GREEN,
        "notice.green",
        "Another country warns of this person: no measure follows from it alone. Let the person go on, tell the "
        "bureau.",
        (Action.ALLOWED_ON, Action.REFERRED),
        9,
        refer=False,
    ),
    _measure(
        Noticed.DOCUMENT,
        "notice.document",
        "Reported as lost, stolen or invalid by a notice: a hint, which does not count before the issuer of the "
        "document confirms it. Treat the document as valid; the bureau asks the issuer at once. Whoever has it may be "
        "its owner.",
        (Action.ISSUER_ASKED, Action.REFERRED, Action.ALLOWED_ON),
        8,
        ("contact-bureau-at-once",),
        refer=True,
    ),
    _measure(
        Noticed.DOCUMENT_CONFIRMED,
        "notice.document-confirmed",
        "Lost, stolen or invalid by the word of its issuer: the document does not count as one to travel with. The "
        "second line looks at who has it, and how; nothing is refused for it alone.",
        (Action.REFERRED, Action.ALLOWED_ON),
        7,
        refer=True,
    ),
)
