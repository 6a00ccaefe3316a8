"""What findings about a node mean, and that every code can be told."""

from __future__ import annotations

import string

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.time import SECOND_US, Instant
from comity.oversight.diagnosis.records import (
    CertificateFinding,
    ContradictionFinding,
    Findings,
    KeyFinding,
    PeerFinding,
    Standing,
    WitnessFinding,
)
from comity.oversight.diagnosis.rules import diagnose
from comity.oversight.diagnosis.texts import TEXTS
from tests.support.findings import DAY_US, FINDINGS, GIB, HEALTHY, NOW, TROUBLED

ALONE = msgspec.structs.replace(FINDINGS, peers=())


def judged(findings: Findings) -> dict[str, Standing]:
    return {check.code: check.standing for check in diagnose(findings).checks}


def of_peer(**change: object) -> dict[str, Standing]:
    peer = msgspec.structs.replace(HEALTHY, **change)
    return judged(msgspec.structs.replace(FINDINGS, peers=(peer,)))


def test_a_healthy_node_is_sound_and_says_so_of_each_part() -> None:
    found = diagnose(msgspec.structs.replace(FINDINGS, peers=(HEALTHY,)))

    assert found.sound
    assert {check.standing for check in found.checks} == {Standing.SOUND}
    assert all(check.remedy is None for check in found.checks)


def test_what_is_broken_stands_first_and_tells_what_to_do() -> None:
    found = diagnose(FINDINGS)

    standings = [check.standing for check in found.checks]
    order = [Standing.BROKEN, Standing.ATTENTION, Standing.SOUND]
    assert not found.sound
    assert standings == sorted(standings, key=order.index)
    assert all(check.remedy for check in found.checks if check.standing is not Standing.SOUND)
    assert {check.code for check in found.checks if check.of == f"CHE {TROUBLED.node}"} == {
        "link.silent",
        "clock.behind",
        "queue.put-off",
        "queue.refused",
    }


@pytest.mark.parametrize(
    ("witnesses", "code", "standing"),
    [
        ((), "witness.none", Standing.ATTENTION),
        ((WitnessFinding(node="w", size=9, behind=0, trouble=None),), "witness.vouches", Standing.SOUND),
        ((WitnessFinding(node="w", size=9, behind=5001, trouble=None),), "witness.behind", Standing.ATTENTION),
        ((WitnessFinding(node="w", size=9, behind=1, trouble="link.silent"),), "witness.behind", Standing.ATTENTION),
        ((WitnessFinding(node="w", size=9, behind=1, trouble="ledger.unproved"),), "witness.behind", Standing.BROKEN),
    ],
)
def test_who_vouches_for_the_ledger_is_judged(
    witnesses: tuple[WitnessFinding, ...], code: str, standing: Standing
) -> None:
    assert judged(msgspec.structs.replace(FINDINGS, witnesses=witnesses))[code] is standing


KEY = FINDINGS.keys


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (KEY, {"keys.last": Standing.SOUND}),
        (KeyFinding(signs="k", rooted=True, ends=Instant(NOW + 27 * DAY_US)), {"keys.ending": Standing.ATTENTION}),
        (KeyFinding(signs="k", rooted=True, ends=Instant(NOW + 28 * DAY_US)), {"keys.last": Standing.SOUND}),
        (
            KeyFinding(signs="k", rooted=False, ends=None),
            {"keys.signs": Standing.SOUND, "keys.no-root": Standing.ATTENTION},
        ),
        (KeyFinding(signs=None, rooted=True, ends=Instant(NOW - 1)), {"keys.none-counts": Standing.BROKEN}),
    ],
)
def test_what_signs_is_judged_by_its_end_and_by_what_stands_behind_it(
    keys: KeyFinding, expected: dict[str, Standing]
) -> None:
    found = judged(msgspec.structs.replace(ALONE, keys=keys))

    assert {code: found[code] for code in found if code.startswith("keys.")} == expected


def test_a_peer_that_does_not_know_our_newest_keys_is_told_with_the_reason() -> None:
    found = of_peer(deeds_ahead=2, deeds_trouble="link.silent")

    assert found["keys.not-acknowledged"] is Standing.ATTENTION
    assert "keys.not-acknowledged" not in of_peer(deeds_ahead=0)


def test_a_peer_that_contradicted_its_own_keys_is_broken_even_while_frozen() -> None:
    assert of_peer(state="frozen", contradicted=True)["keys.contradicted"] is Standing.BROKEN


