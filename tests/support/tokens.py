"""A PKCS#11 token in software (SoftHSM, Debian's softhsm2), one for a test process."""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from uuid import uuid4

import pytest

from comity.adapters.keys_pkcs11 import TokenKey

_MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so")
_PIN = "123456"


def soft_token(folder: Path) -> TokenKey:
    """Return the place of a key that is not made yet, with its PIN's file in `folder`."""
    program, module = shutil.which("softhsm2-util"), next(filter(os.path.exists, _MODULES), None)
    if program is None or module is None:
        missing = "no softhsm2 here (Debian: softhsm2)"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    pin_file = folder / "pin"
    pin_file.touch(0o600)
    pin_file.write_text(f"{_PIN}\n")
    return TokenKey(module=module, token=_token(program), key=uuid4().hex, pin_file=str(pin_file))


@functools.cache
def _token(program: str) -> str:
    """Make the token and return its label. The library looks for tokens once in a process, so there is only one."""
    folder = Path(tempfile.mkdtemp(prefix="comity-softhsm-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder}\nobjectstore.backend = file\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(configuration)
    command = (program, "--init-token", "--free", "--label", "comity", "--pin", _PIN, "--so-pin", "87654321")
    subprocess.run(command, check=True, capture_output=True)
    return "comity"
