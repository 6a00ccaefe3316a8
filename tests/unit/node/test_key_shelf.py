"""The shelf of a node's keys, in files and on a token: what was made is there again, and the first may be gone."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from comity.adapters.keys_pkcs11 import TokenKey
from comity.agreements.keys import Key, holds, key_of, mark
from comity.core.errors import BadInput, ComityError
from comity.node.directory import NodeDirectory
from comity.node.keys import KeyShelf, new_signer
from tests.support.tokens import soft_token

PLACES: dict[str, Callable[[Path], TokenKey | None]] = {"files": lambda _: None, "token": soft_token}


class Home:
    """A node's directory with its first key, and where later ones go."""

    def __init__(self, folder: Path, token: TokenKey | None) -> None:
        self.directory = NodeDirectory(folder / "node")
        self.directory.signing_key.parent.mkdir(parents=True)
        self.token = token
        with new_signer(self.directory, token) as first:
            self.first = key_of(first)

    @contextlib.contextmanager
    def shelf(self) -> Iterator[KeyShelf]:
        with contextlib.closing(KeyShelf(self.directory, self.token)) as shelf:
            yield shelf

    def lose_first(self) -> None:
        """Take the first key away: its file, or its pair off the token."""
        if self.token is None:
            self.directory.signing_key.unlink()
            return
        import pkcs11  # noqa: PLC0415 - an extra

        token = pkcs11.lib(self.token.module).get_token(token_label=self.token.token)
        with token.open(user_pin=Path(self.token.pin_file).read_text().strip(), rw=True) as session:
            for each in list(session.get_objects({pkcs11.Attribute.LABEL: self.token.key})):
                each.destroy()

    def names(self) -> set[Key]:
        with self.shelf() as shelf:
            return {key_of(hand) for hand in shelf.hands()}


@pytest.fixture(name="home", params=PLACES)
def made_home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    return Home(tmp_path, PLACES[request.param](tmp_path))


def test_later_keys_and_pairs_are_there_again_and_sign_as_before(home: Home) -> None:
    with home.shelf() as shelf:
        made = [shelf.make(hybrid=False), shelf.make(hybrid=True)]
        marks = {key_of(hand): mark(hand, b"message") for hand in made}

    with home.shelf() as again:
        found = {key_of(hand): hand for hand in again.hands()}
        assert found.keys() == {home.first, *marks}
        for key, before in marks.items():
            assert holds(before, key, b"message")
            assert holds(mark(found[key], b"other"), key, b"other")


def test_the_first_key_may_be_gone_for_good_once_others_followed_it(home: Home) -> None:
    with home.shelf() as shelf:
        later = key_of(shelf.make(hybrid=False))
    home.lose_first()

    assert home.names() == {later}


def test_a_node_without_its_only_key_does_not_open(home: Home) -> None:
    home.lose_first()

    with pytest.raises(ComityError) as missing, home.shelf():
        pass
    assert missing.value.code == ("keys.cannot-read" if home.token is None else "keys.missing")


def test_a_key_on_a_token_that_the_configuration_does_not_name_is_told(tmp_path: Path) -> None:
    home = Home(tmp_path, soft_token(tmp_path))
    with home.shelf() as shelf:
        shelf.make(hybrid=False)
    home.token = None

    with pytest.raises(BadInput) as told, home.shelf():
        pass
    assert told.value.code == "keys.token-incomplete"
