"""The messages of a peer link: the dialler sends, the dialled end answers; one connection for each direction.

HELLO ->            <- WELCOME
FRAME ->            <- RECEIPT, PULL or PROBLEM
PING ->             <- PING
COMPARE ->          <- COMPARED or PROBLEM
ASK ->              <- TOLD (on a connection of its own, without greeting; see `topics`)
"""

from __future__ import annotations

from enum import IntEnum, unique

from comity.core.errors import BadInput


@unique
class Message(IntEnum):
    """Type byte on the wire."""

    HELLO = 1
    WELCOME = 2
    FRAME = 3
    RECEIPT = 4
    PULL = 5
    PROBLEM = 6
    PING = 7
    COMPARE = 8
    COMPARED = 9
    ASK = 20
    TOLD = 21


def message_of(number: int) -> Message:
    """Return the message type. Raises `BadInput` `link.unknown-message`."""
    try:
        return Message(number)
    except ValueError:
        raise BadInput("link.unknown-message", "The other side sent a message of unknown type.") from None
