"""The closed word lists of the house: purposes, legal roles, functions and permissions.

A *role* is what law lets an authority be (border guard, police, ...); a *function* is what one account does inside it
(first line, bureau, ...). A permission is needed by an operation and given by functions, in one table and nowhere else.
"""

from __future__ import annotations

from enum import StrEnum, unique


@unique
class Purpose(StrEnum):
    """Why data are processed; each act names exactly one.

    Regs (EU) 2018/1861 Art 24, 2018/1862 Art 1, 2018/1860 Art 3.
    """

    BORDERS = "borders"
    POLICE = "police"
    RETURN = "return"
    SUPERVISION = "supervision"
    ADMINISTRATION = "administration"
    PEERING = "peering"


@unique
class Role(StrEnum):
    """Legal roles of authorities; closed list after Reg (EU) 2018/1861 Art 34 and 2018/1862 Arts 44-50."""

    BORDER_GUARD = "border_guard"
    POLICE = "police"
    CUSTOMS_PERSONS = "customs_persons"
    CUSTOMS_GOODS = "customs_goods"
    MIGRATION_AUTHORITY = "migration_authority"
    VISA_AUTHORITY = "visa_authority"
    JUDICIAL_AUTHORITY = "judicial_authority"
    SIRENE_BUREAU = "sirene_bureau"
    DATA_PROTECTION_SUPERVISOR = "data_protection_supervisor"
    NODE_OPERATOR = "node_operator"


@unique
class Function(StrEnum):
    """What an account does for its authority; granted by two administrators."""

    ADMINISTRATOR = "administrator"
    FIRST_LINE = "first_line"
    SECOND_LINE = "second_line"
    SHIFT_LEAD = "shift_lead"
    ALERT_OFFICER = "alert_officer"
    BUREAU_OFFICER = "bureau_officer"
    TREATY_OFFICER = "treaty_officer"
    TRAINING_LEAD = "training_lead"
    DATA_PROTECTION_SUPERVISOR = "data_protection_supervisor"


@unique
class Permission(StrEnum):
    """What an operation needs; `subject.act`."""

    ACCOUNT_MANAGE = "account.manage"
    ACCOUNT_READ = "account.read"
    SESSION_OWN = "session.own"
    APPROVAL_READ = "approval.read"
    AGREEMENT_READ = "agreement.read"
    AGREEMENT_NEGOTIATE = "agreement.negotiate"
    PEER_MANAGE = "peer.manage"
    PEER_READ = "peer.read"
    ALERT_READ = "alert.read"
    ALERT_WRITE = "alert.write"
    CROSSING_CHECK = "crossing.check"
    REFERRAL_WORK = "referral.work"
    REFERRAL_MANAGE = "referral.manage"
    CROSSING_POINT_MANAGE = "crossing-point.manage"
    COPY_MAKE = "copy.make"
    COPY_READ = "copy.read"
    BUREAU_WORK = "bureau.work"
    DUTY_WORK = "duty.work"
    LIST_MANAGE = "list.manage"
    DEADLINE_READ = "deadline.read"
    DEADLINE_WORK = "deadline.work"
    LEDGER_READ = "ledger.read"
    SEARCH_LOG_READ = "search-log.read"
    JOB_READ = "job.read"
    TRAINING_LEAD = "training.lead"
    TRAINING_TAKE = "training.take"


_EVERYONE = frozenset(
    {Permission.SESSION_OWN, Permission.APPROVAL_READ, Permission.AGREEMENT_READ, Permission.JOB_READ}
)

PERMISSIONS: dict[Function, frozenset[Permission]] = {
    # Administrators run the node and its accounts; they can neither search nor read alerts (LAW: need to know).
    Function.ADMINISTRATOR: _EVERYONE
    | {
        Permission.ACCOUNT_MANAGE,
        Permission.ACCOUNT_READ,
        Permission.PEER_MANAGE,
        Permission.PEER_READ,
        Permission.LEDGER_READ,
        Permission.CROSSING_POINT_MANAGE,
        Permission.COPY_READ,
    },
    Function.FIRST_LINE: _EVERYONE | {Permission.CROSSING_CHECK, Permission.DUTY_WORK, Permission.TRAINING_TAKE},
    # The second line checks, confirms and rejects as the first does, and works on whom the first sends.
    Function.SECOND_LINE: _EVERYONE | {Permission.CROSSING_CHECK, Permission.DUTY_WORK, Permission.REFERRAL_WORK},
    # Whoever leads a shift reads figures, sets rates and has copies made that only a device can read: nobody's data.
    Function.SHIFT_LEAD: _EVERYONE
    | {Permission.REFERRAL_MANAGE, Permission.DUTY_WORK, Permission.COPY_MAKE, Permission.COPY_READ},
    Function.ALERT_OFFICER: _EVERYONE | {Permission.ALERT_READ, Permission.ALERT_WRITE, Permission.DEADLINE_READ},
    Function.BUREAU_OFFICER: _EVERYONE
    | {
        Permission.ALERT_READ,
        Permission.BUREAU_WORK,
        Permission.DUTY_WORK,
        Permission.LIST_MANAGE,
        Permission.PEER_READ,
        Permission.DEADLINE_READ,
        Permission.DEADLINE_WORK,
    },
    Function.TREATY_OFFICER: _EVERYONE
    | {Permission.AGREEMENT_NEGOTIATE, Permission.PEER_READ, Permission.DEADLINE_READ},
    # Exercise nodes only: a node of production refuses what these would open.
    Function.TRAINING_LEAD: _EVERYONE | {Permission.TRAINING_LEAD, Permission.TRAINING_TAKE},
    Function.DATA_PROTECTION_SUPERVISOR: _EVERYONE
    | {
        Permission.SEARCH_LOG_READ,
        Permission.LEDGER_READ,
        Permission.COPY_READ,
        Permission.PEER_READ,
        Permission.ACCOUNT_READ,
        Permission.DEADLINE_READ,
        Permission.DEADLINE_WORK,
    },
}


def permissions_of(functions: tuple[Function, ...]) -> frozenset[Permission]:
    """Return everything that the given functions allow together."""
    return frozenset().union(*(PERMISSIONS[function] for function in functions))
