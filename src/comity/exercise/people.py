"""Synthetic persons of the exercise: nobody real, and marked so by the word that stands in every name."""

from __future__ import annotations

WANTED: dict[str, object] = {
    "category": "ARR",
    "data": {
        "person": {
            "surnames": "Synthetic-Marlow",
            "forenames": "Viktor",
            "birth_date": "1979-04-12",
            "birth_place": "Nowhere",
            "gender": "male",
            "nationalities": ["XXA"],
            "aliases": [{"surname": "Synthetic-Marlowe", "forenames": "V."}],
        },
        "reason": "Exercise: surrender on a European arrest warrant",
        "action": "arrest_for_surrender",
        "warnings": ["armed"],
        "decision_reference": "EXERCISE-EAW-1",
        "offence": "Exercise: armed robbery",
        "documents": [{"category": "passport", "country": "XXA", "number": "X1234567"}],
    },
    "grounds": {
        "proportionality": "Exercise: the offence is serious and the person is likely to travel.",
        "warrant_present": True,
    },
}

REFUSED: dict[str, object] = {
    "category": "REF",
    "data": {
        "person": {
            "surnames": "Synthetic-Okonedo",
            "forenames": "Ada",
            "birth_date": "1990-11-02",
            "nationalities": ["XXA"],
        },
        "reason": "Exercise: entry ban after a return decision",
        "action": "refuse_entry",
        "decision_reference": "EXERCISE-BAN-1",
        "ground_category": "entry_ban",
    },
    "grounds": {
        "proportionality": "Exercise: individual decision with an entry ban in force.",
        "individual_decision": True,
    },
}

WANTED_CHECK: dict[str, object] = {
    "direction": "entry",
    "crossing_point": "exercise-airport",
    "lane": "third-country",
    "identity": {
        "surnames": "Synthetic Marlow",
        "forenames": "Viktor",
        "birth_date": "1979-04-12",
        "nationality": "XXA",
    },
    "document": {"category": "passport", "country": "XXA", "number": "X1234567"},
}

REFUSED_CHECK: dict[str, object] = {
    "direction": "entry",
    "crossing_point": "exercise-airport",
    "lane": "third-country",
    "identity": {"surnames": "Synthetic-Okonedo", "forenames": "Ada", "birth_date": "1990-11-02", "nationality": "XXA"},
    "document": {"category": "passport", "country": "XXA", "number": "Y7654321"},
}
