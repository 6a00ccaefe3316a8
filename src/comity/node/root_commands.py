"""The commands for the machine without network: `keys root make`, `show` and `sign`. They need no node."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from comity.adapters.keys_file import read_secret
from comity.adapters.keys_root import make_root, open_root, read_root, sign_deed
from comity.agreements.keys import Act, Deed
from comity.core.codec import decode_canonical_as, encode
from comity.core.errors import BadInput, Refused, Unreachable
from comity.core.time import Instant, format_instant
from comity.surfaces.cli.arguments import Parser

_MOST_PASSPHRASE = 1024
_MOST_REQUEST = 65_536

AskSecret = Callable[[str], str]


def make(argv: list[str], ask: AskSecret) -> int:
    """Run `comity keys root make`."""
    parser = _parser("make", "Make a root key. Do it on a machine without network, and keep copies of FILE apart.")
    parser.add_argument("--suite", choices=("hybrid", "ed25519"), default="hybrid", help="default: %(default)s")
    given = parser.parse_args(argv)
    key = make_root(Path(given.file), _passphrase(given, ask, twice=True), hybrid=given.suite == "hybrid")
    sys.stderr.write(f"root {key.id}, suite {key.suite}: take what `keys root show` prints to the node\n")
    sys.stdout.write(encode(key).decode() + "\n")
    return 0


def show(argv: list[str]) -> int:
    """Run `comity keys root show`."""
    given = _parser("show", "Print a root's public key, for `keys request-root` on the node.").parse_args(argv)
    sys.stdout.write(encode(read_root(Path(given.file)).key).decode() + "\n")
    return 0


def sign(argv: list[str], ask: AskSecret, confirm: AskSecret) -> int:
    """Run `comity keys root sign`."""
    parser = _parser("sign", "Sign what a node asked for, after showing it. The deed is kept in FILE.deeds as well.")
    parser.add_argument("--request", required=True, metavar="FILE", help="what `keys request...` printed")
    parser.add_argument("--output", metavar="FILE", help="write the deed to this file instead of the terminal")
    parser.add_argument("--yes", action="store_true", help="sign without asking once more")
    given = parser.parse_args(argv)
    asked = _request(Path(given.request))
    sys.stderr.write(_told(asked))
    if not given.yes and confirm("Sign this? Type yes: ").strip() != "yes":
        raise Refused("keys.not-confirmed", "Nothing was signed.")
    root = open_root(Path(given.file), _passphrase(given, ask))
    document = encode(sign_deed(Path(given.file), root, asked)) + b"\n"
    if given.output:
        Path(given.output).write_bytes(document)
    else:
        sys.stdout.write(document.decode())
    return 0


def _parser(verb: str, description: str) -> argparse.ArgumentParser:
    parser = Parser(prog=f"comity keys root {verb}", description=description)
    parser.add_argument("file", metavar="FILE", help="the root's file")
    if verb != "show":
        parser.add_argument("--passphrase-file", metavar="FILE", help="file of mode 0600 with the passphrase")
    return parser


def _passphrase(given: argparse.Namespace, ask: AskSecret, *, twice: bool = False) -> str:
    if given.passphrase_file:
        return read_secret(Path(given.passphrase_file), _MOST_PASSPHRASE).decode("utf-8", "replace").rstrip("\r\n")
    said = ask("Passphrase of the root: ")
    if twice and ask("Once more: ") != said:
        raise BadInput("keys.passphrases-differ", "The two are not the same.")
    return said


def _request(path: Path) -> Deed:
    """Read a request as the command line printed it: the document alone, or the result that holds it."""
    try:
        text = path.read_bytes()[:_MOST_REQUEST].strip()
    except OSError:
        raise Unreachable("keys.cannot-read", "The request cannot be read.", field="--request") from None
    try:
        whole = msgspec.json.decode(text)
    except msgspec.DecodeError:
        whole = None
    if isinstance(whole, dict) and isinstance(whole.get("document"), str):
        text = whole["document"].encode()
    return decode_canonical_as(text, Deed)


def _told(deed: Deed) -> str:
    """Return in words what is to be signed."""
    lines = [f"node       {deed.node}", f"deed       {deed.number}: {deed.act.value}", f"key        {deed.key.id}"]
    if deed.act is not Act.REVOKE:
        lines.append(f"suite      {deed.key.suite}")
    times = {
        "issued": deed.issued,
        "from": deed.valid_from,
        "until": deed.valid_until,
        "stolen?": deed.compromised_at,
    }
    lines += [f"{name:<10} {format_instant(Instant(at))}" for name, at in times.items() if at is not None]
    lines += [f"reason     {deed.reason}"] if deed.reason else []
    return "\n".join(lines) + "\n"
