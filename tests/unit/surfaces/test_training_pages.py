"""The pages of training: exercises, the traveller at the counter, scores; nothing of it in production."""

from __future__ import annotations

from comity.core.errors import Conflict
from tests.support.site import Site, raising
from tests.support.training_answers import EXERCISE

PAGE = f"/training/{EXERCISE}"


def test_a_lead_opens_an_exercise_and_stands_before_it() -> None:
    site = Site()

    answer = site.send("/training/open", "/training", name="Monday", scenario="first-line-basics")

    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert site.runtime.commands("training.open") == [{"name": "Monday", "scenario": "first-line-basics"}]


def test_the_next_traveller_is_shown_with_what_they_say() -> None:
    site = Site()

    answer = site.send(f"{PAGE}/next", PAGE)

    assert answer.status_code == 200
    assert "Traveller 1 of 1" in answer.text
    assert site.runtime.commands("training.next") == [{"exercise": EXERCISE}]


def test_scores_are_told_by_pseudonym_with_reasons_in_the_readers_language() -> None:
    page = Site().get(PAGE, "fr").text

    assert "Stagiaire <bdi>T1</bdi>" in page
    assert "Le voyageur a pu remarquer la recherche." in page
    assert "0 sur 1" in page


def test_letting_travellers_arrive_leads_back_to_the_exercise() -> None:
    site = Site()

    answer = site.send(f"{PAGE}/inject", PAGE)

    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)


def test_a_refusal_is_told_on_the_page_itself() -> None:
    site = Site(training__undo=raising(Conflict("training.closed", "This exercise is closed.")))

    answer = site.send(f"{PAGE}/undo", PAGE, confirmed="true")

    assert answer.status_code == 409
    assert "training.closed" in answer.text


def test_a_lead_takes_all_results_away_as_a_file() -> None:
    site = Site()

    answer = site.get(f"{PAGE}/results.csv")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="exercise-synthetic-results-{EXERCISE}.csv"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.text.startswith("trainee,")
    assert f'href="{PAGE}/results.csv"' in site.get(PAGE).text


def test_an_unknown_act_is_nowhere() -> None:
    assert Site().send(f"{PAGE}/explode", PAGE).status_code == 404


def test_in_production_the_menu_has_no_training() -> None:
    assert 'href="/training"' in Site().get("/account").text
    assert 'href="/training"' not in Site(profile="production").get("/account").text
