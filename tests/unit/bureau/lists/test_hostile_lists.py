"""Files made to harm: refused whole or row by row, with the place, never with a value, never with a hang."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.bureau.lists.formats import eu_journal, ofac_sdn, un_sc
from comity.bureau.lists.formats.reading import Problem, Reading
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
    read = un(whole(person(1), person(2).replace("<UN_LIST_TYPE>Iraq</UN_LIST_TYPE>", ""), person(3)))

    assert [row.entry.source_id for row in read.rows] == ["1", "3"]
    assert read.problems == (
        Problem("/CONSOLIDATED_LIST/INDIVIDUALS/INDIVIDUAL[2] UN_LIST_TYPE", "list.field-missing", "2"),
    )


def test_a_quality_or_kind_of_date_that_is_new_costs_nobody_the_entry() -> None:
    alias = "<INDIVIDUAL_ALIAS><QUALITY>Secret</QUALITY><ALIAS_NAME>X Y</ALIAS_NAME></INDIVIDUAL_ALIAS>"
    date = "<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>ROUGHLY</TYPE_OF_DATE><YEAR>1970</YEAR></INDIVIDUAL_DATE_OF_BIRTH>"
    read = un(whole(person(2, alias + date)))

    (row,) = read.rows
    assert [(name.text, name.quality.value) for name in row.entry.names][1:] == [("X Y", "unstated")]
    assert [(born.form.value, born.date) for born in row.entry.birth_dates] == [("approximate", "1970")]
    assert [(problem.rule, problem.part, problem.source_id) for problem in read.problems] == [
        ("un-sc.quality", True, "2"),
        ("un-sc.date-type", True, "2"),
    ]
    assert read.problems[0].place == "/CONSOLIDATED_LIST/INDIVIDUALS/INDIVIDUAL[1] INDIVIDUAL_ALIAS/QUALITY"
    assert "Secret" not in repr(read.problems)


@pytest.mark.parametrize(
    ("part", "place"),
    [
        ("<NAME_ORIGINAL_SCRIPT>\u202eevil</NAME_ORIGINAL_SCRIPT>", "NAME_ORIGINAL_SCRIPT[1]"),
        (
            "<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>\u202eevil</ALIAS_NAME></INDIVIDUAL_ALIAS>",
            "INDIVIDUAL_ALIAS[1]",
        ),
        ("<INDIVIDUAL_ADDRESS><CITY>\u202eevil</CITY></INDIVIDUAL_ADDRESS>", "INDIVIDUAL_ADDRESS[1]"),
        ("<INDIVIDUAL_DOCUMENT><NUMBER>\u202eevil</NUMBER></INDIVIDUAL_DOCUMENT>", "INDIVIDUAL_DOCUMENT[1]"),
    ],
)
def test_characters_that_force_a_direction_cost_the_part_and_not_the_person(part: str, place: str) -> None:
    read = un(whole(person(1, part)))

    assert [name.text for name in read.rows[0].entry.names] == ["SYNTHETIC PERSON"]
    (problem,) = read.problems
    assert (problem.rule, problem.part) == ("text.forced-direction", True)
    assert f"INDIVIDUAL[1] {place}" in problem.place


def test_characters_that_force_a_direction_in_the_listed_name_refuse_the_row() -> None:
    read = un(whole(person(1).replace("SYNTHETIC", "\u202eSYNTHETIC")))

    assert (read.rows, read.problems[0].rule, read.problems[0].part) == ((), "text.forced-direction", False)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "iso-8859-1", "windows-1252"])
def test_a_file_that_is_not_in_utf8_is_refused_whole(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>{whole(person(1))}'
    written = text.encode("utf-16" if encoding == "utf-16" else "ascii")

    with pytest.raises(BadInput) as refused:
        un_sc.read({"list": written})

    assert refused.value.code == "xml.encoding"


def test_letters_of_another_encoding_behind_a_false_declaration_break_the_file_off() -> None:
    text = HEAD + whole(person(1), person(2).replace("SYNTHETIC", "SYNTH\u00c9TIC"))
    read = un_sc.read({"list": text.encode("iso-8859-1")})

    assert ([row.entry.source_id for row in read.rows], read.complete) == (["1"], False)


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


def test_line_breaks_behind_the_end_mark_and_a_mark_under_the_comments_do_no_harm() -> None:
    row = OFAC_ROW.format(number=1).encode()

    assert ofac(row + b"\x1a\r\n").complete
    files = {"sdn": row + b"\x1a", "alt": b"\r\n\x1a", "add": b"\r\n\x1a", "comments": b"\r\n\x1a"}
    assert ofac_sdn.read(files).complete


@pytest.mark.parametrize(
    ("alias", "rule"),
    [
        (b'1,1,"said","SYNTHETIC, Other",-0- \r\n\x1a', "ofac.alias-kind"),
        (b'1,1,"aka",-0- ,-0- \r\n\x1a', "list.field-missing"),
        ('1,1,"aka","\u202eSYNTHETIC",-0- \r\n\x1a'.encode(), "text.forced-direction"),
    ],
)
def test_a_name_beside_the_entry_that_cannot_be_read_costs_nobody_the_entry(alias: bytes, rule: str) -> None:
    read = ofac(OFAC_ROW.format(number=1).encode() + b"\x1a", alias)

    assert [row.entry.source_id for row in read.rows] == ["1"]
    (problem,) = read.problems
    assert (problem.rule, problem.part, problem.source_id) == (rule, True, "1")
    assert problem.place.startswith("alt row 1 column ")


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


def test_a_newer_journal_may_have_more_columns_in_another_order_and_text_over_several_lines() -> None:
    columns = ("listedBy", *reversed(eu_journal.COLUMNS))
    cells = {"celex": "32014R0269", "annex": "SYN", "recordId": "7", "programKey": "EU-UKR", "schema": "Person"}
    cells |= {"name": "Test SYNTHETIC", "birthDate": "03.02.1980", "reason": '"One line,\nand ""another"".\n"'}
    row = ",".join(cells.get(column, "") for column in columns)
    read = eu_journal.read({"list": f"{','.join(columns)}\n{row}\n{row.replace(',7,', ',8,')}\n".encode()})

    assert read.problems == ()
    assert [(each.place, each.entry.source_id) for each in read.rows] == [
        ("row 2", "32014R0269/SYN/7"),
        ("row 5", "32014R0269/SYN/8"),
    ]
    assert read.rows[0].entry.remarks == 'One line,\nand "another".\n'.strip()
    assert read.rows[0].raw.decode() == row


def test_a_journal_without_a_column_that_is_read_is_none_of_this_list() -> None:
    columns = ",".join(column if column != "birthDate" else "born" for column in eu_journal.COLUMNS)

    with pytest.raises(BadInput) as refused:
        eu_journal.read({"list": columns.encode() + b"\n"})

    assert refused.value.code == "list.other-format"


def test_a_quote_that_never_ends_costs_one_row_of_the_journal() -> None:
    read = eu(eu_row("1"), eu_row("2", name='"Never ENDS'), eu_row("3", alias='"Another, NAME"'), eu_row("4"))

    assert [row.entry.source_id[-1] for row in read.rows] == ["1", "3", "4"]
    assert [(problem.place, problem.rule) for problem in read.problems] == [("row 3", "csv.quotes")]


def test_a_cell_that_cannot_be_read_costs_the_cell_and_not_the_person() -> None:
    read = eu(eu_row("1", alias="\u202eevil", passportNumber="ab\u202ecd"))

    assert [row.entry.names[0].text for row in read.rows] == ["Test SYNTHETIC"]
    assert [(problem.place, problem.part) for problem in read.problems] == [
        ("row 2 alias", True),
        ("row 2 passportNumber", True),
    ]


def test_a_field_of_a_million_characters_is_refused_by_its_row() -> None:
    read = eu(eu_row("1"), eu_row("2", reason='"' + "x\n" * 500_000 + '"'), eu_row("3"))

    assert [row.entry.source_id[-1] for row in read.rows] == ["1", "3"]
    assert read.problems[0].place == "row 3"


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
