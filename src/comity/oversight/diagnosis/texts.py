"""What a check says and advises, by its code, with `{0}`, `{1}` for its values. English is the source."""

from __future__ import annotations

from typing import Final, NamedTuple


class Says(NamedTuple):
    """A finding, and what to do; no advice where all is well."""

    finding: str
    remedy: str | None = None


TEXTS: Final[dict[str, Says]] = {
    "disk.free": Says("Free: {0} GiB."),
    "disk.low": Says("Free: {0} GiB.", "Make room, or move the node to a larger disk."),
    "disk.full": Says("Free: {0} GiB.", "Make room now: without it every act is refused."),
    "search-log.key": Says("The supervisor's key is there; searches can run."),
    "search-log.no-key": Says(
        "There is no supervisor's key, so no search can run.",
        "The data-protection supervisor sets one (search-log set-key).",
    ),
    "index.ready": Says("Searches run in memory."),
    "index.building": Says("The index is being laid out; searches are slower until then.", "Wait a moment."),
    "writer.keeps-up": Says("Acts that wait for the disk: {0}."),
    "writer.behind": Says("Acts that wait for the disk: {0}.", "Look at the disk's load and health."),
    "witness.none": Says(
        "Nobody witnesses this ledger.", "Appoint up to three trusted nodes as witnesses (witness appoint)."
    ),
    "witness.vouches": Says("Entries that it vouched for: {0}."),
    "witness.behind": Says(
        "Entries that it did not vouch for: {0}. Why: {1}.",
        "See whether it can be reached; if it saw another history, compare the ledger with a backup.",
    ),
    "witness.contradicts": Says(
        "Its ledger contradicted itself: {0}.",
        "Rely on nothing it says, keep both checkpoints (witness list) and tell its supervisor.",
    ),
    "keys.signs": Says("It signs, without an end."),
    "keys.last": Says("It signs; days until the last key ends: {0}."),
    "keys.ending": Says(
        "It signs; days until the last key ends: {0}.",
        "Make its successor (keys request) and have the root certify it.",
    ),
    "keys.none-counts": Says(
        "No signing key counts: nothing is sent and no checkpoint is signed.",
        "Make a new one (keys request), have the root sign it, and install the deed.",
    ),
    "keys.no-root": Says(
        "No root stands behind this node's key, so none can follow it if it is stolen.",
        "Make a root on a machine without a network (keys root make), then have it take over (keys request-root).",
    ),
    "keys.contradicted": Says(
        "It showed two deeds about its keys under one number.",
        "Rely on nothing that it signed; its operator must explain both before it is trusted anew.",
    ),
    "keys.not-acknowledged": Says(
        "Deeds about this node's keys that it did not acknowledge: {0}. Why: {1}.",
        "It refuses what newer keys sign until then; see whether it can be reached.",
    ),
    "certificate.good": Says("Days until it ends: {0}."),
    "certificate.ending": Says("Days until it ends: {0}.", "Replace it in time."),
    "certificate.ended": Says("It has ended.", "Replace it; peers compare fingerprints again."),
    "certificate.unreadable": Says("It cannot be read.", "Check the file that config.json names, and whose it is."),
    "peer.reached": Says("It is reached."),
    "peer.elsewhere": Says("Another process of this node keeps the link to it."),
    "peer.never-tried": Says("No link to it was tried yet.", "Wait a moment."),
    "peer.frozen": Says(
        "It is frozen ({0}): nothing passes.",
        "Find out why with the peer's operator; then trust it anew (peer trust).",
    ),
    "peer.distrusted": Says("It is distrusted: nothing passes.", "Trust it anew if that should end (peer trust)."),
    "link.refused": Says(
        "Its address takes no connection.", "Check that the peer runs, its address and the firewalls between."
    ),
    "link.silent": Says("It did not answer in time.", "Check the firewalls between and the peer's load."),
    "link.hub-down": Says("The hub is not reached.", "Check that it runs, and what config.json says of it (hub)."),
    "link.hub-silent": Says("The hub took no message.", "Check that it runs with JetStream and has room."),
    "link.wrong-certificate": Says(
        "Its address answers with another certificate.",
        "Ask the peer's operator whether its certificate changed; then trust it anew.",
    ),
    "peer.trouble": Says("It is not reached ({0}).", "Ask the peer's operator, and compare both logs."),
    "clock.unknown": Says("Its clock is not known yet.", "Wait until it was reached once."),
    "clock.agrees": Says("Its clock differs by {0} s."),
    "clock.ahead": Says("Its clock is {0} s ahead.", "Synchronise both clocks (NTP); see which one is off."),
    "clock.behind": Says("Its clock is {0} s behind.", "Synchronise both clocks (NTP); see which one is off."),
    "queue.empty": Says("It has taken everything."),
    "queue.waiting": Says("Waiting: {0}, the oldest for {1} s."),
    "queue.long": Says("Waiting: {0}, the oldest for {1} s.", "See why it is not reached, or slow."),
    "queue.put-off": Says(
        "Waiting: {0}, the oldest for {1} s; put off: {2}.", "Mend what the reasons name (peer queue)."
    ),
    "queue.refused": Says(
        "Refused for good: {0} ({1}).", "See which (peer queue), and settle it with the peer's bureau."
    ),
}
