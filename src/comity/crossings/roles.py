"""Who may do what on a hit: advice speaks to the role of its reader, and offers no action that the role lacks."""

from __future__ import annotations

from typing import Final

import msgspec

from comity.core.vocabulary import Role
from comity.crossings.records import Action, Measure, Sentence

RESERVED: Final[dict[Action, frozenset[Role]]] = {
    Action.ENTRY_REFUSED: frozenset({Role.BORDER_GUARD}),
    Action.ARRESTED: frozenset({Role.BORDER_GUARD, Role.POLICE}),
}
"""Actions that some roles alone may take: Reg (EU) 2016/399 Art 14(2); arrest by national law (synthetic)."""

_CALL: Final[dict[Action, Sentence]] = {
    Action.ARRESTED: Sentence(
        code="role.call-police",
        text="If the identity is confirmed, keep the person here as far as national law allows and call the police or "
        "border guards at once: the arrest is theirs.",
    ),
    Action.ENTRY_REFUSED: Sentence(
        code="role.call-border-guards",
        text="If the identity is confirmed, call the border guards: whether entry is refused is theirs to decide.",
    ),
}
"""What to do where the action that a measure asks for first is another role's."""


def in_role(measure: Measure, role: Role | None) -> Measure:
    """Return the measure as it is for this role; None stands for no role in particular and changes nothing."""
    if role is None or not measure.actions:
        return measure
    given = tuple(action for action in measure.actions if role in RESERVED.get(action, {role}))
    if given == measure.actions:
        return measure
    first = measure.actions[0]
    sentence = _CALL[first] if first not in given else measure.sentence
    return msgspec.structs.replace(measure, actions=given or (Action.REFERRED,), sentence=sentence)
