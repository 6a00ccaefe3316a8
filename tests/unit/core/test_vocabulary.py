from __future__ import annotations

from comity.core.errors import BadInput, Conflict, FieldProblem, NotFound, NotSignedIn, Pending, Refused
from comity.core.vocabulary import PERMISSIONS, Function, Permission, permissions_of


def test_every_function_has_its_permissions_and_every_permission_a_function() -> None:
    given = frozenset().union(*PERMISSIONS.values())

    assert set(PERMISSIONS) == set(Function)
    assert given == set(Permission)


def test_functions_add_up() -> None:
    both = permissions_of((Function.FIRST_LINE, Function.ALERT_OFFICER))

    assert both == PERMISSIONS[Function.FIRST_LINE] | PERMISSIONS[Function.ALERT_OFFICER]
    assert permissions_of(()) == frozenset()


def test_an_administrator_can_neither_search_nor_read_alerts_nor_open_the_search_log() -> None:
    forbidden = {
        Permission.CROSSING_CHECK,
        Permission.ALERT_READ,
        Permission.ALERT_WRITE,
        Permission.BUREAU_WORK,
        Permission.SEARCH_LOG_READ,
    }

    assert forbidden.isdisjoint(PERMISSIONS[Function.ADMINISTRATOR])


def test_only_the_supervisor_opens_the_search_log() -> None:
    openers = {function for function, given in PERMISSIONS.items() if Permission.SEARCH_LOG_READ in given}

    assert openers == {Function.DATA_PROTECTION_SUPERVISOR}


def test_an_error_tells_code_place_and_remedy() -> None:
    error = BadInput("test.wrong", "This is wrong.", field="$.a[0]")

    assert str(error) == "This is wrong. (at $.a[0])"
    assert error.problems == (FieldProblem(field="$.a[0]", code="test.wrong", message="This is wrong."),)
    assert error.remedy == BadInput.default_remedy
    assert str(Refused("test.no", "No.", reasons=("A", "B"))) == "No."
    assert Refused("test.no", "No.", reasons=("A", "B")).reasons == ("A", "B")
    assert Pending("some-approval").approval == "some-approval"
    assert NotSignedIn("test.nobody", "Nobody.", remedy="Sign in here.").remedy == "Sign in here."
    assert issubclass(NotFound, BadInput)
    assert issubclass(Conflict, Refused)


def test_no_function_both_manages_accounts_and_searches() -> None:
    both = [given for given in PERMISSIONS.values() if {Permission.ACCOUNT_MANAGE, Permission.CROSSING_CHECK} <= given]

    assert both == []
