"""Files by page: what a letter and an alert carry is sent as it was chosen, and what came is given to be kept."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Literal

import httpx2 as httpx
import msgspec
import pytest

from comity.alerts.attached import Media, Picture, PictureKind
from comity.bureau.letters.commands import LetterView, ShowLetter
from comity.bureau.letters.forms import BY_CODE, MAX_FILES_BYTES
from comity.bureau.letters.operations import list_forms, send
from comity.bureau.letters.records import Attachment, Letter, LetterContent, LetterState
from comity.bureau.records import Clock
from comity.core.ids import Owner, RecordId
from comity.core.operation import AnyOperation, Catalogue, Kind
from comity.core.time import CivilDate
from comity.surfaces.web.uploads import form_body
from tests.support import page_room
from tests.support.site import Site

BINARY = bytes(range(256))
FILE = base64.b64encode(BINARY).decode()
"""How such bytes come in a command."""
KIND = "Content-Type: image/png"
ALERT = f"/alerts/FRA/{page_room.ALERT.id}"


def multipart(fields: dict[str, str], files: dict[str, tuple[str, bytes]]) -> bytes:
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{text}'.encode() for name, text in fields.items()]
    parts += [
        f'Content-Disposition: form-data; name="{name}"; filename="{called}"\r\n{KIND}\r\n\r\n'.encode() + content
        for name, (called, content) in files.items()
    ]
    return b"".join(b"--edge\r\n" + part + b"\r\n" for part in parts) + b"--edge--\r\n"


def upload(site: Site, page: str, fields: dict[str, str], files: dict[str, tuple[str, bytes]]) -> httpx.Response:
    """Open a page, and send its form with files."""
    inputs = dict(re.findall(r'name="(form_token|request_id|version)" value="([^"]+)"', site.get(page).text))
    headers = {"content-type": "multipart/form-data; boundary=edge", "accept": "text/html", "origin": "null"}
    return site.client.post(page, content=multipart(inputs | fields, files), headers=headers)


def test_bytes_of_any_kind_come_as_base64_with_name_and_kind_and_an_empty_choice_as_nothing() -> None:
    body = multipart({"text": "a"}, {"f.0.content": ("C:\\x\\scan é.png", BINARY), "f.1.content": ("", b"")})

    form = form_body("multipart/form-data; boundary=edge", body).decode()

    assert form.split("&")[0] == "text=a"
    assert "f.0.name=scan+%C3%A9.png" in form
    assert "f.0.type=image%2Fpng" in form
    assert "f.1" not in form
    assert "C%3A" not in form


def letter_site(**more: AnyOperation) -> Site:
    site = Site()
    room: dict[str, AnyOperation] = {"letter.forms": list_forms, "letter.send": send, **more}
    site.runtime.catalogue = Catalogue((*page_room.CATALOGUE.values(), *room.values()))
    table = list_forms.run(None, None)  # type: ignore[arg-type]  # it reads neither
    site.runtime.respond = {**site.runtime.respond, "letter.forms": lambda _: table, "letter.send": lambda _: LETTER}
    return site


LETTER = Letter(
    id=RecordId("01k" + "2" * 23),
    sender=Owner(party="FRA", authority="sirene"),
    recipient="DEU",
    category="ARR",
    state=LetterState.OPEN,
    content=LetterContent(
        form="M",
        subject="s",
        text="t",
        attachments=(Attachment(name='scan "1"/é.png', type="text/html", content=FILE),),
    ),
    since=page_room.NOW,
    user="1",
)


@pytest.mark.parametrize(("size", "status"), [(1000, 303), (MAX_FILES_BYTES, 303), (MAX_FILES_BYTES + (1 << 18), 413)])
def test_a_letter_takes_files_up_to_their_limit(size: int, status: int) -> None:
    site, page = letter_site(), "/letters/new/M"
    assert "M" in BY_CODE
    fields = {"recipient": "DEU", "subject": "s", "text": "t", "alert": page_room.ALERT.id, "alert_party": "DEU"}

    answer = upload(site, page, fields, {"attachments.0.content": ("scan.png", b"\x00\xff" * (size // 2))})

    assert answer.status_code == status
    if status == 303:
        (sent,) = site.runtime.commands("letter.send")
        (file,) = sent["attachments"]  # type: ignore[index]  # what was sent as JSON
        assert (file["name"], file["type"], len(base64.b64decode(file["content"]))) == ("scan.png", "image/png", size)


VIEW = LetterView(
    letter=LETTER,
    clock=Clock(urgent=False, since=page_room.NOW, due=None, ended=None, minutes=0, overdue=False),
    waits_for="DEU",
    lines=(),
    answers=(),
    prompt=None,
    silence_counts=False,
    erase_by=CivilDate("2028-01-01"),
)


def shown_site(view: LetterView) -> Site:
    shown = page_room._operation("letter.show", ShowLetter, LetterView, Kind.READ)
    site = letter_site(**{"letter.show": shown})
    site.runtime.respond = {**site.runtime.respond, "letter.show": lambda _: view}
    return site


@pytest.mark.parametrize(("held", "asks"), [("with-consent", True), ("never", False)])
def test_a_report_that_is_held_back_says_so_on_its_page_and_on_its_files(
    held: Literal["with-consent", "never"], *, asks: bool
) -> None:
    site = shown_site(msgspec.structs.replace(VIEW, held_back=held))
    address = f"/letters/FRA/{LETTER.id}"

    page = site.get(address).text
    file = site.get(f"{address}/files/{LETTER.id}/0.bin")

    assert "Not to be passed on:" in page
    assert (f"/letters/new/ONWARD?recipient=FRA&amp;details.report={LETTER.id}" in page) is asks
    assert file.headers["content-disposition"] == 'attachment; filename="not-onward_scan_1_.png"'


@pytest.mark.parametrize("named", [{}, {"passes_on.0.party": "DEU", "passes_on.0.letter": LETTER.id}])
def test_a_report_that_a_letter_retells_is_named_on_its_page_or_left_open(named: dict[str, str]) -> None:
    site, fields = letter_site(), {"recipient": "ITA", "subject": "s", "text": "t", "alert": page_room.ALERT.id}
    left = {"passes_on.0.party": "", "passes_on.0.letter": "", "alert_party": "DEU"}

    answer = upload(site, "/letters/new/M", fields | left | named, {})

    assert answer.status_code == 303, answer.text
    (sent,) = site.runtime.commands("letter.send")
    wanted = [{"party": "DEU", "letter": LETTER.id}] if named else None
    assert (sent.get("passes_on") or None) == wanted  # type: ignore[attr-defined]  # what was sent as JSON


def test_a_file_that_came_is_given_to_be_kept_and_opened_by_no_browser() -> None:
    site = shown_site(VIEW)
    address = f"/letters/FRA/{LETTER.id}"

    page = site.get(address).text
    file = site.get(f"{address}/files/{LETTER.id}/0.bin")

    assert f'href="{address}/files/{LETTER.id}/0.bin"' in page
    assert file.content == BINARY
    assert file.headers["content-type"] == "application/octet-stream"
    assert file.headers["content-disposition"] == 'attachment; filename="scan_1_.png"'
    for missing in (f"{LETTER.id}/1", f"{LETTER.id}/x", "other/0"):
        assert site.get(f"{address}/files/{missing}.bin").status_code == 404
    assert FILE not in page


def test_a_photograph_joins_those_that_are_there_under_the_digest_of_its_bytes() -> None:
    held = Picture(kind=PictureKind.FACE, sha256="ab" * 32, media=Media.PNG, content=b"\x89PNG\r\n\x1a\n")
    data = msgspec.structs.replace(page_room.RECORD.data, photographs=(held,))
    site = Site(alert__show=lambda _: msgspec.structs.replace(page_room.RECORD, data=data))
    fields = {
        "data.person.surnames": "Changed",
        "data.person.birth_date": "1985",
        "data.reason": "Synthetic",
        "data.action": "arrest_for_surrender",
        "data.offence": "synthetic",
        "data.decision_reference": "SYN-1",
        "photograph_kind": "feature",
    }

    answer = upload(site, f"{ALERT}/change", fields, {"data.photographs.0.content": ("scar.png", BINARY)})

    assert answer.status_code == 303, answer.text
    (sent,) = site.runtime.commands("alert.change")
    assert sent["data"]["photographs"] == [  # type: ignore[index]  # what was sent as JSON
        {"kind": "face", "sha256": "ab" * 32, "media": "png"},
        {"kind": "feature", "sha256": hashlib.sha256(BINARY).hexdigest(), "content": FILE},
    ]
