"""Rules of supervision: when a search may be erased, and what a supervisor's passphrase must be."""

from __future__ import annotations

from comity.core.errors import BadInput
from comity.core.said import say
from comity.core.time import CivilDate, Instant, add_period, date_of, start_of_day

RETENTION = "P3Y"
"""How long searches are kept: Reg (EU) 2018/1861 Art 12, 2018/1862 Art 12 (LAW.md 1.14; period recalled, not read)."""

PASSPHRASE_MIN = 15
PASSPHRASE_MAX = 256
"""Length makes a chosen secret strong (NIST SP 800-63B-4, section 3.1.1.2); there are no rules on its letters."""


def last_day(recorded_at: Instant) -> CivilDate:
    """Return the last day on which a search recorded at this instant may be kept, in the calendar of UTC."""
    return add_period(date_of(recorded_at), RETENTION)


def is_erasable(recorded_at: Instant, at: Instant) -> bool:
    """Say whether the lawful period of a search has ended: its last day has passed."""
    return date_of(at) > last_day(recorded_at)


def erasable_before(at: Instant) -> Instant:
    """Return an instant such that everything recorded before it may be erased at `at`.

    29 February has no equal three years earlier and is taken as the day before: that keeps longer, never shorter.
    """
    day = date_of(at)
    year = int(day[:4]) - 3
    tail = "-02-28" if day.endswith("-02-29") else day[4:]
    return start_of_day(CivilDate(f"{year:04d}{tail}"))


def check_passphrase(text: str) -> None:
    """Refuse a passphrase that is too short or too long; raises `BadInput`, which never repeats it."""
    if not PASSPHRASE_MIN <= len(text) <= PASSPHRASE_MAX:
        raise BadInput(
            "search-log.passphrase-length",
            say(
                "The passphrase has between %(passphrase_min)s and %(passphrase_max)s characters.",
                passphrase_min=PASSPHRASE_MIN,
                passphrase_max=PASSPHRASE_MAX,
            ),
            field="$.passphrase",
            remedy="Choose several words that nobody else would put together.",
        )
