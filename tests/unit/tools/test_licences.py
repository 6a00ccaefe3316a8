from __future__ import annotations

from email.message import Message

import pytest

from tools.licences import allowed, licence_faults, licence_of


def package(**headers: str | list[str]) -> Message:
    described = Message()
    for name, value in headers.items():
        for line in [value] if isinstance(value, str) else value:
            described[name.replace("_", "-")] = line
    return described


def test_a_package_under_a_copyleft_licence_is_refused_by_name() -> None:
    described = package(License_Expression="GPL-3.0-or-later")

    faults = licence_faults({"copycat": described, "fine": package(License_Expression="MIT")})

    assert len(faults) == 1
    assert faults[0].startswith("copycat: licence 'GPL-3.0-or-later'")


@pytest.mark.parametrize(
    ("expression", "verdict"),
    [
        ("MIT", True),
        ("GPL-2.0-only OR MIT", True),
        ("(GPL-2.0-only OR MIT) AND BSD-3-Clause", True),
        ("MIT AND AGPL-3.0-only", False),
        ("MIT OR Apache-2.0 AND AGPL-3.0-only", True),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("GPL-2.0-only WITH Classpath-exception-2.0", False),
        ("MIT AND", False),
        ("(MIT", False),
        ("MIT MIT", False),
        ("", False),
    ],
)
def test_an_expression_passes_only_when_a_permitted_choice_remains(expression: str, verdict: bool) -> None:
    assert allowed(expression) is verdict


def test_classifiers_speak_where_there_is_no_expression() -> None:
    described = package(
        Classifier=["License :: OSI Approved", "License :: OSI Approved :: MIT License", "Topic :: Security"]
    )

    assert licence_of(described) == "MIT"


def test_a_harmless_classifier_does_not_hide_one_that_is_not_known() -> None:
    described = package(
        Classifier=[
            "License :: OSI Approved :: MIT License",
            "License :: OSI Approved :: GNU General Public License (GPL)",
        ],
    )

    assert licence_faults({"mixed": described})


def test_a_package_that_names_no_licence_or_is_absent_is_refused() -> None:
    faults = licence_faults({"silent": package(Name="silent"), "absent": None})

    assert [fault.split(":")[0] for fault in faults] == ["silent", "absent"]
