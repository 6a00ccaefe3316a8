"""`python -m comity`: the command line. Imports as little as it can, so that `--help` comes at once."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from comity.surfaces.cli.arguments import FROM_A_FILE
from comity.surfaces.cli.help import LocalCommand
from comity.surfaces.cli.main import main as run_command_line
from comity.surfaces.cli.main import shell_of_process
from comity.surfaces.cli.manifest import load

if TYPE_CHECKING:
    from comity.surfaces.cli.transport import Transport


def main(argv: list[str] | None = None) -> int:
    """Run a command line: that of this process, or the one given."""
    return run_command_line(
        _spelled_out(sys.argv[1:] if argv is None else argv),
        entries=load(),
        open_node=_open_node,
        shell=shell_of_process(os.environ),
        local=_LOCAL,
    )


def _spelled_out(argv: list[str]) -> list[str]:
    """Let a bare FILE (`node trust FILE`) mean what flags say at length: the field in that file, as local operator."""
    field = FROM_A_FILE.get(".".join(argv[:2]))
    if field is not None and argv[2:] and not argv[2].startswith("-"):
        return [*argv[:2], "--local", "--read", f"{field}={argv[2]}", *argv[3:]]
    return argv


@contextmanager
def _open_node(path: Path) -> Iterator[Transport]:
    from comity.adapters.clock import SystemClock  # noqa: PLC0415 - opening a node imports every room
    from comity.node.bootstrap import open_node  # noqa: PLC0415 - as above
    from comity.node.directory import NodeDirectory  # noqa: PLC0415 - as above
    from comity.surfaces.cli.in_process import RuntimeTransport  # noqa: PLC0415 - as above

    directory = NodeDirectory(path)
    directory.read_config()
    with directory.locked(), open_node(directory, SystemClock()) as node:

        def work_off() -> None:
            while node.jobs.run_next() is not None:
                pass

        exercise = node.config.profile == "exercise"
        yield RuntimeTransport(node.runtime, node.sign_in, node.local_actor, work_off, exercise=exercise)


def _init(argv: list[str]) -> int:
    from comity.node.commands import init  # noqa: PLC0415 - as above

    return init(argv)


def _join(argv: list[str]) -> int:
    from comity.node.commands import join  # noqa: PLC0415 - as above

    return join(argv)


def _serve(argv: list[str]) -> int:
    from comity.node.commands import serve  # noqa: PLC0415 - as above

    return serve(argv)


def _verify(argv: list[str]) -> int:
    from comity.node.commands import verify  # noqa: PLC0415 - as above

    return verify(argv)


def _back_up(argv: list[str]) -> int:
    from comity.node.backup_commands import back_up  # noqa: PLC0415 - as above

    return back_up(argv)


def _restore(argv: list[str]) -> int:
    from comity.node.backup_commands import restore  # noqa: PLC0415 - as above

    return restore(argv)


def _ready_agreement(argv: list[str]) -> int:
    from comity.node.commands import ready_agreement  # noqa: PLC0415 - as above

    return ready_agreement(argv)


def _root_make(argv: list[str]) -> int:
    from comity.node.root_commands import make  # noqa: PLC0415 - as above

    return make(argv, getpass.getpass)


def _root_show(argv: list[str]) -> int:
    from comity.node.root_commands import show  # noqa: PLC0415 - as above

    return show(argv)


def _root_sign(argv: list[str]) -> int:
    from comity.node.root_commands import sign  # noqa: PLC0415 - as above

    return sign(argv, getpass.getpass, input)


def _device_make(argv: list[str]) -> int:
    from comity.node.copy_commands import make  # noqa: PLC0415 - as above

    return make(argv, getpass.getpass)


def _device_show(argv: list[str]) -> int:
    from comity.node.copy_commands import show  # noqa: PLC0415 - as above

    return show(argv)


def _copy_check(argv: list[str]) -> int:
    from comity.node.copy_commands import check  # noqa: PLC0415 - as above

    return check(argv, getpass.getpass, sys.stdin)


def _decide(argv: list[str]) -> int:
    from comity.surfaces.cli.agreement_decide import run  # noqa: PLC0415 - reads all rules of law

    return run(argv, shell=shell_of_process(os.environ))


def _explain(argv: list[str]) -> int:
    from comity.surfaces.cli.agreement_files import explain_agreement  # noqa: PLC0415 - reads every closed list

    return explain_agreement(argv, shell_of_process(os.environ))


def _diff(argv: list[str]) -> int:
    from comity.surfaces.cli.agreement_files import diff  # noqa: PLC0415 - as above

    return diff(argv, shell_of_process(os.environ))


def _check(argv: list[str]) -> int:
    from comity.surfaces.cli.agreement_check import check  # noqa: PLC0415 - as above

    return check(argv, shell_of_process(os.environ))


def _export_identity(argv: list[str]) -> int:
    from comity.node.commands import export_identity  # noqa: PLC0415 - as above

    return export_identity(argv)


def _list_import(argv: list[str]) -> int:
    from comity.surfaces.cli.list_import import run  # noqa: PLC0415 - as above

    return run(argv, open_node=_open_node, shell=shell_of_process(os.environ))


def _rescreen(argv: list[str]) -> int:
    from comity.surfaces.cli.rescreen import run  # noqa: PLC0415 - as above

    return run(argv, open_node=_open_node, shell=shell_of_process(os.environ))


def _screening_index(argv: list[str]) -> int:
    from comity.surfaces.cli.screening.files import index  # noqa: PLC0415 - as above

    return index(argv)


def _screening_search(argv: list[str]) -> int:
    from comity.surfaces.cli.screening.files import search  # noqa: PLC0415 - as above

    return search(argv)


def _screening_rescreen(argv: list[str]) -> int:
    from comity.surfaces.cli.screening.files import rescreen  # noqa: PLC0415 - as above

    return rescreen(argv)


def _screening_train(argv: list[str]) -> int:
    from comity.surfaces.cli.screening.commands import train  # noqa: PLC0415 - as above

    return train(argv)


def _screening_explain(argv: list[str]) -> int:
    from comity.surfaces.cli.screening.commands import explain  # noqa: PLC0415 - as above

    return explain(argv)


def _screening_evaluate(argv: list[str]) -> int:
    from comity.surfaces.cli.screening.commands import evaluate  # noqa: PLC0415 - as above

    return evaluate(argv)


def _demo(argv: list[str]) -> int:
    from comity.exercise.demo import main as demo  # noqa: PLC0415 - as above

    return demo(argv)


def _doctor(argv: list[str]) -> int:
    """Ask the node how it stands: as its operator where it is on this machine and nobody is named otherwise."""
    node = next((argv[at + 1] for at, word in enumerate(argv[:-1]) if word == "--node"), os.environ.get("COMITY_NODE"))
    here = "--local" not in argv and node is not None and "://" not in node
    return main(["node", "diagnose", *argv, *(["--local"] if here else [])])


def _bench(argv: list[str]) -> int:
    from comity.bench.main import main as bench  # noqa: PLC0415 - as above

    return bench(argv)


_LOCAL = (
    LocalCommand("demo", "Show an alert cross a border: three nodes, one story, with timings.", _demo),
    LocalCommand("doctor", "Look a node over: disk, certificates, clocks, peers, queues, and what to do.", _doctor),
    LocalCommand("bench", "Measure this installation against its goals.", _bench),
    LocalCommand("node init", "Make a new node in a directory.", _init),
    LocalCommand("node join", "Make a directory for a further process of a node on a server's database.", _join),
    LocalCommand("node serve", "Run a node until it is told to stop.", _serve),
    LocalCommand("node verify", "Check the ledger of a node that is not running.", _verify),
    LocalCommand("node back-up", "Copy a node's data, to be kept until a day.", _back_up),
    LocalCommand("node restore", "Put a backup in the place of a lost database.", _restore),
    LocalCommand("keys root make", "Make a root key, on a machine without network.", _root_make),
    LocalCommand("keys root show", "Print a root's public key.", _root_show),
    LocalCommand("keys root sign", "Sign with a root what a node asked for.", _root_sign),
    LocalCommand("copy device make", "Make the key of a device at a crossing point.", _device_make),
    LocalCommand("copy device show", "Print a device's public key.", _device_show),
    LocalCommand("copy check", "Check on a copy while there is no link.", _copy_check),
    LocalCommand("agreement ready", "Print a ready agreement, narrowed to its signing parties.", _ready_agreement),
    LocalCommand("agreement decide", "Answer questions in a file by agreements and the rules of law.", _decide),
    LocalCommand("agreement explain", "Tell in plain language what each party may and must.", _explain),
    LocalCommand("agreement diff", "Show by example what a second version decides otherwise.", _diff),
    LocalCommand("agreement check", "Check what must hold before an agreement may govern.", _check),
    LocalCommand("node export-identity", "Print the document by which others can trust this node.", _export_identity),
    LocalCommand("crossing rescreen", "Search again for the persons of open checks, to the end.", _rescreen),
    LocalCommand("screening index", "Build an index of persons from a file.", _screening_index),
    LocalCommand("screening search", "Search an index of a file for one person.", _screening_search),
    LocalCommand("screening rescreen", "Search an index of a file for all persons of another.", _screening_rescreen),
    LocalCommand("screening explain", "Compare two persons and show what every feature weighs.", _screening_explain),
    LocalCommand("screening evaluate", "Measure the model on a file of judged pairs.", _screening_evaluate),
    LocalCommand("screening train", "Learn the screening model anew from reference material.", _screening_train),
    LocalCommand("list import", "Import an official list from its files.", _list_import),
)

if __name__ == "__main__":
    sys.exit(main())
