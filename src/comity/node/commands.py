"""The commands of this machine: `node init`, `node serve`, `node verify`, `node export-identity`."""

from __future__ import annotations

import argparse
import faulthandler
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from comity.adapters.clock import SystemClock
from comity.adapters.keys_pkcs11 import TokenKey
from comity.adapters.sql.place import Place
from comity.core.codes import name_of
from comity.core.errors import BadInput
from comity.node.config import Listen
from comity.node.directory import NodeDirectory
from comity.node.founding import FoundedNode, Founding, found_node
from comity.node.log import NodeLog
from comity.surfaces.cli.arguments import Parser

if TYPE_CHECKING:
    from comity.screening import MemoryIndex

_HTTP_PORT, _PEER_PORT = 8410, 8420
_MOST_PORT = 65535
_TOLD_ADDRESS = "where peers are told to find the node, instead of --host and --peer; may be repeated"


def init(argv: list[str]) -> int:
    """Run `comity node init`."""
    parser = Parser(
        prog="comity node init",
        description="Make a new node: keys, empty database, and the first three people with one-time passwords.",
    )
    parser.add_argument("directory", metavar="DIR", help="new or empty directory for everything the node keeps")
    parser.add_argument(
        "--party", required=True, help="ISO 3166-1 alpha-3 code of the State, or an organisation's code"
    )
    parser.add_argument(
        "--authority",
        action="append",
        required=True,
        metavar="ID:ROLE[,ROLE]",
        help="an authority of the party that works on this node; may be repeated",
    )
    parser.add_argument("--profile", choices=("exercise", "production"), default="exercise")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--http", type=_port, default=_HTTP_PORT, metavar="PORT", help="port for pages and API")
    parser.add_argument("--peer", type=_port, default=_PEER_PORT, metavar="PORT", help="port for peers")
    parser.add_argument("--plain-http-accepted", action="store_true", help="production behind a proxy that ends TLS")
    parser.add_argument("--pkcs11-module", metavar="FILE", help="keep the signing key on a token of this library")
    parser.add_argument("--pkcs11-token", metavar="LABEL", help="the token's label")
    parser.add_argument("--pkcs11-key", metavar="LABEL", help="label of the new key (default: comity-PARTY)")
    parser.add_argument("--pkcs11-pin-file", metavar="FILE", help="file of mode 0600 that holds the token's PIN")
    parser.add_argument("--database", metavar="URL", help="rows on a PostgreSQL server, for several processes")
    parser.add_argument("--database-password-file", metavar="FILE", help="file of mode 0600 with the password")
    parser.add_argument(
        "--peer-address", action="append", default=[], type=_listen, metavar="HOST:PORT", help=_TOLD_ADDRESS
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    given = parser.parse_args(argv)
    founding = Founding(
        party=given.party,
        authorities=tuple(given.authority),
        profile=given.profile,
        http=Listen(host=given.host, port=given.http),
        peer=Listen(host=given.host, port=given.peer),
        plain_http_accepted=given.plain_http_accepted,
        token=_token(given),
        database=_place(given),
        peer_addresses=tuple(given.peer_address),
    )
    made = found_node(Path(given.directory).resolve(), founding)
    sys.stdout.write(msgspec.json.encode(made).decode() + "\n" if given.json else _told(made))
    return 0


def _port(text: str) -> int:
    """Read a port that can be listened on and told to others; 0, any free one, cannot."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= _MOST_PORT:
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to {_MOST_PORT}")
    return int(text)


def _listen(text: str) -> Listen:
    """Read HOST:PORT."""
    host, _, port = text.rpartition(":")
    if not host:
        raise argparse.ArgumentTypeError("an address is HOST:PORT")
    return Listen(host=host.strip("[]"), port=_port(port))


def _place(given: argparse.Namespace) -> Place | None:
    """Return where the rows are to be; None for the node's directory. Raises `BadInput`."""
    if given.database is None:
        if given.database_password_file is not None:
            raise BadInput(
                "node.database-missing",
                "A password is given for no database.",
                field="--database",
                remedy="Name the database too: --database postgresql://USER@HOST/NAME",
            )
        return None
    password = given.database_password_file
    place = Place(url=given.database, password_file=None if password is None else str(Path(password).resolve()))
    place.check()
    return place


def join(argv: list[str]) -> int:
    """Run `comity node join`."""
    parser = Parser(
        prog="comity node join",
        description="Make the directory of a further process of a node whose rows are on a PostgreSQL server.",
    )
    parser.add_argument("directory", metavar="DIR", help="new or empty directory for the further process")
    parser.add_argument(
        "--from", dest="beside", required=True, metavar="DIR", help="directory of the node's first process"
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--http", type=_port, default=_HTTP_PORT, metavar="PORT", help="port for pages and API")
    parser.add_argument("--peer", type=_port, default=_PEER_PORT, metavar="PORT", help="port for peers")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    given = parser.parse_args(argv)
    from comity.node.joining import join_node  # noqa: PLC0415 - as below

    made = join_node(
        Path(given.directory).resolve(),
        NodeDirectory(Path(given.beside).resolve()),
        Listen(host=given.host, port=given.http),
        Listen(host=given.host, port=given.peer),
    )
    if given.json:
        sys.stdout.write(msgspec.json.encode(made).decode() + "\n")
    else:
        sys.stdout.write(f"A further process of node {made.node}.\n\nNext: comity node serve {made.directory}\n")
    return 0


def _token(given: argparse.Namespace) -> TokenKey | None:
    """Return where the key is to be made; None for the node's directory. Raises `BadInput` for half an answer."""
    module, token, pin_file = given.pkcs11_module, given.pkcs11_token, given.pkcs11_pin_file
    if module is token is pin_file is given.pkcs11_key is None:
        return None
    if module is None or token is None or pin_file is None:
        raise BadInput(
            "keys.token-incomplete",
            "A token is named by its library, its label and the file of its PIN.",
            field="--pkcs11-module",
            remedy="Give --pkcs11-module, --pkcs11-token and --pkcs11-pin-file together, or none of them.",
        )
    key = given.pkcs11_key or f"comity-{given.party}"
    return TokenKey(module=module, token=token, key=key, pin_file=str(Path(pin_file).resolve()))


def serve(argv: list[str], index: MemoryIndex | None = None) -> int:
    """Run `comity node serve`; whoever measures the search brings an index of their own."""
    parser = Parser(prog="comity node serve", description="Run a node until it is told to stop.")
    _add_directory(parser)
    given = parser.parse_args(argv)
    # The server's libraries take a while to import; no other command needs them.
    from comity.node.bootstrap import Node  # noqa: PLC0415
    from comity.node.serve import serve as run  # noqa: PLC0415

    # A node that crashes or is aborted tells where its threads stood: functions and lines, no values.
    faulthandler.enable()
    log = NodeLog(sys.stderr, SystemClock())

    def ready(node: Node) -> None:
        config = node.config
        scheme = "https" if config.http_tls else "http"
        process = node.database.process
        log.event(
            "node.ready",
            **({} if process is None else {"process": process}),
            node=config.node,
            party=config.party,
            profile=config.profile,
            url=f"{scheme}://{config.http.host}:{config.http.port}",
            peer=f"{config.peer.host}:{config.peer.port}",
        )

    run(_directory(given.directory), log, ready, index)
    return 0


def export_identity(argv: list[str]) -> int:
    """Run `comity node export-identity`."""
    parser = Parser(
        prog="comity node export-identity",
        description="Print the signed document by which others can trust this node. Compare the fingerprint by phone.",
    )
    _add_directory(parser)
    parser.add_argument("--output", metavar="FILE", help="write to this file instead of the terminal")
    given = parser.parse_args(argv)
    from comity.agreements.identity import identity_bytes  # noqa: PLC0415 - as above
    from comity.node.identity_document import read_identity  # noqa: PLC0415 - as above

    directory = _directory(given.directory)
    directory.read_config()
    identity = read_identity(directory)
    document = identity_bytes(identity)
    if given.output:
        Path(given.output).write_bytes(document)
    else:
        sys.stdout.write(document.decode() + "\n")
    sys.stderr.write(f"{identity.party} node {identity.node}, certificate fingerprint {identity.tls.fingerprint}\n")
    return 0


def ready_agreement(argv: list[str]) -> int:
    """Run `comity agreement ready`."""
    parser = Parser(
        prog="comity agreement ready",
        description="Print an agreement that comes with Comity, narrowed to the parties that are to sign it.",
    )
    parser.add_argument("name", nargs="?", default="schengen-sis", help="which one (default: %(default)s)")
    parser.add_argument("--parties", metavar="CODE,CODE", help="the parties to keep; without it, all of them")
    given = parser.parse_args(argv)
    from comity.agreements.load import canonical_bytes  # noqa: PLC0415 - as above
    from comity.agreements.ready import load_instrument, narrow_parties  # noqa: PLC0415 - as above

    agreement = load_instrument(given.name)
    if given.parties:
        agreement = narrow_parties(agreement, given.parties.split(","))
    sys.stdout.write(canonical_bytes(agreement).decode() + "\n")
    return 0


def verify(argv: list[str]) -> int:
    """Run `comity node verify`."""
    parser = Parser(
        prog="comity node verify",
        description="Check the ledger of a node that is not running: every byte of the file against every row.",
    )
    _add_directory(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    given = parser.parse_args(argv)
    from comity.node.inspection import verify_node  # noqa: PLC0415 - as above

    directory = _directory(given.directory)
    with directory.locked():
        found = verify_node(directory)
    if given.json:
        sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
    else:
        state = "sound" if found.sound else "NOT SOUND"
        sys.stdout.write(
            f"{found.entries} entries, {state}, {found.erased_lawfully} erased lawfully, root {found.root}\n"
        )
        sys.stdout.write("".join(f"  {problem}\n" for problem in found.problems))
    return 0 if found.sound else 1


def _add_directory(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", metavar="DIR", nargs="?", help="the node's directory; else COMITY_NODE")


def _directory(given: str | None) -> NodeDirectory:
    named = given or os.environ.get("COMITY_NODE", "")
    if not named or "://" in named:
        raise BadInput(
            "node.directory-missing",
            "No directory is named.",
            field="DIR",
            remedy="Name the node's directory, or set COMITY_NODE to it.",
        )
    return NodeDirectory(Path(named).resolve())


def _told(made: FoundedNode) -> str:
    lines = [
        f"Node {made.node} of {name_of(made.party)} ({made.party}), profile {made.profile}, in {made.directory}",
        "",
        "One-time passwords, shown only now; each must be changed at the first sign-in:",
    ]
    lines += [f"  {one.name:<20} {one.one_time_password}   {', '.join(one.functions)}" for one in made.accounts]
    lines += ["", f"Next: comity node serve {made.directory}", f"then open http://{made.http}", ""]
    return "\n".join(lines)
