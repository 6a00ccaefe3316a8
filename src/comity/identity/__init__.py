"""Identity (floor 4): authorities, accounts, sessions, and acts that wait for a second person."""

from comity.identity.approvals import hold
from comity.identity.foundation import Foundation, Founded, found
from comity.identity.operations import OPERATIONS
from comity.identity.sessions import (
    SESSION_TABLES,
    LiveSession,
    actor_of_token,
    live_session,
    token_digest,
)
from comity.identity.store import METADATA, is_founded

__all__ = [
    "METADATA",
    "OPERATIONS",
    "SESSION_TABLES",
    "Foundation",
    "Founded",
    "LiveSession",
    "actor_of_token",
    "found",
    "hold",
    "is_founded",
    "live_session",
    "token_digest",
]
