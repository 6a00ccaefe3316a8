"""Files made to harm: refused whole or row by row, with the place, never with a value, never with a hang."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.bureau.lists.formats import eu_journal, ofac_sdn, un_sc
from comity.bureau.lists.formats.reading import Reading
from comity.core.errors import BadInput

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
PERSON = (
    "<INDIVIDUAL><DATAID>{number}</DATAID><FIRST_NAME>SYNTHETIC</FIRST_NAME><SECOND_NAME>PERSON</SECOND_NAME>"
    "<UN_LIST_TYPE>Iraq</UN_LIST_TYPE><REFERENCE_NUMBER>SYNi.{number}</REFERENCE_NUMBER>{more}</INDIVIDUAL>"
)
OFAC_ROW = '{number},"SYNTHETIC, Person","individual","SYN",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"DOB 1980."\r\n'


def un(body: str, *, before: str = "") -> Reading:
    return un_sc.read({"list": (HEAD + before + body).encode()})


def whole(*persons: str) -> str:
    return f"<CONSOLIDATED_LIST><INDIVIDUALS>{''.join(persons)}</INDIVIDUALS></CONSOLIDATED_LIST>"


def person(number: int, more: str = "") -> str:
    return PERSON.format(number=number, more=more)


def ofac(sdn: bytes, alt: bytes = b"\r\n\x1a") -> Reading:
    return ofac_sdn.read({"sdn": sdn, "alt": alt, "add": b"\r\n\x1a", "comments": b"\n"})


def eu(*rows: bytes) -> Reading:
    return eu_journal.read({"list": b"\n".join([",".join(eu_journal.COLUMNS).encode(), *rows, b""])})


def eu_row(number: str, name: str = "Test SYNTHETIC", **more: str) -> bytes:
    held = {"celex": "32014R0269", "annex": "SYN", "recordId": number, "programKey": "EU-UKR", "schema": "Person"}
    held |= {"name": name, **more}
    return ",".join(held.get(column, "") for column in eu_journal.COLUMNS).encode()


BILLION = "<!DOCTYPE l [" + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(10)) + "]>"


@pytest.mark.parametrize(
    "declared",
    [
        BILLION,
        '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE l SYSTEM "http://127.0.0.1:9/list.dtd">',
        '<!DOCTYPE l [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>',
    ],
)
def test_a_file_that_declares_entities_is_refused_whole(declared: str) -> None:
    with pytest.raises(BadInput) as refused:
        un(whole(person(1, "<COMMENTS1>&a9;&x;</COMMENTS1>")), before=declared)

    assert refused.value.code == "xml.declares-entities"


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        un(whole("<a>" * 5000))

    assert refused.value.code == "xml.too-deep"


def test_a_text_without_end_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        un(whole(person(1, f"<COMMENTS1>{'x' * 100_000}</COMMENTS1>")))

    assert refused.value.code == "xml.text-too-long"


def test_another_document_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        un("<html><body><p>moved</p></body></html>")

    assert refused.value.code == "list.other-format"


def test_a_truncated_file_gives_what_stands_before_the_break_and_says_so() -> None:
    text = whole(person(1), person(2))
    read = un(text[: text.index("SYNi.2")])

    assert [row.entry.source_id for row in read.rows] == ["1"]
    assert not read.complete
    assert [problem.rule for problem in read.problems] == ["xml.cut-off"]


def test_a_file_that_breaks_the_grammar_is_not_whole() -> None:
    read = un(whole(person(1), "<INDIVIDUAL></WRONG>"))

    assert ([row.entry.source_id for row in read.rows], read.complete) == (["1"], False)
    assert read.problems[0].rule == "xml.malformed"


def test_an_individual_that_cannot_be_read_is_reported_by_its_path_and_its_neighbours_are_read() -> None:
    bad = person(2, "<INDIVIDUAL_ALIAS><QUALITY>Secret</QUALITY><ALIAS_NAME>X Y</ALIAS_NAME></INDIVIDUAL_ALIAS>")
    read = un(whole(person(1), bad, person(3)))

    assert [row.entry.source_id for row in read.rows] == ["1", "3"]
    (problem,) = read.problems
    assert problem.rule == "un-sc.quality"
    assert problem.place == "/CONSOLIDATED_LIST/INDIVIDUALS/INDIVIDUAL[2] INDIVIDUAL_ALIAS/QUALITY"
    assert problem.source_id == "2"
    assert "Secret" not in problem.place


def test_characters_that_force_a_direction_refuse_the_row() -> None:
    read = un(whole(person(1, "<NAME_ORIGINAL_SCRIPT>\u202eevil</NAME_ORIGINAL_SCRIPT>")))

    assert (read.rows, read.problems[0].rule) == ((), "text.forced-direction")


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (b'2,"NUL\0NAME","individual","SYN",,,,,,,,\r\n', "csv.nul"),
        (b'2,"NEVER ENDS,"individual","SYN",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n', "csv.quotes"),
        (b'2,"NEVER ENDS\r\n', "csv.quotes"),
        (b'2,"TOO","few"\r\n', "csv.columns"),
        (b'2,"\xff\xfe","individual","SYN",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n', "csv.not-utf8"),
        (b'2,"' + b"x" * 300_000 + b'"\r\n', "csv.line-too-long"),
    ],
)
def test_a_broken_csv_line_never_swallows_its_neighbours(line: bytes, rule: str) -> None:
    read = ofac(OFAC_ROW.format(number=1).encode() + line + OFAC_ROW.format(number=3).encode() + b"\x1a")

    assert [row.entry.source_id for row in read.rows] == ["1", "3"]
    assert [(problem.place.partition(" @")[0], problem.rule) for problem in read.problems] == [("sdn row 2", rule)]


def test_an_ofac_file_without_its_end_mark_is_not_whole() -> None:
    row = OFAC_ROW.format(number=1).encode()

    assert ofac(row + b"\x1a").complete
    assert not ofac(row).complete


def test_a_name_of_nobody_is_reported() -> None:
    read = ofac(OFAC_ROW.format(number=1).encode() + b"\x1a", b'999,1,"aka","SYNTHETIC, Ghost",-0- \r\n\x1a')

    assert [(problem.place, problem.rule) for problem in read.problems] == [("alt row 1", "ofac.no-such-entry")]


def test_the_journal_needs_its_header_and_reports_rows_by_number() -> None:
    with pytest.raises(BadInput) as refused:
        eu_journal.read({"list": b"a,b,c\n1,2,3\n"})
    read = eu(eu_row("1"), eu_row("2", name=""), b"too,few", eu_row("4"))

    assert refused.value.code == "list.other-format"
    assert [row.entry.source_id for row in read.rows] == ["32014R0269/SYN/1", "32014R0269/SYN/4"]
    assert [(problem.place, problem.rule) for problem in read.problems] == [
        ("row 3 name", "list.field-missing"),
        ("row 4", "csv.columns"),
    ]


@given(st.binary(max_size=400))
def test_no_bytes_make_a_reader_fail_in_any_other_way(content: bytes) -> None:
    for reader, files in (
        (un_sc.read, {"list": content}),
        (ofac_sdn.read, dict.fromkeys(ofac_sdn.PARTS, content)),
        (eu_journal.read, {"list": ",".join(eu_journal.COLUMNS).encode() + b"\n" + content}),
    ):
        try:
            read = reader(files)
        except BadInput:
            continue
        assert not read.rows


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=40))
def test_any_text_in_a_journal_row_is_read_or_reported(name: str, alias: str, birth: str) -> None:
    row = eu_row("1", name=quoted(name), alias=quoted(alias), birthDate=quoted(birth))
    read = eu(row)

    assert len(read.rows) + len(read.problems) >= 1


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""').encode("utf-8", "replace").decode() + '"'
