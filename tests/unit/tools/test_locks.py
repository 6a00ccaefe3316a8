from __future__ import annotations

import pytest

from tools.locks import ALWAYS_TRUE, ROOT, STAMP, check_locks, lock_faults, pins, read_inputs, stamped

HASH = "--hash=sha256:" + "0" * 64
PYPROJECT = """
[project]
requires-python = ">=3.11"
dependencies = ["alpha>=1"]
[project.optional-dependencies]
dev = ["beta>=2"]
[tool.uv]
environments = ["sys_platform == 'linux'"]
"""
INPUTS = read_inputs(PYPROJECT)


def lock(*lines: str, digest: str = INPUTS.digest) -> str:
    return "\n".join([STAMP + digest, *lines, ""])


def test_the_locks_of_this_project_are_in_order() -> None:
    assert check_locks(ROOT) == []


def test_a_pinned_hashed_lock_made_from_the_present_inputs_has_no_faults() -> None:
    text = lock("alpha==1.5 \\", f"    {HASH} \\", f"    {HASH}")

    assert lock_faults("x.lock", text, INPUTS.runtime, INPUTS.digest) == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://registry.example/simple",
        "--extra-index-url=registry.example",
        "--find-links /srv/wheels",
        "# from https://registry.example/simple",
        f"gamma @ git+ssh://host/gamma {HASH}",
        "./wheels/gamma-1.whl",
    ],
)
def test_a_place_to_download_from_is_noticed_with_its_line(line: str) -> None:
    text = lock(f"alpha==1.5 {HASH}", line)

    faults = lock_faults("x.lock", text, INPUTS.runtime, INPUTS.digest)

    assert "x.lock:3: names a place to download from; run tools/lock" in faults


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (f"alpha>=1.5 {HASH}", "x.lock: not an exact pin: alpha>=1.5"),
        ("alpha==1.5", "x.lock: no hash: alpha==1.5"),
        (f"alpha==0.9 {HASH}", "x.lock: does not meet alpha>=1; run tools/lock"),
        (f"gamma==1 {HASH}", "x.lock: does not meet alpha>=1; run tools/lock"),
    ],
)
def test_a_line_that_does_not_hold_is_named(line: str, fault: str) -> None:
    assert fault in lock_faults("x.lock", lock(line), INPUTS.runtime, INPUTS.digest)


def test_any_change_of_the_inputs_makes_the_lock_stale() -> None:
    text = lock(f"alpha==1.5 {HASH}")
    changed = read_inputs(PYPROJECT.replace("beta>=2", "beta>=3"))

    faults = lock_faults("x.lock", text, changed.runtime, changed.digest)

    assert faults == ["x.lock: made from other inputs than pyproject.toml has now; run tools/lock"]


def test_the_stamp_is_put_once_and_takes_out_what_is_true_everywhere() -> None:
    raw = (
        f"alpha==1.5 ; {ALWAYS_TRUE} \\\n    {HASH}\n"
        f"beta==2 ; python_full_version < '3.13' and {ALWAYS_TRUE} \\\n    {HASH}\n"
    )

    once = stamped(raw, INPUTS)

    assert stamped(once, INPUTS) == once
    assert once.startswith(STAMP + INPUTS.digest)
    assert "alpha==1.5 \\\n" in once
    assert "beta==2 ; python_full_version < '3.13' \\\n" in once
    assert pins(once) == {"alpha": "1.5", "beta": "2"}
