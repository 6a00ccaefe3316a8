"""Boards: lists pasted, uploaded and looked through; the board; the file that is saved of it."""

from __future__ import annotations

import re

import httpx2 as httpx
import msgspec
import pytest

from comity.core.errors import BadInput
from comity.core.time import Instant
from comity.crossings.asking import PointKind
from comity.crossings.board_rules import OFFICERS_NOTE
from comity.crossings.desk.records import Desk, DeskShown
from comity.crossings.finding_records import Freshness
from comity.crossings.records import Direction, Lane, Outcome
from comity.surfaces.web.traveller_lines import COLUMNS, read_lines, write_csv
from comity.surfaces.web.uploads import form_body
from tests.support.second_line_room import BOARD, BOARD_SHOWN, HOSTILE
from tests.support.site import Site, raising

WHERE = {"conveyance": "Synthetic ferry", "direction": "entry", "lane": "third-country", "crossing_point": "Test port"}
LINES = "surnames,document_number\nSynthetic-One,SYN1\nSynthetic-Two,SYN2"
PERSONS = [
    {"identity": {"surnames": "Synthetic-One"}, "document": {"number": "SYN1"}},
    {"identity": {"surnames": "Synthetic-Two"}, "document": {"number": "SYN2"}},
]
DESK = Desk(
    crossing_point="test-port",
    name="Test port",
    kind=PointKind.SEA,
    lane=Lane.TRANSIT,
    direction=Direction.EXIT,
    conveyance="Synthetic ferry",
    opened=Instant(0),
    expires=Instant(1),
)
BOUNDARY = "----synthetic-boundary"


def send(site: Site) -> httpx.Response:
    return site.send("/boards", "/boards", None, lines=LINES, **WHERE)


def upload(site: Site, path: str, file: bytes, **fields: str) -> httpx.Response:
    """Send the form as a browser does that has a file to send."""
    page = site.get("/boards").text
    given = dict(re.findall(r'name="(form_token|request_id)" value="([^"]+)"', page)) | fields
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
        for name, text in given.items()
    ]
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\nContent-Type: text/csv\r\n\r\n'
    )
    body = b"".join(parts) + head.encode() + file + f"\r\n--{BOUNDARY}--\r\n".encode()
    headers = {"content-type": f"multipart/form-data; boundary={BOUNDARY}", "accept": "text/html", "origin": "null"}
    return site.client.post(path, content=body, headers=headers)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("path", ["/boards", f"/boards/{BOARD}"])
def test_pages_show_what_is_there_and_escape_it(path: str, language: str) -> None:
    answer = Site().get(path, language)

    assert answer.status_code == 200
    assert HOSTILE not in answer.text
    assert "<script" not in answer.text


def test_a_pasted_list_is_checked_and_leads_to_its_board() -> None:
    site = Site()

    answer = send(site)

    assert answer.headers["location"] == f"/boards/{BOARD}"
    assert site.runtime.commands("crossing.check-list") == [WHERE | {"persons": PERSONS}]


def test_an_uploaded_file_takes_the_place_of_what_is_typed() -> None:
    site = Site()

    answer = upload(site, "/boards", b"\xef\xbb\xbf" + LINES.replace("\n", "\r\n").encode(), lines="other", **WHERE)

    assert answer.headers["location"] == f"/boards/{BOARD}"
    assert site.runtime.commands("crossing.check-list") == [WHERE | {"persons": PERSONS}]


def test_a_preview_searches_for_nobody_and_shows_the_bad_rows_and_the_list_again() -> None:
    site = Site()

    answer = upload(site, "/boards/preview", LINES.encode(), **WHERE)

    assert site.runtime.commands("crossing.check-list") == []
    assert "2 rows can be checked." in answer.text
    assert "Not a date." in answer.text
    assert "Synthetic-Two,SYN2</textarea>" in answer.text


def test_a_blind_look_up_names_rows_and_who_was_asked_and_keeps_the_list() -> None:
    site = Site()

    answer = upload(site, "/boards/blind", LINES.encode(), **WHERE)

    assert site.runtime.commands("crossing.look-up-blind") == [{"persons": PERSONS}]
    assert site.runtime.commands("crossing.check-list") == []
    assert "Rows with a hit" in answer.text
    assert "No answer: unknown, and never a no-hit" in answer.text
    assert "Synthetic-Two,SYN2</textarea>" in answer.text


def test_a_list_without_a_good_row_shows_the_preview() -> None:
    site = Site(crossing__check_list=raising(BadInput("board.no-good-row", "No row of this list can be checked.")))

    answer = send(site)

    assert "Rows that cannot be checked" in answer.text


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"--x--"),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data; boundary=x", b"--x\r\nno head\r\n--x--"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\r\n--x--'),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nunfinished'),
    ],
)
def test_a_broken_upload_is_bad_input(content_type: str, body: bytes) -> None:
    with pytest.raises(BadInput):
        form_body(content_type, body)


