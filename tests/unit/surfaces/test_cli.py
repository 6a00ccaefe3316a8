"""The command line: from arguments to a call, from a result or error to text and exit code."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from comity.core import codec
from comity.core.errors import (
    BadInput,
    ComityError,
    Conflict,
    Defect,
    NotFound,
    NotPermitted,
    NotSignedIn,
    Pending,
    Refused,
    Unreachable,
)
from comity.core.said import say
from comity.surfaces.cli.arguments import Parser
from comity.surfaces.cli.help import LocalCommand
from comity.surfaces.cli.in_process import RuntimeTransport
from comity.surfaces.cli.main import Shell, main
from comity.surfaces.cli.manifest import entries_of, render
from comity.surfaces.cli.transport import Transport
from comity.surfaces.failures import describe, revive
from tests.support.fake_runtime import OFFICER, TOKEN, FakeRuntime, Respond, authenticate
from tests.support.sample_room import CATALOGUE, Colour, NoteList, NoteRef, NoteSummary, SessionOpened

ENTRIES = entries_of(CATALOGUE)
WRITE = ["note", "write", "--person.surname", "TESTPERSON", "--colour", "red", "--purpose", "borders"]


class Terminal:
    """One person's terminal, with a node opened in this process over a fake runtime."""

    def __init__(self, home: Path, respond: dict[str, Respond] | None = None, stdin: str = "") -> None:
        rows = (
            NoteSummary(note="n1", colour=Colour.RED, copies=2),
            NoteSummary(note="n22", colour=Colour.RED, copies=1),
        )
        answers: dict[str, Respond] = {
            "note.write": lambda _: NoteRef(note="n1"),
            "note.list": lambda _: NoteList(notes=rows),
            "session.open": lambda _: SessionOpened(token=TOKEN, account="officer"),
        }
        self.runtime = FakeRuntime(CATALOGUE, answers | (respond or {}))
        self.home = home
        self.stdin = stdin
        self.out = self.err = ""
        self.local: list[list[str]] = []
        self.exercise = False
        self.columns: int | None = None

    def run(self, *argv: str, node: str | None = "node", secret: str = "correct horse") -> int:
        out, err = io.StringIO(), io.StringIO()
        environment = {"HOME": str(self.home)} | ({"COMITY_NODE": str(self.home / node)} if node else {})
        shell = Shell(
            environment=environment,
            out=out,
            err=err,
            stdin=io.StringIO(self.stdin),
            ask_secret=lambda _: secret,
            columns=self.columns,
        )
        local = (LocalCommand("node init", "Make a node.", self._init),)
        code = main(argv, entries=ENTRIES, open_node=self._open, shell=shell, local=local)
        self.out, self.err = out.getvalue(), err.getvalue()
        return code

    @contextmanager
    def _open(self, _: Path) -> Iterator[Transport]:
        yield RuntimeTransport(self.runtime, authenticate, lambda _uid: OFFICER, exercise=self.exercise)

    def _init(self, rest: list[str]) -> int:
        self.local.append(rest)
        return 0


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def raising(error: ComityError) -> dict[str, Respond]:
    def respond(_: object) -> NoteRef:
        raise error

    return {"note.write": respond}


def test_flags_become_the_command_with_its_types(terminal: Terminal) -> None:
    more = ["--copies", "3", "--urgent", "--tags", "a", "--tags", "b", "--lines", '{"text":"x"}']

    code = terminal.run(*WRITE, *more)

    assert code == 0, terminal.err
    assert terminal.runtime.commands("note.write") == [
        {
            "person": {"surname": "TESTPERSON"},
            "colour": "red",
            "copies": 3,
            "urgent": True,
            "tags": ["a", "b"],
            "lines": [{"text": "x"}],
        }
    ]
    call, actor = terminal.runtime.calls[0]
    assert (call.purpose, actor, len(call.request_id or "")) == ("borders", OFFICER, 32)


def test_a_file_or_standard_input_gives_the_command_and_flags_go_on_top(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, stdin='{"person":{"surname":"A","born":"1985"},"colour":"red"}')

    code = terminal.run("note", "write", "--from-file", "-", "--person.surname", "B")

    assert code == 0
    assert terminal.runtime.commands("note.write") == [{"person": {"surname": "B", "born": "1985"}, "colour": "red"}]


