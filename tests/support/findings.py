"""What a node may find out about itself: one healthy peer, one out of reach whose clock is off."""

from __future__ import annotations

import msgspec

from comity.core.time import SECOND_US, Instant
from comity.oversight.diagnosis.records import CertificateFinding, Findings, KeyFinding, PeerFinding, WitnessFinding

NOW = Instant(1_790_000_000_000_000)
DAY_US = 24 * 3600 * SECOND_US
GIB = 1 << 30

HEALTHY = PeerFinding(
    node="0" * 26,
    party="DEU",
    state="trusted",
    reason=None,
    reached=True,
    trouble=None,
    offset_us=1000,
    waiting=0,
    more=False,
    oldest=None,
    why=(),
    refused=0,
    refusals=(),
)
TROUBLED = msgspec.structs.replace(
    HEALTHY,
    node="1" * 26,
    party="CHE",
    reached=False,
    trouble="link.silent",
    offset_us=-90 * SECOND_US,
    waiting=1000,
    more=True,
    oldest=Instant(NOW - 7200 * SECOND_US),
    why=("exchange.clock-skew",),
    refused=2,
    refusals=("MIN_DATA_MISSING",),
)
FINDINGS = Findings(
    now=NOW,
    free_bytes=100 * GIB,
    writer_queue=0,
    search_log_key=True,
    index_ready=True,
    certificates=(CertificateFinding(name="peer-link", ends=Instant(NOW + 400 * DAY_US)),),
    keys=KeyFinding(signs="a" * 16, rooted=True, ends=Instant(NOW + 60 * DAY_US)),
    peers=(HEALTHY, TROUBLED),
    witnesses=(WitnessFinding(node="0" * 26, size=120, behind=0, trouble=None),),
)
