"""Where a node's signing keys are: in its directory, or on a PKCS#11 token that its configuration names.

The first key is `keys/signing.key`, or on the token under the label of the configuration. Each later one has a file
named by its Ed25519 half: `ID.key` with the seed, or `ID.token` with its label on the token; `ID.second` beside it is
the ML-DSA-65 half of a pair.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from comity.adapters.keys_file import create_key, load_key, read_secret, write_secret
from comity.adapters.keys_hybrid import create_second, load_second
from comity.adapters.keys_pkcs11 import TokenKey, create_token_key, open_token
from comity.core.errors import BadInput
from comity.core.ports import Signer
from comity.exchange.keys.ring import Ring
from comity.node.directory import NodeDirectory

_SEED_BYTES = 32
_MOST_LABEL = 256


@contextlib.contextmanager
def new_signer(directory: NodeDirectory, token: TokenKey | None) -> Iterator[Signer]:
    """Make the key of a new node and hold it open; where founding fails, a key on a token goes again.

    Raises what `create_key` and `create_token_key` raise.
    """
    if token is None:
        yield create_key(directory.signing_key, os.urandom(_SEED_BYTES))
        return
    with contextlib.closing(create_token_key(token)) as signer:
        try:
            yield signer
        except BaseException:
            signer.discard()
            raise


class KeyShelf:
    """`comity.diplomacy.services.Shelf` on a node's directory and token; closes what it opened."""

    def __init__(self, directory: NodeDirectory, token: TokenKey | None) -> None:
        self._folder = directory.signing_key.parent
        self._token = token
        self._closing = contextlib.ExitStack()
        self._ring: Ring | None = None
        files = sorted(path for path in self._folder.iterdir() if path.suffix in {".key", ".token"})
        with contextlib.ExitStack() as failing:
            failing.callback(self.close)
            self.later: tuple[Signer, ...] = tuple(
                self._opened(path) for path in files if path.stem not in {"signing", "tls"}
            )
            self.first = self._opened_first(directory)
            failing.pop_all()

    def hands(self) -> tuple[Signer, ...]:
        """Return every key that is here."""
        return self.later if self.first is None else (self.first, *self.later)

    def hand_to(self, ring: Ring) -> None:
        """Put what is made from now on into the ring, too."""
        self._ring = ring

    def make(self, *, hybrid: bool) -> Signer:
        """Make a new key; see the port."""
        made = self._made()
        if hybrid:
            made = create_second(self._folder / f"{made.key_id}.second", made, os.urandom(_SEED_BYTES))
        if self._ring is not None:
            self._ring.add(made)
        return made

    def holds(self, public: bytes) -> bool:
        """Say whether a key is here; see the port."""
        return self._ring is not None and self._ring.holds(public)

    def close(self) -> None:
        """End the sessions with the token."""
        self._closing.close()

    def _opened_first(self, directory: NodeDirectory) -> Signer | None:
        """Open the first key; it may be gone for good once others have followed it."""
        if self._token is not None:
            try:
                return self._on_token(self._token.key)
            except BadInput as error:
                if error.code != "keys.missing" or not self.later:
                    raise
                return None
        if self.later and not directory.signing_key.exists():
            return None
        return load_key(directory.signing_key)

    def _opened(self, path: Path) -> Signer:
        if path.suffix == ".key":
            first: Signer = load_key(path)
        else:
            first = self._on_token(read_secret(path, _MOST_LABEL).decode("utf-8").strip())
        second = path.with_suffix(".second")
        return load_second(second, first) if second.exists() else first

    def _on_token(self, label: str) -> Signer:
        if self._token is None:
            raise BadInput(
                "keys.token-incomplete",
                "A key is on a token, and config.json names none.",
                remedy="Name the token in config.json.",
            )
        place = msgspec.structs.replace(self._token, key=label)
        return self._closing.enter_context(contextlib.closing(open_token(place)))

    def _made(self) -> Signer:
        if self._token is None:
            seed = os.urandom(_SEED_BYTES)
            part = self._folder / "new.part"
            part.unlink(missing_ok=True)
            made = create_key(part, seed)
            part.rename(self._folder / f"{made.key_id}.key")
            return made
        label = f"{self._token.key}-{os.urandom(4).hex()}"
        place = msgspec.structs.replace(self._token, key=label)
        on_token = self._closing.enter_context(contextlib.closing(create_token_key(place)))
        write_secret(self._folder / f"{on_token.key_id}.token", label.encode())
        return on_token


@contextlib.contextmanager
def open_shelf(directory: NodeDirectory, token: TokenKey | None) -> Iterator[KeyShelf]:
    """Hold the keys of a node open. Raises what `load_key` and `open_token` raise."""
    with contextlib.closing(KeyShelf(directory, token)) as shelf:
        yield shelf
