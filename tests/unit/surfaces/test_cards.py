"""Wide tables carry what a small screen needs to show each row by itself."""

from __future__ import annotations

import re

import pytest
from markupsafe import Markup

from comity.surfaces.web.cards import cards, is_wide
from tests.support.site import Site


def rows(columns: int, cell: str = "x") -> Markup:
    head = "".join(f'<th scope="col" class="minor">Column {number}</th>' for number in range(columns))
    body = f'<tr><th scope="row">{cell}</th>' + f"<td>{cell}</td>" * (columns - 1) + "</tr>"
    return Markup(f"<thead><tr>{head}</tr></thead><tbody>{body * 2}</tbody>")  # noqa: S704 - made here


def test_each_cell_of_a_wide_table_says_its_column_and_its_role() -> None:
    text = cards(rows(4))

    assert re.findall(r'data-column="([^"]+)"', text) == [f"Column {number}" for number in range(4)] * 2
    assert re.findall(r'role="(\w+)"', text).count("cell") == 6
    assert re.findall(r'role="(\w+)"', text).count("columnheader") == 4
    assert re.findall(r'role="(\w+)"', text).count("rowheader") == 2


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_a_table_that_fits_stays_as_it_is(columns: int) -> None:
    assert not is_wide(rows(columns))
    assert cards(rows(columns)) == rows(columns)


def test_the_name_of_a_column_cannot_break_out_of_its_attribute() -> None:
    head = Markup("<thead><tr>{}</tr></thead><tbody><tr><td>1</td></tr></tbody>").format(
        Markup('<th scope="col">{}</th>').format('A "quoted" <name>') * 4
    )

    assert 'data-column="A &#34;quoted&#34; &lt;name&gt;"' in cards(head)


def test_text_from_data_that_looks_like_a_cell_gets_no_attribute() -> None:
    text = cards(rows(4, Markup.escape("<td>")))

    assert "&lt;td&gt;" in text
    assert text.count('role="cell"') == 6


def test_a_list_page_names_its_columns_in_the_readers_language() -> None:
    page = Site().get("/alerts", "fr").text

    assert 'class="cards" role="table"' in page
    assert 'data-column="Catégorie"' in page