def test_an_upload_without_the_forms_token_is_refused() -> None:
    site = Site()
    body = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="lines"\r\n\r\na\r\n--{BOUNDARY}--\r\n'
    headers = {"content-type": f"multipart/form-data; boundary={BOUNDARY}", "accept": "text/html", "origin": "null"}

    answer = site.client.post("/boards", content=body.encode(), headers=headers)

    assert answer.status_code == 403
    assert site.runtime.commands("crossing.check-list") == []


def test_the_saved_file_has_rows_that_no_spreadsheet_runs() -> None:
    answer = Site().get(f"/boards/{BOARD}/board.csv")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="exercise-synthetic-board-{BOARD}.csv"'
    assert answer.text.splitlines()[2].startswith("1,'=1+1,02C3,no-hit,")


def test_the_template_names_all_columns() -> None:
    assert Site().get("/boards/template.csv").text == ",".join(COLUMNS) + "\r\n"
    assert read_lines(",".join(COLUMNS)) == []


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_lines_without_headings_are_read_in_the_order_of_the_template(separator: str) -> None:
    line = separator.join(["Synthetic", "Anna", "1985-03", "UTO", "SYN1", "UTO", "passport", ""])

    assert read_lines(line) == [
        {
            "identity": {"surnames": "Synthetic", "forenames": "Anna", "birth_date": "1985-03", "nationality": "UTO"},
            "document": {"number": "SYN1", "country": "UTO", "category": "passport"},
        }
    ]


def test_scanned_zones_of_several_sizes_follow_each_other() -> None:
    passport, card = ["P" + "<" * 43] * 2, ["I" + "<" * 29] * 3

    assert read_lines("\n".join([*passport, "", *card])) == [{"zone": "\n".join(passport)}, {"zone": "\n".join(card)}]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("  \n ", "list.empty"),
        ("surnames,shoe_size\na,b", "list.unknown-column"),
        ("P" + "<" * 43, "list.zone-incomplete"),
        ('"open', "list.unreadable"),
        ("surnames\na,b", "list.too-many-columns"),
    ],
)
def test_a_list_that_cannot_be_read_is_told_where(text: str, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_lines(text)

    assert refused.value.code == code
    assert refused.value.problems[0].field.startswith("$.lines")


def test_a_kind_of_document_without_a_number_is_no_document() -> None:
    assert read_lines("surnames,document_category\nSynthetic,passport") == [{"identity": {"surnames": "Synthetic"}}]


def test_csv_is_written_with_quotes_where_needed() -> None:
    assert write_csv([["a,b", '"']]) == '"a,b",""""\r\n'


def test_a_new_list_starts_with_what_the_open_desk_says() -> None:
    page = Site(desk__show=lambda _: DeskShown(desk=DESK)).get("/boards").text

    assert re.search(r'name="crossing_point"[^>]*value="test-port"', page)
    assert re.search(r'<option value="exit" selected', page)
    assert re.search(r'<option value="transit" selected', page)
    assert re.search(r'name="conveyance"[^>]*value="Synthetic ferry"', page)


def test_without_a_desk_the_form_is_empty() -> None:
    page = Site(desk__show=lambda _: DeskShown(desk=None)).get("/boards").text

    assert re.search(r'name="crossing_point"[^>]*value=""', page)


@pytest.mark.parametrize(
    ("freshness", "age_s", "words"),
    [
        (Freshness.COPY, 180, "Copy</span> 3 minutes"),
        (Freshness.COPY, 5, "Copy</span> under a minute"),
        (Freshness.LIVE, None, "Live</span>"),
        (Freshness.NOTHING, None, "Nothing</span> Data are missing: this says nothing about the persons."),
    ],
)
def test_a_board_says_in_words_how_old_its_data_were(freshness: Freshness, age_s: int | None, words: str) -> None:
    shown = msgspec.structs.replace(BOARD_SHOWN, freshness=freshness, age_s=age_s)

    assert words in Site(board__show=lambda _: shown).get(f"/boards/{BOARD}").text


def test_a_row_that_points_to_the_note_for_officers_says_so_and_no_more() -> None:
    row = msgspec.structs.replace(BOARD_SHOWN.rows[0].row, outcome=Outcome.REFER, sentence=OFFICERS_NOTE, warnings=())
    shown = msgspec.structs.replace(BOARD_SHOWN, rows=(msgspec.structs.replace(BOARD_SHOWN.rows[0], row=row),))
    site = Site(board__show=lambda _: shown)

    page, saved = site.get(f"/boards/{BOARD}").text, site.get(f"/boards/{BOARD}/board.csv").text

    assert "<strong>Second line or note</strong>" in page
    assert "Read the note for officers before you go on." in page
    assert "refer,check.officers-note" in saved


def test_a_file_of_a_production_node_is_not_marked_as_an_exercise() -> None:
    answer = Site(profile="production").get(f"/boards/{BOARD}/board.csv")

    assert answer.headers["content-disposition"] == f'attachment; filename="board-{BOARD}.csv"'
