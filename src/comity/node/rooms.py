"""The rooms of a node: their operations, receivers and tasks, each listed once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from comity.alerts import OPERATIONS as ALERT_OPERATIONS
from comity.alerts.duties import REVIEWS
from comity.alerts.flag_receiver import FlagReceiver
from comity.alerts.flag_records import FLAG_KIND
from comity.alerts.receiver import AlertReceiver
from comity.alerts.records import ALERT_KIND
from comity.alerts.source import AlertSource
from comity.alerts.sweeping import make_operations as sweep_operations
from comity.alerts.tasks import TASKS as ALERT_TASKS
from comity.bureau.duties import MESSAGES, REPORTS
from comity.bureau.duty.operations import OPERATIONS as DUTY_OPERATIONS
from comity.bureau.letters.consulting import PROJECTIONS as CONSULTING
from comity.bureau.letters.duties import LETTERS
from comity.bureau.letters.operations import OPERATIONS as LETTER_OPERATIONS
from comity.bureau.letters.receiver import LetterReceiver, LineReceiver
from comity.bureau.letters.reciprocity import OPERATIONS as RECIPROCITY_OPERATIONS
from comity.bureau.letters.records import LETTER_KIND, LINE_KIND
from comity.bureau.lists.bans.operations import OPERATIONS as BAN_OPERATIONS
from comity.bureau.lists.bans.projections import PROJECTIONS as BAN_PROJECTIONS
from comity.bureau.lists.operations import OPERATIONS as LIST_OPERATIONS
from comity.bureau.lists.projections import PROJECTIONS as LIST_PROJECTIONS
from comity.bureau.lists.tasks import tasks as list_tasks
from comity.bureau.operations import OPERATIONS as BUREAU_OPERATIONS
from comity.bureau.projections import PROJECTIONS as BUREAU_PROJECTIONS
from comity.bureau.quality.operations import OPERATIONS as QUALITY_OPERATIONS
from comity.bureau.receiver import AnswerReceiver, HitReportReceiver
from comity.bureau.records import ANSWER_KIND, REPORT_KIND
from comity.core.job import AnyTask
from comity.core.operation import AnyOperation
from comity.core.ports import RecordChanged, Work
from comity.crossings.boards import make_operations as board_operations
from comity.crossings.cameras import make_operations as camera_operations
from comity.crossings.copies.operations import Copying
from comity.crossings.copies.operations import make_operations as copy_operations
from comity.crossings.copies.projections import PROJECTIONS as COPY_PROJECTIONS
from comity.crossings.gates import make_operations as gate_operations
from comity.crossings.matching import make_operations as match_operations
from comity.crossings.operations import Around, make_check
from comity.crossings.operations import make_operations as crossing_operations
from comity.crossings.projections import CLEARING
from comity.crossings.projections import PROJECTIONS as CROSSING_PROJECTIONS
from comity.crossings.referral_rates import OPERATIONS as RATE_OPERATIONS
from comity.crossings.referrals import OPERATIONS as REFERRAL_OPERATIONS
from comity.crossings.rescreen.operations import make_operations as rescreen_operations
from comity.crossings.unchecked.operations import OPERATIONS as UNCHECKED_OPERATIONS
from comity.deadlines import make_operations as deadline_operations
from comity.diplomacy.duties import TERMINATIONS
from comity.diplomacy.key_duties import KeyDuties
from comity.diplomacy.operations import make_operations as diplomacy_operations
from comity.diplomacy.receivers import make_receivers as diplomacy_receivers
from comity.diplomacy.services import Services as DiplomacyServices
from comity.documents import OPERATIONS as DOCUMENT_OPERATIONS
from comity.exchange.ports import Receiver, Source
from comity.identity import OPERATIONS as IDENTITY_OPERATIONS
from comity.node.operations import make_operations as node_operations
from comity.oversight.diagnosis import Inspector
from comity.oversight.diagnosis import make_operations as diagnosis_operations
from comity.oversight.operations import make_operations as oversight_operations
from comity.oversight.ports import EvidenceReader
from comity.oversight.sealing import EXERCISE, PRODUCTION
from comity.oversight.witness_operations import OPERATIONS as WITNESS_OPERATIONS
from comity.runtime.jobs import OPERATIONS as JOB_OPERATIONS
from comity.screening import ScreeningIndex
from comity.training.operations import make_operations as training_operations
from comity.training.projections import PROJECTIONS as TRAINING_PROJECTIONS

TASKS: tuple[AnyTask, ...] = (*ALERT_TASKS, *list_tasks())

Projections: TypeAlias = Mapping[str, Callable[[Work, RecordChanged], None]]


def projections(*, exercise: bool) -> tuple[Projections, ...]:
    """Return the reactions of rooms to each other's records; who was how quick is noted on exercise nodes only."""
    everywhere = (
        CROSSING_PROJECTIONS,
        CLEARING,
        COPY_PROJECTIONS,
        BUREAU_PROJECTIONS,
        CONSULTING,
        LIST_PROJECTIONS,
        BAN_PROJECTIONS,
    )
    return (*everywhere, TRAINING_PROJECTIONS) if exercise else everywhere


