"""Pictures that a form of an alert carries: what they show, and the digest by which their bytes are named."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Final

from comity.alerts.attached import PictureKind
from comity.core.codec import JsonValue
from comity.core.errors import BadInput
from comity.surfaces.web.forms import Form

FACES: Final = tuple(kind for kind in PictureKind if kind is not PictureKind.DOCUMENT)
"""What a photograph can show."""
_CHOSEN: Final = "photograph_kind"


def name_pictures(form: Form, command: dict[str, JsonValue]) -> None:
    """Complete the pictures of a command that is made from a form. Raises `BadInput` `form.not-a-file`."""
    data = command.get("data")
    if not isinstance(data, dict):
        return
    kinds = {"photographs": form.text(_CHOSEN) or PictureKind.FACE.value, "document_copies": PictureKind.DOCUMENT.value}
    for group, kind in kinds.items():
        pictures = data.get(group)
        for number, one in enumerate(pictures if isinstance(pictures, list) else ()):
            if isinstance(one, dict):
                digest = _digest(str(one.get("content", "")), f"$.data.{group}[{number}].content")
                one |= {"kind": kind, "sha256": digest}


def _digest(content: str, field: str) -> str:
    try:
        return hashlib.sha256(base64.b64decode(content, validate=True)).hexdigest()
    except (binascii.Error, ValueError):
        raise BadInput("form.not-a-file", "This is not a file that a form carries.", field=field) from None