def test_one_field_can_be_read_from_a_file(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "name").write_text("FROMFILE", encoding="utf-8")

    terminal.run("note", "write", "--read", f"person.surname={tmp_path / 'name'}", "--colour", "red")

    assert terminal.runtime.commands("note.write") == [{"person": {"surname": "FROMFILE"}, "colour": "red"}]


def test_json_is_exactly_one_document_on_standard_output(terminal: Terminal) -> None:
    code = terminal.run("note", "list", "--json")

    assert code == 0
    assert json.loads(terminal.out)["notes"][0] == {"note": "n1", "colour": "red", "copies": 2}
    assert terminal.out.count("\n") == 1
    assert terminal.err == ""


def test_people_get_an_aligned_table(terminal: Terminal) -> None:
    terminal.run("note", "list")

    assert "colour  copies  note\nred     2       n1\nred     1       n22\n" in terminal.out


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Refused("rule.x", "A rule stands against it.", reasons=("PURPOSE",)), 1),
        (Conflict("note.version", "The note moved on."), 1),
        (Pending("ap1"), 1),
        (BadInput("date.unreal", "No such day.", field="$.person.born"), 2),
        (NotFound("note.unknown", "There is no such note."), 2),
        (NotPermitted("permission.missing", "Your functions do not cover this."), 3),
        (NotSignedIn("session.over", "The session has ended."), 3),
        (Unreachable("peer.silent", "The peer does not answer."), 4),
        (Defect("house.defect", "A mistake of ours."), 70),
    ],
)
def test_each_kind_of_error_has_one_exit_code_and_says_what_to_do(
    tmp_path: Path, error: ComityError, code: int
) -> None:
    terminal = Terminal(tmp_path, raising(error))

    assert terminal.run(*WRITE) == code
    assert terminal.out == ""
    assert error.message in terminal.err
    assert "remedy: " in terminal.err
    assert error.code in terminal.err
    assert "Traceback" not in terminal.err


def test_a_surprise_is_a_defect_without_traceback(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RuntimeTransport, "send", lambda *_: 1 / 0)

        code = terminal.run(*WRITE)

    assert code == 70
    assert "ZeroDivisionError" in terminal.err
    assert "Traceback" not in terminal.err


@pytest.mark.parametrize(
    ("argv", "place"),
    [
        (["note", "write", "--unknown", "1"], "Unrecognized arguments"),
        (["note", "write", "--copies", "many"], "$.copies"),
        (["note", "write", "--colour", "blue"], "Allowed: red, green."),
        (["note", "write", "--lines", "{"], "$.lines"),
        (["note", "write", "--as-of", "yesterday"], "--as-of"),
        (["note", "burn"], "no such verb"),
        (["fire", "burn"], "no such subject"),
    ],
)
def test_bad_arguments_are_bad_input_with_their_place(terminal: Terminal, argv: list[str], place: str) -> None:
    assert terminal.run(*argv) == 2
    assert place in terminal.err
    assert terminal.runtime.calls == []


def test_no_node_is_bad_input(terminal: Terminal) -> None:
    assert terminal.run("note", "list", node=None) == 2
    assert "COMITY_NODE" in terminal.err


def test_a_session_is_kept_privately_used_and_never_printed(terminal: Terminal) -> None:
    opened = terminal.run("session", "open", "--name", "officer")
    printed = terminal.out + terminal.err
    terminal.run("note", "list")

    files = list((terminal.home / ".local/state/comity/sessions").iterdir())
    assert opened == 0
    assert terminal.runtime.commands("session.open") == [{"name": "officer", "password": "correct horse"}]
    assert TOKEN not in printed
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600]
    assert terminal.runtime.calls[-1][1] == authenticate(TOKEN)


