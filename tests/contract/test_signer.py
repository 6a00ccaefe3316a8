"""The contract of `Signer`, run on every implementation."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from comity.adapters.keys_file import FileSigner, create_key, load_key
from comity.adapters.keys_hybrid import create_second, load_second
from comity.adapters.keys_pkcs11 import TokenKey, TokenSigner, create_token_key, open_token
from comity.agreements.keys import holds, key_of, mark
from comity.core.errors import BadInput, ComityError, Unreachable
from comity.core.ports import SecondSigner, Signer
from comity.exchange.signing import SUITE, is_signed, key_id, node_id
from tests.support.tokens import soft_token

SEED = bytes(range(32))
SECOND_SEED = bytes(range(32, 64))
MAKERS: dict[str, Callable[[Path], Signer]] = {
    "in memory": lambda _: FileSigner(SEED),
    "new file": lambda folder: create_key(folder / "signing.key", SEED),
    "loaded file": lambda folder: load_key(made(folder)),
    "new on token": lambda folder: create_token_key(soft_token(folder)),
    "loaded from token": lambda folder: open_token(made_on_token(folder)),
    "new pair": lambda folder: create_second(folder / "k.second", FileSigner(SEED), SECOND_SEED),
    "loaded pair": lambda folder: made_pair(folder, FileSigner(SEED)),
    "pair on token and in file": lambda folder: made_pair(folder, open_token(made_on_token(folder))),
}


def made(folder: Path) -> Path:
    path = folder / "signing.key"
    create_key(path, SEED)
    return path


def made_on_token(folder: Path) -> TokenKey:
    place = soft_token(folder)
    create_token_key(place).close()
    return place


def made_pair(folder: Path, first: Signer) -> Signer:
    create_second(folder / "pair.second", first, SECOND_SEED)
    return load_second(folder / "pair.second", first)


@pytest.fixture(params=MAKERS)
def signer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Signer]:
    made = MAKERS[request.param](tmp_path)
    yield made
    for each in (made, getattr(made, "_first", None)):
        if isinstance(each, TokenSigner):
            each.close()


def test_a_signature_verifies_with_the_public_key_only_for_its_message(signer: Signer) -> None:
    signature = signer.sign(b"message")

    assert is_signed(signer.public_key, b"message", signature)
    assert not is_signed(signer.public_key, b"messagf", signature)
    assert not is_signed(signer.public_key, b"message", signature[:-1])
    assert not is_signed(signer.public_key[:-1], b"message", signature)


def test_the_same_message_has_the_same_signature(signer: Signer) -> None:
    assert signer.sign(b"message") == signer.sign(b"message")


def test_a_key_is_named_by_suite_and_public_key(signer: Signer) -> None:
    assert signer.suite == SUITE
    assert signer.key_id == key_of(signer).id
    assert len(signer.key_id) == 16
    if not isinstance(signer, SecondSigner):
        assert signer.key_id == key_id(SUITE, signer.public_key)
        assert node_id(SUITE, signer.public_key).startswith(signer.key_id)


def test_every_half_of_a_key_signs_and_a_mark_holds_for_its_message_alone(signer: Signer) -> None:
    left = mark(signer, b"message")

    assert (left.second is not None) is isinstance(signer, SecondSigner)
    assert holds(left, key_of(signer), b"message")
    assert not holds(left, key_of(signer), b"messagf")
    assert not holds(left, key_of(FileSigner(bytes(32))), b"message")


def test_threads_may_sign_at_once(signer: Signer) -> None:
    messages = [bytes([number]) for number in range(64)]
    with ThreadPoolExecutor(4) as pool:
        signatures = list(pool.map(signer.sign, messages))

    assert all(map(is_signed, [signer.public_key] * 64, messages, signatures))


def test_a_key_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = made(tmp_path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o640)
    with pytest.raises(BadInput) as refusal:
        load_key(path)
    assert refusal.value.code == "keys.too-open"


def test_a_key_is_never_replaced(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refusal:
        create_key(made(tmp_path), SEED)

    assert refusal.value.code == "keys.exists"


@pytest.mark.parametrize("text", [b"", b"nonsense", b"comity-ed25519-seed/1 00ff\n", b"comity-ed25519-seed/1 zz"])
def test_what_is_no_key_file_is_refused_without_showing_it(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "signing.key"
    path.touch(0o600)
    path.write_bytes(text)

    with pytest.raises(BadInput) as refusal:
        load_key(path)

    assert refusal.value.code == "keys.malformed"


def test_a_missing_key_is_unreachable(tmp_path: Path) -> None:
    with pytest.raises(Unreachable) as missing:
        load_key(tmp_path / "none")
    with pytest.raises(Unreachable) as nowhere:
        create_key(tmp_path / "no" / "folder", SEED)

    assert (missing.value.code, nowhere.value.code) == ("keys.cannot-read", "keys.cannot-write")


def test_a_token_key_is_never_added_twice(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refusal:
        create_token_key(made_on_token(tmp_path))

    assert refusal.value.code == "keys.exists"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"key": "another"}, "keys.missing"),
        ({"token": "another"}, "keys.token-failed"),
        ({"module": "/nowhere/module.so"}, "keys.token-failed"),
        ({"pin_file": "/nowhere/pin"}, "keys.cannot-read"),
    ],
)
def test_a_token_that_cannot_be_had_is_told_by_code(tmp_path: Path, change: dict[str, str], code: str) -> None:
    place = made_on_token(tmp_path)

    with pytest.raises(ComityError) as refusal:
        open_token(msgspec.structs.replace(place, **change))

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("pin", "mode", "code"),
    [
        (b"999999", 0o600, "keys.wrong-pin"),
        (b"123456", 0o640, "keys.too-open"),
        (b"", 0o600, "keys.malformed"),
        (b"1" * 300, 0o600, "keys.malformed"),
        (b"\xff\xfe1234", 0o600, "keys.malformed"),
    ],
)
def test_a_pin_that_will_not_do_is_refused_without_being_shown(
    tmp_path: Path, pin: bytes, mode: int, code: str
) -> None:
    place = made_on_token(tmp_path)
    path = Path(place.pin_file)
    path.write_bytes(pin)
    path.chmod(mode)

    with pytest.raises(ComityError) as refusal:
        open_token(place)

    assert refusal.value.code == code
    assert not pin.strip() or pin.decode("latin-1") not in f"{refusal.value} {refusal.value.remedy}"
