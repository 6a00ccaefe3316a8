"""TLS certificates of nodes: self-signed, pinned by fingerprint, each its own trust anchor.

Key P-256 with SHA-256 (RFC 8446 section 9.1 makes every implementation know it). Authority and subject key
identifier, key usage and both extended key usages are there: Python 3.13 checks them by default (VERIFY_X509_STRICT,
RFC 5280 section 4.2.1).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from comity.core.errors import BadInput
from comity.core.time import SECOND_US, Instant

_VALID_DAYS: Final = 825
_EARLIER: Final = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate with its private key, both PEM; the key goes to a file of mode 0600 and nowhere else."""

    certificate: str
    private_key: str

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate's DER, lower-case hex."""
        return fingerprint_of(self.certificate)


def make_certificate(node: str, now: Instant, serial: bytes) -> Identity:
    """Make key and certificate for a node, valid from an hour before `now` for 825 days.

    `serial` is 16 random bytes (RFC 5280 section 4.1.2.2: positive, at most 20 octets).
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, node)])
    start = dt.datetime.fromtimestamp(now // SECOND_US, tz=dt.UTC) - _EARLIER
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(serial, "big") | 1)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=_VALID_DAYS))
    )
    for extension, critical in _extensions(node, key.public_key()):
        builder = builder.add_extension(extension, critical=critical)
    signed = builder.sign(key, hashes.SHA256())
    return Identity(
        certificate=signed.public_bytes(serialization.Encoding.PEM).decode("ascii"),
        private_key=key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode("ascii"),
    )


def fingerprint_of(certificate: str) -> str:
    """Return the SHA-256 of a PEM certificate's DER. Raises `BadInput` `certificate.malformed`."""
    try:
        loaded = x509.load_pem_x509_certificate(certificate.encode("ascii"))
    except ValueError:
        raise BadInput("certificate.malformed", "This is no PEM certificate.", field="$.tls.certificate") from None
    return hashlib.sha256(loaded.public_bytes(serialization.Encoding.DER)).hexdigest()


def end_of(certificate: str) -> Instant:
    """Return when a PEM certificate ends. Raises `BadInput` `certificate.malformed`."""
    try:
        loaded = x509.load_pem_x509_certificate(certificate.encode("ascii"))
    except ValueError:
        raise BadInput("certificate.malformed", "This is no PEM certificate.") from None
    return Instant(int(loaded.not_valid_after_utc.timestamp()) * SECOND_US)


def _extensions(node: str, public: ec.EllipticCurvePublicKey) -> list[tuple[x509.ExtensionType, bool]]:
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    both = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH])
    return [
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (x509.SubjectKeyIdentifier.from_public_key(public), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(public), False),
        (usage, True),
        (both, False),
        (x509.SubjectAlternativeName([x509.DNSName(f"{node}.node.invalid")]), False),
    ]
