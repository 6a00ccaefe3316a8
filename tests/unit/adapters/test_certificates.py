"""What a node's certificate says (RFC 5280), as strict verifiers want it."""

from __future__ import annotations

import hashlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from comity.adapters.peerlink import fingerprint_of, make_certificate
from comity.core.errors import BadInput
from comity.core.time import parse_instant

NOW = parse_instant("2026-11-25T12:00:00Z")
MADE = make_certificate("0123456789abcdef0123456789", NOW, bytes(range(16)))
LOADED = x509.load_pem_x509_certificate(MADE.certificate.encode())


def test_it_names_both_uses_and_is_no_authority() -> None:
    usage = LOADED.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    limits = LOADED.extensions.get_extension_for_class(x509.BasicConstraints)

    assert {each.dotted_string for each in usage} == {"1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"}
    assert limits.critical
    assert not limits.value.ca


def test_it_is_its_own_issuer_by_key_identifier() -> None:
    subject = LOADED.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    issuer = LOADED.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value

    assert issuer.key_identifier == subject.digest
    assert LOADED.issuer == LOADED.subject


def test_its_fingerprint_is_the_hash_of_its_der_and_its_key_fits() -> None:
    key = load_pem_private_key(MADE.private_key.encode(), None)

    assert MADE.fingerprint == fingerprint_of(MADE.certificate)
    assert MADE.fingerprint == hashlib.sha256(LOADED.public_bytes(Encoding.DER)).hexdigest()
    assert key.public_key() == LOADED.public_key()


def test_what_is_no_certificate_is_refused_without_being_repeated() -> None:
    with pytest.raises(BadInput) as refusal:
        fingerprint_of("synthetic nonsense")

    assert refusal.value.code == "certificate.malformed"
    assert "nonsense" not in str(refusal.value)
