"""Hostile and careless YAML."""

from __future__ import annotations

import pytest

from comity.agreements.yaml_reader import MAX_BYTES, read_text_tree
from comity.core.errors import BadInput


@pytest.mark.parametrize(
    ("document", "value"),
    [
        (b"a: NO", "NO"),
        (b"a: 1e3", "1e3"),
        (b"a: 0x10", "0x10"),
        (b"a: null", "null"),
        (b"a: 2023-01-01", "2023-01-01"),
    ],
)
def test_every_scalar_stays_text(document: bytes, value: str) -> None:
    assert read_text_tree(document).root == {"a": value}


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"a: 1\na: 2", "yaml.duplicate-key"),
        (b"a: {b: 1, b: 2}", "yaml.duplicate-key"),
        (b"a: &x 1\nb: *x", "yaml.alias"),
        (b"a: &x [1, 1]\nb: &y [*x, *x]\nc: [*y, *y]", "yaml.alias"),
        (b"a: !!python/object/apply:os.system [ls]", "yaml.tag"),
        (b"a: !!str 1", "yaml.tag"),
        (b"<<: {a: 1}", "yaml.bad-key"),
        (b"? [1, 2]\n: 3", "yaml.bad-key"),
        (b"a-b: 3", "yaml.bad-key"),
        (b"[" * 5000, "yaml.too-deep"),
        (b"a: " + b"{a: " * 5000, "yaml.too-deep"),
        (b"", "yaml.empty"),
        (b"# nothing\n", "yaml.empty"),
        (b"a: 1\n---\nb: 2", "yaml.several-documents"),
        (b"a:\n\t- b", "yaml.malformed"),
        (b"a: [1", "yaml.malformed"),
        (b"a: \x00", "yaml.malformed"),
        (b"%YAML 9.9\n---\na: 1", "yaml.malformed"),
        (b"a: \xff", "yaml.not-utf8"),
        (b"a: " + b"x" * MAX_BYTES, "yaml.too-large"),
        (b"a: [" + b"1," * 60_000 + b"1]", "yaml.too-large"),
    ],
)
def test_what_is_not_plain_yaml_is_refused_with_its_kind(document: bytes, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_text_tree(document)

    assert caught.value.code == code


def test_a_refusal_names_line_and_column() -> None:
    with pytest.raises(BadInput) as caught:
        read_text_tree(b"a: 1\nb:\n  c: 1\n  c: 2\n")

    assert caught.value.problems[0].field == "line 4, column 3"


def test_places_are_found_by_path_or_by_the_nearest_place_above() -> None:
    tree = read_text_tree(b"a:\n- b: 1\n")

    assert tree.at("$.a[0].b") == "line 2, column 6"
    assert tree.at("$.a[0].missing.deep") == "line 2, column 3"
