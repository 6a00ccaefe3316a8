from __future__ import annotations

import msgspec
import pytest

from comity.core.errors import NotFound
from comity.core.operation import Audit, Catalogue, Kind, operation
from comity.core.ports import Work
from comity.core.vocabulary import Permission, Purpose


class Knock(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    door: str


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    door: str


def knock(work: Work, command: Knock) -> Opened:
    """Knock at a door.

    More than a line.
    """
    return Opened(door=command.door)


def declare(name: str = "door.knock") -> object:
    return operation(name, permission=Permission.SESSION_OWN, purposes=(Purpose.BORDERS,))(knock)


def test_a_declaration_reads_its_records_and_summary_from_the_function() -> None:
    declared = operation("door.knock-twice", permission=None, purposes=(Purpose.BORDERS,), kind=Kind.READ)(knock)

    assert (declared.command, declared.result) == (Knock, Opened)
    assert declared.summary == "Knock at a door."
    assert (declared.subject, declared.verb) == ("door", "knock-twice")
    assert (declared.four_eyes, declared.replayable, declared.audit) == (False, True, Audit.ENTRY)


@pytest.mark.parametrize("name", ["door", "door.", "Door.knock", "door.knock.twice", "door.knock_twice", ""])
def test_a_name_that_is_not_subject_and_verb_is_a_programmers_mistake(name: str) -> None:
    with pytest.raises(TypeError, match=r"subject\.verb"):
        declare(name)


def test_an_operation_without_a_docstring_is_a_programmers_mistake() -> None:
    def silent(work: Work, command: Knock) -> Opened:
        return Opened(door=command.door)

    with pytest.raises(TypeError, match="docstring"):
        operation("door.knock", permission=None, purposes=(Purpose.BORDERS,))(silent)


def test_a_catalogue_knows_each_operation_once_and_refuses_unknown_names() -> None:
    declared = operation("door.knock", permission=None, purposes=(Purpose.BORDERS,))(knock)
    catalogue = Catalogue((declared,))

    assert list(catalogue) == ["door.knock"]
    assert len(catalogue) == 1
    assert catalogue["door.knock"] is declared
    with pytest.raises(NotFound) as unknown:
        catalogue["door.kick"]
    assert unknown.value.code == "operation.unknown"
    with pytest.raises(TypeError, match="twice"):
        Catalogue((declared, declared))
