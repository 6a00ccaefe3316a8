"""What findings mean: pure, each limit with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from comity.core.time import SECOND_US, Instant
from comity.oversight.diagnosis.records import (
    CertificateFinding,
    Check,
    Diagnosis,
    Findings,
    KeyFinding,
    PeerFinding,
    Standing,
)
from comity.oversight.diagnosis.texts import TEXTS

_GIB: Final = 1 << 30
_LOW_BYTES: Final = 5 * _GIB
_FULL_BYTES: Final = _GIB // 4
"""Below this the database's log may not fit through a busy hour; at none, every act is refused."""
_DAY_US: Final = 24 * 3600 * SECOND_US
_CERTIFICATE_SOON: Final = 30
_OFFSET_LOOK_US: Final = 2 * SECOND_US
_OFFSET_BROKEN_US: Final = 60 * SECOND_US
"""Statements from further in the future are put off (`exchange.clock-skew`)."""
_WAITS_LONG_US: Final = 3600 * SECOND_US
_WRITER_BUSY: Final = 1000
_BEHIND: Final = 5_000
"""Entries that may come while a witness vouches for those before: a few seconds of a busy node."""
_CONTRADICTED: Final = frozenset({"ledger.split-view", "ledger.unproved", "witness.has-seen-more"})
_KEY_SOON: Final = 28
"""The first warning of the register of deadlines: a root is offline, and its people meet by appointment."""
_ORDER: Final = {Standing.BROKEN: 0, Standing.ATTENTION: 1, Standing.SOUND: 2}
_SOUND, _ATTENTION, _BROKEN = Standing.SOUND, Standing.ATTENTION, Standing.BROKEN


def diagnose(findings: Findings) -> Diagnosis:
    """Judge all findings; the same findings always give the same order."""
    checks = [*_own(findings)]
    checks += _keys(findings.keys, findings.now)
    checks += [_certificate(each, findings.now) for each in findings.certificates]
    checks += [check for peer in findings.peers for check in _peer(peer, findings.now)]
    checks += _witnesses(findings)
    ordered = sorted(checks, key=lambda check: _ORDER[check.standing])
    sound = all(check.standing is not _BROKEN for check in ordered)
    return Diagnosis(at=findings.now, sound=sound, checks=tuple(ordered))


def _own(findings: Findings) -> Iterator[Check]:
    free = f"{findings.free_bytes / _GIB:.1f}"
    if findings.free_bytes < _FULL_BYTES:
        yield _check(_BROKEN, "disk.full", None, free)
    elif findings.free_bytes < _LOW_BYTES:
        yield _check(_ATTENTION, "disk.low", None, free)
    else:
        yield _check(_SOUND, "disk.free", None, free)
    if findings.search_log_key:
        yield _check(_SOUND, "search-log.key")
    else:
        yield _check(_BROKEN, "search-log.no-key")
    if findings.index_ready:
        yield _check(_SOUND, "index.ready")
    else:
        yield _check(_ATTENTION, "index.building")
    if findings.writer_queue < _WRITER_BUSY:
        yield _check(_SOUND, "writer.keeps-up", None, str(findings.writer_queue))
    else:
        yield _check(_ATTENTION, "writer.behind", None, str(findings.writer_queue))


def _witnesses(findings: Findings) -> Iterator[Check]:
    """Judge who vouches for this ledger, once there is somebody who could; and whose ledgers contradict themselves."""
    if findings.peers and not findings.witnesses:
        yield _check(_ATTENTION, "witness.none")
    for each in findings.witnesses:
        if each.trouble is None and each.behind <= _BEHIND:
            yield _check(_SOUND, "witness.vouches", each.node, str(each.size))
        else:
            broken = each.trouble in _CONTRADICTED
            standing = _BROKEN if broken else _ATTENTION
            yield _check(standing, "witness.behind", each.node, str(each.behind), each.trouble or "?")
    for contradiction in findings.contradictions:
        yield _check(_BROKEN, "witness.contradicts", contradiction.node, contradiction.code)


