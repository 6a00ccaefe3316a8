"""TLS contexts of peer links: version 1.3 only, certificates at both ends, peers' leaves as the only anchors."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Callable, Iterable
from pathlib import Path

from comity.core.errors import Unreachable


def server_context(certificate: Path, key: Path, refused: Callable[[], None]) -> ssl.SSLContext:
    """Return the context of the peer port. `refused` is called for each handshake that fails, such as by strangers."""

    class Counted(ssl.SSLObject):
        """Tells of failed handshakes; asyncio itself drops them in silence."""

        def do_handshake(self) -> None:
            try:
                super().do_handshake()
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                raise
            except ssl.SSLError:
                refused()
                raise

    context = _context(ssl.PROTOCOL_TLS_SERVER, certificate, key)
    context.sslobject_class = Counted
    context.num_tickets = 0
    return context


def client_context(certificate: Path, key: Path, peer_certificate: str) -> ssl.SSLContext:
    """Return the context for dialling the one peer that has this certificate."""
    context = _context(ssl.PROTOCOL_TLS_CLIENT, certificate, key)
    # The certificate itself is pinned; names in it say nothing.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    trust(context, (peer_certificate,))
    return context


def trust(context: ssl.SSLContext, certificates: Iterable[str]) -> None:
    """Add anchors to a context in use; connections made from now on know them."""
    pem = "".join(certificates)
    if pem:
        context.load_verify_locations(cadata=pem)


def fingerprint_at(stream_object: object) -> str | None:
    """Return the fingerprint of the certificate at the other end of an established stream."""
    if not isinstance(stream_object, (ssl.SSLObject, ssl.SSLSocket)):
        return None
    der = stream_object.getpeercert(binary_form=True)
    return hashlib.sha256(der).hexdigest() if der else None


def _context(protocol: int, certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED if protocol == ssl.PROTOCOL_TLS_SERVER else context.verify_mode
    # Partial chain: a leaf may be an anchor. Strict: what 3.13 checks by itself, so that 3.11 behaves alike.
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN | ssl.VerifyFlags.VERIFY_X509_STRICT
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError):
        raise Unreachable(
            "tls.cannot-read", "The node's TLS key or certificate cannot be read.", remedy="Check the keys folder."
        ) from None
    return context
