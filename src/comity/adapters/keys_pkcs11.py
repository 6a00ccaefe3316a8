"""A signing key on a PKCS#11 token (a hardware security module, a smart card, SoftHSM): it never leaves the token.

Ed25519 by PKCS#11 v3.0: key type `CKK_EC_EDWARDS`, mechanism `CKM_EDDSA` without parameters. The library is the extra
`pkcs11`; a node that keeps its key in a file does without it.
"""

from __future__ import annotations

import contextlib
import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from comity.core.errors import BadInput, Refused, Unreachable
from comity.exchange.signing import SUITE, is_signed, key_id

if TYPE_CHECKING:
    import pkcs11

_CURVE_ED25519 = "1.3.101.112"
_KEY_BYTES = 32
_ID_BYTES = 8
_OCTET_STRING = b"\x04\x20"
_MAX_PIN = 256
_PROBE = b"comity: does this token sign with the key it shows?"


class TokenKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where a key is: PKCS#11 library, token label, key label, and the file (mode 0600) that holds the user's PIN."""

    module: str
    token: str
    key: str
    pin_file: str


class _Login:
    """The login of this process at a token: PKCS#11 has one for all sessions, and a logout ends it for all of them."""

    def __init__(self, session: pkcs11.Session) -> None:
        self.session = session
        self.users = 0


_GATE: Final = threading.Lock()
_LOGINS: Final[dict[tuple[str, str], _Login]] = {}


class _Visit:
    """A session of its own under the process's login, which ends with its last user."""

    def __init__(self, place: TokenKey, pin: str, *, writing: bool) -> None:
        import pkcs11  # noqa: PLC0415 - as below

        self._at = (place.module, place.token)
        with _told(), _GATE:
            token = pkcs11.lib(place.module).get_token(token_label=place.token)
            login = _LOGINS.get(self._at) or _Login(token.open(user_pin=pin))
            try:
                self.session = token.open(rw=writing)
            except BaseException:
                if not login.users:
                    login.session.close()
                raise
            login.users += 1
            _LOGINS[self._at] = login

    def close(self) -> None:
        """End the session, and the login where nobody else uses it."""
        with _told(), _GATE:
            login = _LOGINS[self._at]
            login.users -= 1
            try:
                self.session.close()
            finally:
                if not login.users:
                    del _LOGINS[self._at]
                    login.session.close()


class TokenSigner:
    """`comity.core.ports.Signer` on an open session with a token."""

    __slots__ = ("_id", "_key_id", "_lock", "_private", "_public", "_visit")

    def __init__(self, visit: _Visit, private: Any, public: bytes) -> None:  # noqa: ANN401 - untyped library
        self._visit = visit
        self._id = bytes(private.id)
        self._private = private
        self._public = public
        self._key_id = key_id(SUITE, public)
        self._lock = threading.Lock()

    @property
    def key_id(self) -> str:
        """Name of the key."""
        return self._key_id

    @property
    def suite(self) -> str:
        """Always `ed25519`."""
        return SUITE

    @property
    def public_key(self) -> bytes:
        """Raw public key."""
        return self._public

    def sign(self, message: bytes) -> bytes:
        """Return the raw signature; one at a time, since a PKCS#11 session knows one operation at once.

        Raises `Unreachable` `keys.token-failed` where the token does not answer.
        """
        import pkcs11  # noqa: PLC0415 - as below

        with self._lock, _told():
            return bytes(self._private.sign(message, mechanism=pkcs11.Mechanism.EDDSA))

    def discard(self) -> None:
        """Take the key pair off the token for good; only in the session that made it."""
        import pkcs11  # noqa: PLC0415 - as below

        with self._lock, _told():
            for kind in (pkcs11.ObjectClass.PRIVATE_KEY, pkcs11.ObjectClass.PUBLIC_KEY):
                for each in self._visit.session.get_objects(
                    {pkcs11.Attribute.CLASS: kind, pkcs11.Attribute.ID: self._id}
                ):
                    each.destroy()

    def close(self) -> None:
        """End the session; the key stays on the token."""
        self._visit.close()


def create_token_key(place: TokenKey) -> TokenSigner:
    """Make a new key pair on the token, marked as never to be shown, and return its signer.

    Raises `BadInput` `keys.exists` rather than add a second key of that label, and what `open_token` raises.
    """
    with contextlib.ExitStack() as closing:
        visit = closing.enter_context(contextlib.closing(_visit(place, writing=True)))
        _generate(visit.session, place)
        closing.pop_all()
        return _signer(visit, place)


