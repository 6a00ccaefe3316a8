"""An offline root for tests: a file, a passphrase, and what it signs."""

from __future__ import annotations

from pathlib import Path

from comity.adapters.keys_root import make_root, open_root, sign_deed
from comity.agreements.keys import Deed, Key
from comity.core.codec import decode_canonical_as, encode

PASSPHRASE = "synthetic passphrase of a root"


class Root:
    """A root that was just made."""

    def __init__(self, folder: Path, *, hybrid: bool = True) -> None:
        self.path = folder / "root.key"
        self.key: Key = make_root(self.path, PASSPHRASE, hybrid=hybrid)
        self.hand = open_root(self.path, PASSPHRASE)

    @property
    def public(self) -> str:
        return encode(self.key).decode()

    def sign(self, document: str) -> str:
        asked = decode_canonical_as(document.encode(), Deed)
        return encode(sign_deed(self.path, self.hand, asked)).decode()
