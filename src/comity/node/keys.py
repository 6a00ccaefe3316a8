"""Where a node's signing key is: in its directory, or on a PKCS#11 token that its configuration names."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from comity.adapters.keys_file import create_key, load_key
from comity.adapters.keys_pkcs11 import TokenKey, create_token_key, open_token
from comity.core.ports import Signer
from comity.node.directory import NodeDirectory

_SEED_BYTES = 32


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


@contextlib.contextmanager
def open_signer(directory: NodeDirectory, token: TokenKey | None) -> Iterator[Signer]:
    """Hold the key of a node open. Raises what `load_key` and `open_token` raise."""
    if token is None:
        yield load_key(directory.signing_key)
        return
    with contextlib.closing(open_token(token)) as signer:
        yield signer