def open_token(place: TokenKey) -> TokenSigner:
    """Return the signer of a key that is on the token.

    Raises `BadInput` `keys.too-open`, `keys.malformed` (PIN file), `keys.missing`; `Refused` `keys.no-pkcs11` where
    the library is not installed, `keys.wrong-pin`; `Unreachable` `keys.cannot-read`, `keys.token-failed`. No text
    holds the PIN.
    """
    return _signer(_visit(place, writing=False), place)


def _generate(session: pkcs11.Session, place: TokenKey) -> None:
    import pkcs11  # noqa: PLC0415 - as above
    from pkcs11.util.ec import encode_named_curve_parameters  # noqa: PLC0415 - as above

    with _told():
        if _find(session, place, pkcs11.ObjectClass.PRIVATE_KEY):
            raise BadInput("keys.exists", "The token holds a key of this label already.", remedy="Name another label.")
        curve = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters(_CURVE_ED25519)}
        session.create_domain_parameters(pkcs11.KeyType.EC_EDWARDS, curve, local=True).generate_keypair(
            mechanism=pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
            store=True,
            label=place.key,
            id=os.urandom(_ID_BYTES),
            private_template={pkcs11.Attribute.SENSITIVE: True, pkcs11.Attribute.EXTRACTABLE: False},
        )


def _signer(visit: _Visit, place: TokenKey) -> TokenSigner:
    """Return the signer of the key pair; the session is closed if there is none that signs."""
    with contextlib.ExitStack() as closing:
        closing.enter_context(contextlib.closing(visit))
        with _told():
            signer = TokenSigner(visit, *_key_pair(visit.session, place))
        if len(signer.public_key) != _KEY_BYTES or not is_signed(signer.public_key, _PROBE, signer.sign(_PROBE)):
            raise BadInput(
                "keys.malformed", "The token's key does not sign as Ed25519.", remedy="Name an Ed25519 key pair."
            )
        closing.pop_all()
        return signer


def _key_pair(session: pkcs11.Session, place: TokenKey) -> tuple[Any, bytes]:
    import pkcs11  # noqa: PLC0415 - as above

    private = _find(session, place, pkcs11.ObjectClass.PRIVATE_KEY)
    public = _find(session, place, pkcs11.ObjectClass.PUBLIC_KEY)
    if private is None or public is None:
        raise BadInput(
            "keys.missing",
            "The token holds no key pair of this label.",
            remedy="Check token and label in config.json, or restore the token.",
        )
    return private, bytes(public[pkcs11.Attribute.EC_POINT]).removeprefix(_OCTET_STRING)


def _visit(place: TokenKey, *, writing: bool) -> _Visit:
    try:
        import pkcs11  # noqa: F401, PLC0415 - an extra: only where a token is used
    except ImportError:
        raise Refused(
            "keys.no-pkcs11",
            "This installation cannot speak to tokens.",
            remedy="Install the extra pkcs11 (the package python-pkcs11).",
        ) from None
    return _Visit(place, _read_pin(Path(place.pin_file)), writing=writing)


def _find(session: pkcs11.Session, place: TokenKey, kind: pkcs11.ObjectClass) -> Any:  # noqa: ANN401 - as above
    import pkcs11  # noqa: PLC0415 - as above

    wanted = {pkcs11.Attribute.CLASS: kind, pkcs11.Attribute.LABEL: place.key}
    found = list(session.get_objects(wanted))
    if len(found) > 1:
        raise BadInput(
            "keys.ambiguous", "The token holds several keys of this label.", remedy="Give each key a label of its own."
        )
    return found[0] if found else None


def _read_pin(path: Path) -> str:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(_MAX_PIN + 2)
    except OSError:
        raise Unreachable(
            "keys.cannot-read", "The PIN's file cannot be read.", remedy="Check that it is there and whose it is."
        ) from None
    if stat.S_IMODE(mode) & 0o077:
        raise BadInput("keys.too-open", "Others may read the token's PIN.", remedy="Run chmod 600 on the PIN's file.")
    pin = text.rstrip(b"\r\n")
    if not pin or len(pin) > _MAX_PIN or not pin.isascii():
        raise BadInput("keys.malformed", "This is no PIN file.", remedy="Put the PIN alone on its first line.")
    return pin.decode("ascii")


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Turn the library's errors into ours; its texts stay inside, since they may quote what was given."""
    import pkcs11  # noqa: PLC0415 - as above

    wrong_pin = (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange, pkcs11.PinLocked, pkcs11.PinExpired)
    try:
        yield
    except wrong_pin:
        raise Refused(
            "keys.wrong-pin",
            "The token does not take this PIN.",
            remedy="Correct the PIN's file; a few wrong tries lock a token.",
        ) from None
    except (pkcs11.PKCS11Error, RuntimeError, OSError):
        raise Unreachable(
            "keys.token-failed",
            "The token does not answer.",
            remedy="Check the library's path, the token's label and that it is plugged in.",
        ) from None
