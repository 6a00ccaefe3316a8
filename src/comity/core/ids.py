"""Identifiers: what names a record, an account, a node, and who owns what.

A record id is 26 characters of Crockford base 32 in lower case: 48 bits of milliseconds, then 80 random bits, so that
ids of one node sort by time of making and new rows land at the right edge of an index. Nothing may be read from an id
but its order: the law of a record stands in the record.
"""

from __future__ import annotations

import re
from typing import NewType

import msgspec

from comity.core.errors import BadInput

RecordId = NewType("RecordId", str)
AccountId = NewType("AccountId", str)
AuthorityId = NewType("AuthorityId", str)
"""Short name of an authority inside its party, such as `bundespolizei`; lower-case kebab."""
NodeId = NewType("NodeId", str)
RequestId = NewType("RequestId", str)
"""What a caller names one attempt with, 8 to 64 characters of `A-Z a-z 0-9 . _ -`; repeated on retry."""
AgreementId = NewType("AgreementId", str)
"""SHA-256 of an agreement's canonical bytes, 64 hex digits: the content is the name."""

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
# Two digits at once: ids are made for every record.
_PAIRS = tuple(first + second for first in _ALPHABET for second in _ALPHABET)
_SHIFTS = range(120, -1, -10)
_RECORD_ID = re.compile(r"[0-7][0-9a-hjkmnp-tv-z]{25}\Z")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}\Z")
_AUTHORITY = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
_RANDOM_BYTES = 10
_ID_LENGTH = 26
_AUTHORITY_LIMIT = 48


class Owner(msgspec.Struct, frozen=True, order=True, kw_only=True, cache_hash=True):
    """The party (ISO 3166-1 alpha-3 or an organisation's code) and authority that answer for a record."""

    party: str
    authority: str


class RecordRef(msgspec.Struct, frozen=True, order=True, kw_only=True):
    """One version of one record: kind, id and version (1 is the first)."""

    kind: str
    id: str
    version: int


def make_record_id(milliseconds: int, random: bytes) -> RecordId:
    """Make a record id from a moment in milliseconds since 1970 and 10 random bytes."""
    number = (milliseconds << 80) | int.from_bytes(random[:_RANDOM_BYTES], "big")
    return RecordId("".join([_PAIRS[(number >> shift) & 1023] for shift in _SHIFTS]))


def parse_record_id(text: str, *, field: str = "$.id") -> RecordId:
    """Return `text` as a record id, or raise `BadInput` naming the field."""
    if len(text) != _ID_LENGTH or not _RECORD_ID.match(text):
        raise BadInput(
            "id.malformed",
            "A record id has 26 characters of lower-case base 32.",
            field=field,
            remedy="Copy the id as it was shown.",
        )
    return RecordId(text)


def parse_request_id(text: str, *, field: str = "$.request_id") -> RequestId:
    """Return `text` as a request id, or raise `BadInput` naming the field."""
    if not _REQUEST_ID.match(text):
        raise BadInput(
            "request-id.malformed",
            "A request id has 8 to 64 letters, digits, dots, dashes or underscores.",
            field=field,
            remedy="Make one random id for each act, and send the same one on a retry.",
        )
    return RequestId(text)


def parse_authority(text: str, *, field: str = "$.authority") -> AuthorityId:
    """Return `text` as an authority's short name, or raise `BadInput` naming the field."""
    if len(text) > _AUTHORITY_LIMIT or not _AUTHORITY.match(text):
        raise BadInput(
            "authority.malformed",
            "An authority's short name is lower-case words joined by dashes, at most 48 characters.",
            field=field,
        )
    return AuthorityId(text)