def _keys(found: KeyFinding, now: Instant) -> Iterator[Check]:
    """Judge what signs: a node without a root has one key for good, which nothing can follow once it is stolen."""
    if not found.rooted:
        yield _check(_ATTENTION, "keys.no-root", found.signs)
    if found.signs is None:
        yield _check(_BROKEN, "keys.none-counts")
    elif found.ends is None:
        yield _check(_SOUND, "keys.signs", found.signs)
    else:
        days = max(0, (found.ends - now) // _DAY_US)
        code = "keys.ending" if days < _KEY_SOON else "keys.last"
        yield _check(_ATTENTION if days < _KEY_SOON else _SOUND, code, found.signs, str(days))


def _certificate(found: CertificateFinding, now: Instant) -> Check:
    if found.ends is None:
        return _check(_BROKEN, "certificate.unreadable", found.name)
    days = (found.ends - now) // _DAY_US
    if days < 0:
        return _check(_BROKEN, "certificate.ended", found.name)
    if days < _CERTIFICATE_SOON:
        return _check(_ATTENTION, "certificate.ending", found.name, str(days))
    return _check(_SOUND, "certificate.good", found.name, str(days))


def _peer(peer: PeerFinding, now: Instant) -> Iterator[Check]:
    of = f"{peer.party} {peer.node}"
    if peer.contradicted:
        yield _check(_BROKEN, "keys.contradicted", of)
    if peer.state == "frozen":
        yield _check(_BROKEN, "peer.frozen", of, peer.reason or "?")
        return
    if peer.state != "trusted":
        yield _check(_ATTENTION, "peer.distrusted", of)
        return
    if peer.elsewhere:
        yield _check(_SOUND, "peer.elsewhere", of)
    else:
        yield _reach(peer, of)
        yield _clock(peer, of)
    if peer.deeds_ahead:
        yield _check(_ATTENTION, "keys.not-acknowledged", of, str(peer.deeds_ahead), peer.deeds_trouble or "-")
    yield from _queue(peer, of, now)


def _reach(peer: PeerFinding, of: str) -> Check:
    if peer.reached:
        return _check(_SOUND, "peer.reached", of)
    if peer.trouble is None:
        return _check(_ATTENTION, "peer.never-tried", of)
    if peer.trouble.startswith("link.") and peer.trouble in TEXTS:
        return _check(_BROKEN, peer.trouble, of)
    return _check(_BROKEN, "peer.trouble", of, peer.trouble)


def _clock(peer: PeerFinding, of: str) -> Check:
    if peer.offset_us is None:
        return _check(_ATTENTION, "clock.unknown", of)
    off = abs(peer.offset_us)
    seconds = f"{off / SECOND_US:.1f}"
    if off < _OFFSET_LOOK_US:
        return _check(_SOUND, "clock.agrees", of, seconds)
    code = "clock.ahead" if peer.offset_us > 0 else "clock.behind"
    return _check(_BROKEN if off >= _OFFSET_BROKEN_US else _ATTENTION, code, of, seconds)


def _queue(peer: PeerFinding, of: str, now: Instant) -> Iterator[Check]:
    if peer.refused:
        yield _check(_ATTENTION, "queue.refused", of, str(peer.refused), ", ".join(peer.refusals))
    if not peer.waiting or peer.oldest is None:
        yield _check(_SOUND, "queue.empty", of)
        return
    age_us = max(0, now - peer.oldest)
    values = (f"{peer.waiting}{'+' if peer.more else ''}", str(age_us // SECOND_US))
    if peer.why:
        yield _check(_ATTENTION, "queue.put-off", of, *values, ", ".join(peer.why))
    elif age_us >= _WAITS_LONG_US:
        yield _check(_ATTENTION, "queue.long", of, *values)
    else:
        yield _check(_SOUND, "queue.waiting", of, *values)


def _check(standing: Standing, code: str, of: str | None = None, *values: str) -> Check:
    says = TEXTS[code]
    return Check(
        standing=standing,
        code=code,
        of=of,
        finding=says.finding.format(*values),
        remedy=says.remedy,
        values=values,
    )
