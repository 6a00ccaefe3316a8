"""The register of deadlines as a page and as a file."""

from __future__ import annotations

import csv
import io

from comity.agreements.clocks.records import Silence
from comity.deadlines.records import DeadlineFigures, DeadlinePage
from tests.support.page_room import CHECK, deadline
from tests.support.site import Site


def test_what_is_due_at_once_says_so_and_shows_no_hour() -> None:
    page = Site(deadline__list=lambda _: DeadlinePage(deadlines=(deadline(due_at=None, at_once=True),))).get(
        "/deadlines"
    )

    assert page.status_code == 200
    assert "<strong>At once</strong>" in page.text
    assert f'href="/inbox/case/{CHECK}"' in page.text


def test_what_silence_means_stands_beside_each_deadline() -> None:
    shown = deadline(case_kind="review", due_at=None, due_on="2026-12-01", expiry="delete", silence=Silence.DELETION)

    page = Site(deadline__list=lambda _: DeadlinePage(deadlines=(shown,))).get("/deadlines").text

    assert "The record is deleted" in page
    assert f'href="/alerts/ITA/{CHECK}"' in page


def test_filters_are_asked_for_and_kept_on_the_next_page() -> None:
    site = Site(deadline__list=lambda _: DeadlinePage(deadlines=(deadline(),), next=f"1-5-{CHECK}"))

    page = site.get("/deadlines?standing=breached&actor=FRA&case_kind=").text

    assert site.runtime.commands("deadline.list")[-1] == {"standing": "breached", "actor": "FRA"}
    assert f"/deadlines?standing=breached&amp;actor=FRA&amp;after=1-5-{CHECK}" in page
    assert '<option value="breached" selected>' in page


def test_an_empty_register_says_that_nothing_runs_and_a_filter_that_nothing_fits() -> None:
    site = Site(
        deadline__list=lambda _: DeadlinePage(deadlines=()),
        deadline__figures=lambda _: DeadlineFigures(parties=()),
    )

    assert "No deadline is running, and none was breached." in site.get("/deadlines").text
    assert "No deadline is like that." in site.get("/deadlines?actor=ITA").text


def test_a_filter_that_is_no_word_is_refused_and_not_answered() -> None:
    assert Site().get("/deadlines?standing=someday").status_code == 422


def test_the_file_has_every_page_of_what_the_filters_show_and_no_formula() -> None:
    pages = {
        None: DeadlinePage(deadlines=(deadline(source="=1+1"),), next=f"1-5-{CHECK}"),
        f"1-5-{CHECK}": DeadlinePage(deadlines=(deadline(due_at=None, at_once=True),)),
    }
    site = Site(deadline__list=lambda command: pages[command.after])

    answer = site.get("/deadlines/deadlines.csv?actor=FRA")
    head, first, second = csv.reader(io.StringIO(answer.text))

    assert answer.headers["content-disposition"] == 'attachment; filename="exercise-synthetic-deadlines.csv"'
    assert (first[head.index("source")], second[head.index("due")]) == ("'=1+1", "at once")
    assert len(site.runtime.commands("deadline.list")) == 2


def test_the_page_speaks_french() -> None:
    page = Site().get("/deadlines", "fr").text

    assert "Rapport de concordance à envoyer" in page
    assert "Dépassé" in page
