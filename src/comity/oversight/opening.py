"""Opening the search log with the supervisor's passphrase, which lives in memory only while it is asked."""

from __future__ import annotations

from nacl.public import PrivateKey

from comity.core.errors import Refused
from comity.core.ports import Work
from comity.oversight import sealing, store


def unlock(work: Work, passphrase: str) -> dict[str, PrivateKey]:
    """Return every private key that the passphrase opens, by name. Raises `Refused` if it opens none."""
    keys = {key.key: sealing.unlock(key, passphrase) for key in store.keys(work)}
    opened = {name: private for name, private in keys.items() if private is not None}
    if not opened:
        raise Refused(
            "search-log.wrong-passphrase",
            "This passphrase opens no key of the search log.",
            field="$.passphrase",
            remedy="Try again, or set a new key; entries of a key whose passphrase is lost stay closed for good.",
        )
    return opened
