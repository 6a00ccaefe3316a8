"""Official lists brought and searched: how long imports take, whom they find, and whom they wrong.

Issue 3: UN list under 10 s, OFAC under 20 s, the same list again changes nothing; every listed person is at least sent
to the second line, but for those whose regime bans no travel by the regime-to-measure table, of whom the advice is
that they are listed and nothing is done at the border; of 5,000 persons on no list at most 25 are held up. Imports are
timed from the first chunk sent over HTTP until the import says that it is done. Persons are asked about through
`crossing.check` itself, logged and durable as ever; most of them inside this process on the same node directory, a
sample over HTTP beforehand with equal answers.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

import msgspec

from comity.adapters.clock import SystemClock
from comity.bench.harness import Measure, Setting
from comity.bench.mainjob.desk import post
from comity.bench.mainjob.sources import Traveller, sources
from comity.bench.process import cpu_s
from comity.bench.records import Figure, measured
from comity.bureau.lists.commands import ListImport
from comity.bureau.lists.records import Format
from comity.core.codec import decode_own_as
from comity.core.vocabulary import Purpose
from comity.crossings.records import Advice, Outcome
from comity.exercise.client import Client
from comity.node.bootstrap import open_node
from comity.node.directory import NodeDirectory
from comity.node.housekeeping import build_index
from comity.runtime.records import Call

_UN, _OFAC, _REPEAT = "import.un", "import.ofac", "import.repeat-changes"
_DATED, _UNDATED, _FLAGGED = "recall.dated-missed", "recall.undated-missed", "recall.unlisted-flagged"
_DIFFERS = "recall.http-differs"
_UN_GOAL_S, _OFAC_GOAL_S, _FLAGGED_GOAL = 10, 20, 25
_CHANGES = ("added", "changed", "withdrawn")


def _run(setting: Setting) -> Iterable[Figure]:
    given = sources(max(1, setting.at_scale(300, 5000)))
    sample = (*given.listed[: setting.at_scale(20, 60)], *given.unlisted[: setting.at_scale(20, 60)])
    taken: dict[Format, tuple[float, dict[str, float]]] = {}
    with post(setting.folder) as desk:
        for form, files in given.lists.items():
            begun, cpu_begun = time.perf_counter(), cpu_s(desk.node.pid)
            ended = desk.bring(form, files)
            taken[form] = (
                time.perf_counter() - begun,
                {"cpu": cpu_s(desk.node.pid) - cpu_begun, "entries": ended.counts.get("added", 0)},
            )
        again = [desk.bring(form, files) for form, files in given.lists.items()]
        desk.guard.close()  # a connection that was silent so long is gone
        by_http = [_told(_asked(desk.guard, person, place)) for place, person in enumerate(sample)]
        token = desk.guard.token or ""
        directory = NodeDirectory(desk.node.directory)
        desk.node.stop()
        dated, undated = _parted(given.listed)
        found = _ask_all(directory, token, (*sample, *dated, *undated, *given.unlisted))
    others = {form.value: seconds for form, (seconds, _) in taken.items() if form is Format.EU_JOURNAL}
    yield measured(_UN, taken[Format.UN_SC][0], "s", goal=_UN_GOAL_S, beside={**taken[Format.UN_SC][1], **others})
    yield measured(_OFAC, taken[Format.OFAC_SDN][0], "s", goal=_OFAC_GOAL_S, beside=taken[Format.OFAC_SDN][1])
    yield measured(_REPEAT, sum(map(_changes, again)), "entries", goal=0, beside={"lists": len(again)})
    answers = iter(found)
    in_process = [_told(next(answers)) for _ in sample]
    yield _missed(_DATED, [next(answers) for _ in dated])
    yield _missed(_UNDATED, [next(answers) for _ in undated])
    rest = list(answers)
    flagged = sum(bool(advice.matches) for advice in rest)
    yield measured(_FLAGGED, flagged, "persons", goal=_FLAGGED_GOAL, beside={"asked": len(rest)})
    differs = sum(one != other for one, other in zip(by_http, in_process, strict=True))
    yield measured(_DIFFERS, differs, "answers", goal=0, beside={"asked": len(sample)})


def _parted(listed: Sequence[Traveller]) -> tuple[list[Traveller], list[Traveller]]:
    return [each for each in listed if each.born], [each for each in listed if not each.born]


def _asked(guard: Client, person: Traveller, number: int) -> Advice:
    return guard.call("crossing.check", person.question(number), Advice, purpose=Purpose.BORDERS)


def _ask_all(directory: NodeDirectory, token: str, persons: Iterable[Traveller]) -> list[Advice]:
    """Ask about everybody on the stopped node's directory, in this process."""
    found: list[Advice] = []
    with directory.locked(), open_node(directory, SystemClock()) as node:
        build_index(node)
        guard = node.sign_in(token)
        for number, person in enumerate(persons):
            call = Call(
                operation="crossing.check",
                command=msgspec.json.encode(person.question(number)),
                request_id=None,
                purpose=Purpose.BORDERS,
            )
            found.append(decode_own_as(node.runtime.run(call, guard).body, Advice))
    return found


def _missed(name: str, answers: Sequence[Advice]) -> Figure:
    """Count who was neither sent to the second line nor found as listed where the listing asks for no more."""
    referred = sum(advice.outcome is Outcome.REFER for advice in answers)
    noted = sum(advice.outcome is not Outcome.REFER and bool(advice.matches) for advice in answers)
    beside = {"asked": len(answers), "second line": referred, "listed, no border action": noted}
    return measured(name, len(answers) - referred - noted, "persons", goal=0, beside=beside)


def _told(advice: Advice) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return what two answers to one question must have in common."""
    return advice.outcome.value, tuple((match.alert.id, match.category) for match in advice.matches)


def _changes(ended: ListImport) -> int:
    return sum(ended.counts.get(change, 0) for change in _CHANGES)


MEASURE = Measure((_UN, _OFAC, _REPEAT, _DATED, _UNDATED, _FLAGGED, _DIFFERS), _run)