def operations(
    diplomacy: DiplomacyServices,
    evidence: EvidenceReader,
    around: Around,
    index: ScreeningIndex,
    inspector: Inspector,
    copying: Copying,
    *,
    exercise: bool,
) -> tuple[AnyOperation, ...]:
    """Return every operation of a node, in the order in which help and OpenAPI list them."""
    # A list of travellers, and whoever stands in a gate, is searched for here alone: to ask abroad takes too long.
    listed = make_check(index, replace(around, abroad=None))
    # A camera drops what is not sought, so chance would pick nobody there, and a discreet match would stand alone.
    seen_by_camera = make_check(index, replace(around, abroad=None, sends_on=False))
    return (
        *IDENTITY_OPERATIONS,
        *diplomacy_operations(diplomacy),
        *ALERT_OPERATIONS,
        *sweep_operations(exercise=exercise),
        *DOCUMENT_OPERATIONS,
        *crossing_operations(index, around),
        *board_operations(listed),
        *match_operations(listed),
        *gate_operations(listed),
        *camera_operations(seen_by_camera),
        *rescreen_operations(index, around.partners),
        *copy_operations(copying),
        *REFERRAL_OPERATIONS,
        *RATE_OPERATIONS,
        *UNCHECKED_OPERATIONS,
        *BUREAU_OPERATIONS,
        *LETTER_OPERATIONS,
        *RECIPROCITY_OPERATIONS,
        *DUTY_OPERATIONS,
        *QUALITY_OPERATIONS,
        *LIST_OPERATIONS,
        *BAN_OPERATIONS,
        *deadline_operations((REPORTS, MESSAGES, LETTERS, REVIEWS, TERMINATIONS, KeyDuties(diplomacy))),
        *oversight_operations(evidence, EXERCISE if exercise else PRODUCTION),
        *WITNESS_OPERATIONS,
        *training_operations(exercise=exercise),
        *JOB_OPERATIONS,
        *node_operations(diplomacy),
        *diagnosis_operations(inspector),
    )


def sources() -> tuple[Source, ...]:
    """Return whose own records are offered to peers that come later."""
    return (AlertSource(),)


def receivers(diplomacy: DiplomacyServices) -> Mapping[str, Receiver]:
    """Return who takes in which kind of record from peers."""
    return {
        **diplomacy_receivers(diplomacy),
        ALERT_KIND: AlertReceiver(),
        FLAG_KIND: FlagReceiver(diplomacy.party),
        REPORT_KIND: HitReportReceiver(diplomacy.party),
        ANSWER_KIND: AnswerReceiver(diplomacy.party),
        LETTER_KIND: LetterReceiver(diplomacy.party),
        LINE_KIND: LineReceiver(diplomacy.party),
    }
