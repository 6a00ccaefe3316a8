"""What there is to see of the second line on real nodes: one who waits, one taken, one refused, a board, a rate."""

from __future__ import annotations

from comity.core.vocabulary import Purpose
from comity.crossings.board_records import Board
from comity.crossings.records import Advice
from comity.crossings.referral_records import Rate, Referral, ReferralView, SentReferral
from comity.exercise.client import Client
from comity.exercise.people import WANTED_CHECK
from tests.support.browser_house import BrowserHouse

POINT = "exercise-airport"
_ANSWERS = dict.fromkeys(("fear_expressed", "child_or_age_unknown", "vulnerable", "interpreter"), "no")


def second_line_names(house: BrowserHouse) -> dict[str, str]:
    """Send three persons on, take two, refuse one; check a list; set a rate that sends nobody more."""
    guard = house.person("FRA", "border-guard").client
    second = house.person("FRA", "second-line").client
    house.person("FRA", "shift-lead").client.call(
        "referral.set-rate", {"crossing_point": "exercise-port", "per_thousand": 5}, Rate, purpose=Purpose.BORDERS
    )
    waiting, taken, refused = (_send(guard, number) for number in range(3))
    for sent in (taken, refused):
        second.call("referral.take", {"referral": sent.referral}, ReferralView, purpose=Purpose.BORDERS)
    resolution = {
        "referral": refused.referral,
        "outcome": "entry-refused",
        "reason": "Exercise: no visa.",
        "safeguards": _ANSWERS,
        "refusal": {"grounds": ["C"], "facts": "Exercise: no visa.", "appeal": "Exercise court, within 15 days."},
    }
    done = second.call("referral.resolve", resolution, Referral, purpose=Purpose.BORDERS)
    assert done.resolution is not None
    return {
        "sent_on": waiting.check,
        "taken": taken.referral,
        "resolved": refused.referral,
        "refusal": str(done.resolution.refusal),
        "board": check_list(guard).board,
    }


def check_list(guard: Client) -> Board:
    """Check a short list with one who is sought, one who is not, and a bad row."""
    command = {
        "conveyance": "Exercise ferry",
        "direction": "entry",
        "lane": "third-country",
        "crossing_point": POINT,
        "persons": [
            {"document": {"number": "SYN000000"}, "identity": {"surnames": "Synthetic-Nobody"}},
            {name: WANTED_CHECK[name] for name in ("identity", "document") if WANTED_CHECK.get(name)},
            {"document": {"number": "SYN1"}, "identity": {"birth_date": "12.4.79"}},
        ],
    }
    return guard.call("crossing.check-list", command, Board, purpose=Purpose.BORDERS)


def _send(guard: Client, number: int) -> SentReferral:
    question = WANTED_CHECK | {
        "crossing_point": POINT,
        "identity": {"surnames": f"Synthetic-Sent-{number}"},
        "document": {"number": f"SYN00000{number}"},
    }
    advice = guard.call("crossing.check", question, Advice, purpose=Purpose.BORDERS)
    command = {"check": advice.check, "reason": "officers-doubt", "words": "Exercise."}
    return guard.call("referral.open", command, SentReferral, purpose=Purpose.BORDERS)
