"""The bootstrap script on a clone of its own, with a package of its own served from a folder: no registry is asked."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
TOOLS = ("sh", "dirname", "readlink", "sha256sum", "flock", "nice", "rm", "mv", "grep", "tail")
MAIN = "import sys, tinydep; print(tinydep.WORD, *sys.argv[1:]); sys.exit(3)\n"

pytestmark = pytest.mark.timeout(180)


class Clone:
    """A bare clone: script, locks, sources, and a folder that stands for the registry."""

    def __init__(self, root: Path) -> None:
        self.root = root / "clone"
        self.wheels = root / "wheels"
        self.path = root / "bin"
        for folder in (self.root / "src/comity", self.wheels, self.path):
            folder.mkdir(parents=True)
        shutil.copy(PROJECT / "comity", self.root)
        (self.root / "src/comity/__main__.py").write_text(MAIN)
        (self.root / "requirements-dev.lock").write_text("")
        for tool in TOOLS:
            (self.path / tool).symlink_to(str(shutil.which(tool)))
        self.release("first")

    def release(self, word: str, package: str = "tinydep", lock: str = "requirements.lock") -> None:
        """Publish a package of one word and make it all that a lock holds."""
        wheel = self.wheels / f"{package}-1.0-py3-none-any.whl"
        info = f"{package}-1.0.dist-info"
        held = {
            f"{package}.py": f"WORD = {word!r}\n",
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{info}/RECORD": "",
        }
        with zipfile.ZipFile(wheel, "w") as archive:
            for name, text in held.items():
                # Of no date, so that the same word gives the same lock.
                archive.writestr(zipfile.ZipInfo(name), text)
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        (self.root / lock).write_text(f"{package}==1.0 --hash=sha256:{digest}\n")

    def shim(self, script: str) -> None:
        """Put a python3 of the test's own on PATH."""
        program = self.path / "python3"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        # Nothing of the outer environment: a user's pip settings must not decide this test.
        settings = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels), "PIP_CONFIG_FILE": os.devnull}
        return subprocess.Popen(
            [self.root / "comity", *arguments],
            env={"PATH": str(self.path), "HOME": str(self.root)} | settings | environment,
            cwd=self.wheels,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, **environment: str) -> tuple[int, str, str]:
        process = self.start(*arguments, **environment)
        out, err = process.communicate()
        return process.returncode, out, err


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the first run of a bare clone makes."""
    bare = Clone(tmp_path_factory.mktemp("prepared"))
    bare.run(COMITY_PYTHON=sys.executable)
    return bare.root / ".venv"


@pytest.fixture
def prepared(clone: Clone, environment: Path) -> Clone:
    """A clone that had its first run: an environment holds in any folder, so it is made once for all tests."""
    shutil.copytree(environment, clone.root / ".venv", symlinks=True)
    return clone


def test_a_bare_clone_installs_itself_once_and_runs_the_command_with_its_arguments_and_exit_code(clone: Clone) -> None:
    first = clone.run("alert", "enter it", COMITY_PYTHON=sys.executable)
    mark = (clone.root / ".venv/comity.ready").stat()
    second = clone.run("alert", "enter it")

    assert first == second == (3, "first alert enter it\n", "")
    assert (clone.root / ".venv/comity.ready").stat().st_mtime_ns == mark.st_mtime_ns


def test_an_environment_that_is_half_built_is_built_again(prepared: Clone) -> None:
    (prepared.root / ".venv/comity.ready").unlink()
    (prepared.root / ".venv/leftover").touch()

    after_crash = prepared.run(COMITY_PYTHON=sys.executable)

    assert after_crash == (3, "first\n", "")
    assert not (prepared.root / ".venv/leftover").exists()


def test_an_environment_of_another_lock_is_built_again(prepared: Clone) -> None:
    prepared.release("second")

    after_release = prepared.run(COMITY_PYTHON=sys.executable)

    assert after_release == (3, "second\n", "")


def test_only_test_and_check_bring_the_development_lock_and_they_run_from_the_projects_root(prepared: Clone) -> None:
    prepared.release("dev", package="tinydev", lock="requirements-dev.lock")
    (prepared.root / "tools").mkdir()
    (prepared.root / "tools/check.py").write_text(
        "import os, tinydep, tinydev; print(tinydep.WORD, tinydev.WORD, os.getcwd())\n"
    )
    installed = list(prepared.root.glob(".venv/lib/*/site-packages/tinydev.py"))

    checked = prepared.run("check")
    afterwards = prepared.run("alert")

    assert installed == []
    assert checked == (0, f"first dev {prepared.root}\n", "")
    assert afterwards == (3, "first alert\n", "")


def test_two_first_runs_at_once_both_end_well(clone: Clone) -> None:
    runs = [clone.start(str(number), COMITY_PYTHON=sys.executable) for number in range(2)]

    results = [run.communicate() for run in runs]

    assert results == [("first 0\n", ""), ("first 1\n", "")]


def test_a_file_that_is_not_the_locked_one_is_refused_in_one_line(clone: Clone) -> None:
    lock = clone.root / "requirements.lock"
    lock.write_text("tinydep==1.0 --hash=sha256:" + "0" * 64 + "\n")

    code, out, err = clone.run(COMITY_PYTHON=sys.executable)

    assert (code, out, err.count("\n")) == (69, "", 1)
    assert err.startswith("comity: cannot install requirements.lock: ERROR: THESE PACKAGES DO NOT MATCH THE HASHES")


def test_a_registry_that_does_not_answer_is_said_in_one_line(clone: Clone) -> None:
    nobody = {
        "PIP_NO_INDEX": "",
        "PIP_FIND_LINKS": "",
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "1",
    }

    code, out, err = clone.run(COMITY_PYTHON=sys.executable, **nobody)

    assert (code, out, err.count("\n")) == (69, "", 1)
    assert err.startswith("comity: no package registry answers; ")


def test_a_missing_python_is_said_in_one_line(clone: Clone) -> None:
    result = clone.run()

    assert result == (
        69,
        "",
        "comity: no python3 found; install python3 and python3-venv, or set COMITY_PYTHON to Python 3.11 or newer\n",
    )


def test_a_python_that_is_too_old_is_said_in_one_line(clone: Clone) -> None:
    clone.shim('case "$2" in *print*) echo 3.9 ;; *) exit 1 ;; esac')

    code, out, err = clone.run()

    assert (code, out, err.count("\n")) == (69, "", 1)
    assert err.endswith("/python3 is Python 3.9, too old; set COMITY_PYTHON to Python 3.11 or newer\n")


def test_a_python_without_venv_is_said_in_one_line(clone: Clone) -> None:
    clone.shim(f'case "$2" in *ensurepip*) exit 1 ;; *) exec {sys.executable} "$@" ;; esac')

    code, out, err = clone.run()

    assert (code, out, err.count("\n")) == (69, "", 1)
    assert err.endswith("has no venv module; install python3-venv (Debian: apt-get install python3-venv)\n")