def test_a_ledger_that_contradicted_itself_is_broken() -> None:
    found = msgspec.structs.replace(
        FINDINGS, contradictions=(ContradictionFinding(node="n", code="ledger.split-view"),)
    )

    assert judged(found)["witness.contradicts"] is Standing.BROKEN


@pytest.mark.parametrize(
    ("change", "code", "standing"),
    [
        ({"free_bytes": 100 * GIB}, "disk.free", Standing.SOUND),
        ({"free_bytes": 5 * GIB - 1}, "disk.low", Standing.ATTENTION),
        ({"free_bytes": GIB // 4 - 1}, "disk.full", Standing.BROKEN),
        ({"search_log_key": False}, "search-log.no-key", Standing.BROKEN),
        ({"index_ready": False}, "index.building", Standing.ATTENTION),
        ({"writer_queue": 999}, "writer.keeps-up", Standing.SOUND),
        ({"writer_queue": 1000}, "writer.behind", Standing.ATTENTION),
    ],
)
def test_the_node_itself_is_judged_by_its_limits(change: dict[str, object], code: str, standing: Standing) -> None:
    assert judged(msgspec.structs.replace(ALONE, **change))[code] is standing


@pytest.mark.parametrize(
    ("ends", "code", "standing"),
    [
        (Instant(NOW + 30 * DAY_US), "certificate.good", Standing.SOUND),
        (Instant(NOW + 30 * DAY_US - 1), "certificate.ending", Standing.ATTENTION),
        (NOW, "certificate.ending", Standing.ATTENTION),
        (Instant(NOW - 1), "certificate.ended", Standing.BROKEN),
        (None, "certificate.unreadable", Standing.BROKEN),
    ],
)
def test_a_certificate_is_told_in_time(ends: Instant | None, code: str, standing: Standing) -> None:
    found = msgspec.structs.replace(ALONE, certificates=(CertificateFinding(name="https", ends=ends),))

    assert judged(found)[code] is standing


@pytest.mark.parametrize(
    ("change", "code", "standing"),
    [
        ({"state": "frozen", "reason": "exchange.equivocation"}, "peer.frozen", Standing.BROKEN),
        ({"state": "distrusted"}, "peer.distrusted", Standing.ATTENTION),
        ({"reached": False}, "peer.never-tried", Standing.ATTENTION),
        ({"reached": False, "trouble": "link.refused"}, "link.refused", Standing.BROKEN),
        ({"reached": False, "trouble": "disk.full"}, "peer.trouble", Standing.BROKEN),
        ({"reached": False, "trouble": "exchange.profiles-differ"}, "peer.trouble", Standing.BROKEN),
        ({"reached": False, "trouble": "link.hub-down"}, "link.hub-down", Standing.BROKEN),
        ({"reached": False, "elsewhere": True}, "peer.elsewhere", Standing.SOUND),
        ({"offset_us": None}, "clock.unknown", Standing.ATTENTION),
        ({"offset_us": 2 * SECOND_US - 1}, "clock.agrees", Standing.SOUND),
        ({"offset_us": 2 * SECOND_US}, "clock.ahead", Standing.ATTENTION),
        ({"offset_us": -60 * SECOND_US}, "clock.behind", Standing.BROKEN),
        ({"waiting": 1, "oldest": Instant(NOW - SECOND_US)}, "queue.waiting", Standing.SOUND),
        ({"waiting": 1, "oldest": Instant(NOW - 3600 * SECOND_US)}, "queue.long", Standing.ATTENTION),
        ({"waiting": 1, "oldest": NOW, "why": ("exchange.quota",)}, "queue.put-off", Standing.ATTENTION),
        ({"refused": 1, "refusals": ("NOT_BOUND",)}, "queue.refused", Standing.ATTENTION),
    ],
)
def test_a_peer_is_judged_by_its_link_clock_and_queue(change: dict[str, object], code: str, standing: Standing) -> None:
    assert of_peer(**change)[code] is standing


@given(st.builds(Findings, peers=st.lists(st.from_type(PeerFinding), max_size=3).map(tuple)))
def test_whatever_is_found_can_be_judged_and_told(findings: Findings) -> None:
    for check in diagnose(findings).checks:
        places = [name for _, name, _, _ in string.Formatter().parse(TEXTS[check.code].finding) if name]
        assert places == [str(place) for place in range(len(check.values))]
