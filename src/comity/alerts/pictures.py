"""The bytes of an alert's pictures: checked at the door, kept beside the alert, put back where it is sent or shown."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import msgspec
from sqlalchemy import select

from comity.alerts.attached import Media, Picture, PictureKind, media_of
from comity.alerts.beside_tables import PICTURE
from comity.alerts.failure import Failure
from comity.alerts.records import AlertData
from comity.core.ports import Change, Delete, Insert, Work

GROUPS: Final = ("photographs", "document_copies")
Contents = Mapping[str, bytes]
"""Bytes by their SHA-256."""


def contents_of(data: AlertData) -> dict[str, bytes]:
    """Return the bytes that came with the data."""
    return {one.sha256: one.content for one in _all(data) if one.content is not None}


def stored_contents(work: Work, party: str, alert: str) -> dict[str, bytes]:
    """Return the bytes that are kept beside an alert."""
    query = select(PICTURE.c.sha256, PICTURE.c.content).where(PICTURE.c.party == party, PICTURE.c.id == alert)
    return {row.sha256: bytes(row.content) for row in work.read(query)}


def check(data: AlertData, held: Contents) -> Iterable[Failure]:
    """Check every picture: its bytes are here, are those of its digest, and are a picture of a known form."""
    contents = {**held, **contents_of(data)}
    for group in GROUPS:
        for number, one in enumerate(getattr(data, group)):
            place = f"$.data.{group}[{number}]"
            content = contents.get(one.sha256)
            if content is None:
                yield Failure(code="MIN_DATA_MISSING", field=f"{place}.content", text="The picture itself is missing.")
            elif hashlib.sha256(content).hexdigest() != one.sha256:
                yield Failure(code="OUT_OF_SCOPE", field=f"{place}.sha256", text="The digest is not that of the bytes.")
            elif media_of(content) is None or one.media not in {None, media_of(content)}:
                yield Failure(
                    code="OUT_OF_SCOPE", field=f"{place}.media", text="Only JPEG, PNG and JPEG 2000 pictures are kept."
                )
            if (one.kind is PictureKind.DOCUMENT) is (group == "photographs"):
                yield Failure(
                    code="OUT_OF_SCOPE", field=f"{place}.kind", text="Copies of documents stand apart from photographs."
                )


def without_bytes(data: AlertData) -> AlertData:
    """Return the data as they are stored: each picture named by its digest and form, its bytes kept beside."""
    return _map(data, lambda one: msgspec.structs.replace(one, content=None, media=_media(one)))


def with_bytes(data: AlertData, contents: Contents) -> AlertData:
    """Return the data as they travel or are shown, with the bytes of each picture that is here."""
    return _map(data, lambda one: msgspec.structs.replace(one, content=contents.get(one.sha256)))


def keep(party: str, alert: str, data: AlertData, contents: Contents, held: Contents) -> tuple[Change, ...]:
    """Return the changes that keep just the bytes that the data name."""
    wanted = {one.sha256 for one in _all(data)}
    key = {"party": party, "id": alert}
    gone = (Delete(PICTURE, {**key, "sha256": each}) for each in sorted(held.keys() - wanted))
    come = (
        Insert(PICTURE, {**key, "sha256": each, "content": contents[each]})
        for each in sorted(wanted - held.keys())
        if each in contents
    )
    return (*gone, *come)


def _media(one: Picture) -> Media | None:
    return one.media if one.content is None else media_of(one.content)


def _all(data: AlertData) -> tuple[Picture, ...]:
    return (*data.photographs, *data.document_copies)


def _map(data: AlertData, change: Callable[[Picture], Picture]) -> AlertData:
    if not data.photographs and not data.document_copies:
        return data
    groups = {group: tuple(change(one) for one in getattr(data, group)) for group in GROUPS}
    return msgspec.structs.replace(data, **groups)