def test_a_password_can_come_from_a_file_but_never_from_the_line(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("from file\n", encoding="utf-8")

    code = terminal.run("session", "open", "--name", "officer", "--password-file", str(tmp_path / "password"))

    assert code == 0
    assert terminal.runtime.commands("session.open") == [{"name": "officer", "password": "from file"}]
    assert terminal.run("session", "open", "--name", "officer", "--password", "x") == 2


def test_local_commands_get_the_rest_of_the_line(terminal: Terminal) -> None:
    assert terminal.run("node", "init", "DIR", "--party", "FRA") == 0
    assert terminal.local == [["DIR", "--party", "FRA"]]


def test_help_names_every_command_and_each_field(terminal: Terminal) -> None:
    terminal.run("--help")
    overview = terminal.out
    terminal.run("note", "--help")
    subject = terminal.out
    terminal.run("note", "write", "--help")

    assert "note write" in overview
    assert "node init" in overview
    assert "exit codes" in overview
    assert "note list" in subject
    assert "--person.surname TEXT" in terminal.out
    assert "one of red, green; needed" in " ".join(terminal.out.split())
    assert "second person" in terminal.out


def test_text_from_data_cannot_steer_the_terminal(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, {"note.write": lambda _: NoteRef(note="\x1b[2Jx\u202ey")})

    terminal.run(*WRITE)

    assert "\\u001b[2Jx\\u202ey" in terminal.out


def test_an_unanswered_change_tells_how_to_retry_it(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, raising(Unreachable("node.unreachable", "No answer.")))

    terminal.run(*WRITE, "--request-id", "attempt-1")

    assert "--request-id attempt-1 acts once" in terminal.err


@pytest.mark.parametrize(
    "error",
    [
        Refused("rule.x", "A rule.", reasons=("A", "B"), field="$.x"),
        Refused("rule.y", say("At most %(most)s.", most=3), remedy=say("Send %(most)s.", most=3)),
        BadInput("b.y", say("At most %(most)s.", most=3), field="$.y"),
        Conflict("c.x", "Moved on."),
        Pending("ap1"),
        BadInput("b.x", "Bad.", field="$.y"),
        NotFound("n.x", "None."),
        NotPermitted("p.x", "No."),
        NotSignedIn("s.x", "Nobody."),
        Unreachable("u.x", "Silence."),
        Defect("d.x", "Ours."),
    ],
)
def test_an_error_is_the_same_on_the_other_side_of_a_process(error: ComityError) -> None:
    revived = revive(describe(error, "t"))

    assert type(revived) is type(error)
    assert describe(revived, "t") == describe(error, "t")


def test_the_manifest_says_all_that_the_catalogue_says() -> None:
    text = render(ENTRIES)

    assert codec.decode(text)
    assert len(text.splitlines()) == len(CATALOGUE) + 2


@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_an_exercise_node_is_told_beside_the_result_and_not_in_it(terminal: Terminal, flags: tuple[str, ...]) -> None:
    terminal.run("note", "list", *flags)
    quiet = (terminal.out, terminal.err)
    terminal.exercise = True

    terminal.run("note", "list", *flags)

    assert quiet == (terminal.out, "")
    assert terminal.err == "EXERCISE \u2013 synthetic data\n"


def test_a_table_wider_than_the_terminal_is_written_record_by_record(terminal: Terminal) -> None:
    terminal.columns = 80
    terminal.run("note", "list")
    as_table = terminal.out
    terminal.columns = 12

    terminal.run("note", "list")

    assert "colour  copies  note" in as_table
    assert "colour  red\ncopies  1\nnote    n22\n" in terminal.out
    assert "colour  copies" not in terminal.out


@pytest.mark.parametrize("given", ["Doe", "O'Connor", "O'Connor (choose from Doe)", "both \" and '"])
def test_a_wrong_choice_is_told_with_what_may_be_chosen_and_never_with_what_was_given(given: str) -> None:
    parser = Parser(prog="comity synthetic", description="For a test.")
    parser.add_argument("--lane", choices=["transit", "free-movement"])
    parser.add_argument("--number", type=int)

    for option in ("--lane", "--number"):
        with pytest.raises(BadInput) as refused:
            parser.parse_args([option, given])

        told = f"{refused.value} {refused.value.remedy}"
        assert "Doe" not in told
        assert "Connor" not in told
        assert "both" not in told
    with pytest.raises(BadInput) as refused:
        parser.parse_args(["--lane", given])
    assert refused.value.remedy == "Choose from: transit, free-movement."
