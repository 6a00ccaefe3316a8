"""Devices, copies, what was checked on them, and the inventory."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import nacl.exceptions
import nacl.public

from comity.agreements.keys import Mark, mark
from comity.alerts.records import ALERT_KIND
from comity.alerts.store import find_alert
from comity.alerts.warning_marks import MarkPlace, seen_marks
from comity.core.codec import decode_canonical_as, decode_own_as, encode
from comity.core.errors import BadInput, Conflict, NotFound, Refused
from comity.core.hashing import digest
from comity.core.ids import Owner, RecordId, RecordRef
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Row, Search, Signer, Update, Work, fixed
from comity.core.said import say
from comity.core.time import Instant
from comity.core.vocabulary import Permission, Purpose
from comity.crossings.copies import sealing, store
from comity.crossings.copies.records import (
    COPY_KIND,
    LIFETIME_US,
    MOST_RECORDS,
    CheckedOffline,
    CopyHeader,
    CopyLine,
    HoldingView,
    Inventory,
    ListCopies,
    MadeCopy,
    MakeCopy,
    RegisterDevice,
    ReportChecks,
    Reported,
    RetireDevice,
)
from comity.crossings.desk.store import get_point
from comity.crossings.search import may_search
from comity.exchange.keys.store import deeds_of
from comity.screening.records import Subject
from comity.screening.store import all_entries

_MAKING = (Purpose.BORDERS, Purpose.POLICE)
_RUNNING = (Purpose.ADMINISTRATION,)
_READERS = (Purpose.BORDERS, Purpose.POLICE, Purpose.SUPERVISION, Purpose.ADMINISTRATION)


@dataclass(frozen=True, slots=True)
class Copying:
    """What copies need of the node: its name, the hand that signs, and what else it derives from alerts."""

    node: str
    signer: Signer
    holdings: Callable[[Work], tuple[HoldingView, ...]] = lambda _: ()


def make_operations(copying: Copying) -> tuple[AnyOperation, ...]:
    """Return the operations on copies of one node."""

    @operation("copy.make", permission=Permission.COPY_MAKE, purposes=_MAKING)
    def make(work: Work, command: MakeCopy) -> MadeCopy:
        """Make an encrypted copy of the alerts that may be used at a crossing point, for its device, for 48 hours."""
        device = store.get_device(work, work.who.owner, command.key)
        lines = tuple(_lines(work))
        return _made(work, device, lines, copying)

    @operation("copy.list", permission=Permission.COPY_READ, purposes=_READERS, kind=Kind.READ)
    def inventory(work: Work, _command: ListCopies) -> Inventory:
        """Show the inventory: devices, copies and how they stand, and what else holds alerts beside the records."""
        return Inventory(devices=store.devices(work), copies=store.copies(work), holdings=copying.holdings(work))

    return (register_device, retire_device, make, report, inventory)


@operation("copy.register-device", permission=Permission.CROSSING_POINT_MANAGE, purposes=_RUNNING, four_eyes=True)
def register_device(work: Work, command: RegisterDevice) -> Inventory:
    """Register a device by its public key: from now on copies can be made that it alone can read."""
    point = get_point(work, work.who.owner, command.crossing_point)
    if store.find_device(work, command.key) is not None:
        raise Conflict("copy.device-known", "A device of this key is registered.", field="$.key")
    store.add_device(work, work.who.owner, command.key, point.code, command.label)
    work.record(device=command.key[:16], crossing_point=point.code)
    return _inventory(work)


@operation("copy.retire-device", permission=Permission.CROSSING_POINT_MANAGE, purposes=_RUNNING)
def retire_device(work: Work, command: RetireDevice) -> Inventory:
    """Make no more copies for a device; those that it has end by themselves."""
    row = store.find_device(work, command.key)
    if row is None:
        raise NotFound("copy.no-device", "No such device is registered.", field="$.key", remedy="See `copy list`.")
    work.change(Update(store.DEVICE, {"key": row.key}, {"retired": True}))
    work.record(device=command.key[:16], crossing_point=row.crossing_point)
    return _inventory(work)


@operation("copy.report", permission=Permission.COPY_MAKE, purposes=_MAKING)
def report(work: Work, command: ReportChecks) -> Reported:
    """Take in what was checked on a copy while there was no link: each check goes into the search log."""
    row = store.get_copy(work, work.who.owner, command.copy)
    private = nacl.public.PrivateKey(bytes(row.report_private))
    number, last, new = row.checks, row.last_check, 0
    for place, line in enumerate(filter(None, command.journal.split("\n"))):
        checked = _opened(line, private, place)
        if checked.copy != row.id:
            raise _unreadable(place)
        if checked.number <= number:
            continue
        if checked.number != number + 1 or checked.previous != last:
            raise Refused(
                "copy.journal-gap",
                say("Check %(number)s is missing from the journal, or was altered.", number=number + 1),
                field="$.journal",
                remedy="Report the whole journal of the copy; if a check is gone, tell the supervisor.",
            )
        number, last, new = checked.number, digest(line.encode()), new + 1
        _log(work, checked)
    if new:
        store.note_report(work, row, number, last)
    work.record(RecordRef(kind=COPY_KIND, id=row.id, version=1), checks=number, new=new)
    return Reported(copy=row.id, checks=number, new=new)


def _lines(work: Work) -> Iterator[CopyLine]:
    """Yield every alert that the decision point opens to searches of this authority, for the purpose at hand."""
    opened: dict[tuple[str, Owner], bool] = {}
    for row in all_entries(work.read):
        if row.kind != ALERT_KIND:
            continue
        owner = Owner(party=row.party, authority=row.authority)
        case = (row.category, owner)
        if case not in opened:
            opened[case] = may_search(work, row.category, owner)
        record = find_alert(work, row.party, row.id) if opened[case] else None
        if record is None or (record.hidden_until is not None and record.hidden_until > work.at):
            continue
        yield CopyLine(
            kind=row.kind,
            id=row.id,
            owner=owner,
            version=row.version,
            category=row.category,
            expires=row.expires,
            subject=decode_own_as(row.body, Subject),
            action=record.data.action.value,
            warnings=seen_marks(record.data.warnings, MarkPlace.COPY, work.who.role),
        )


def _made(work: Work, device: Row, lines: tuple[CopyLine, ...], copying: Copying) -> MadeCopy:
    if len(lines) > MOST_RECORDS:
        raise Refused(
            "copy.too-large",
            say("A copy holds at most %(most)s alerts.", most=MOST_RECORDS),
            remedy="Such a node needs a link that holds, or a second node at the crossing point.",
        )
    key, private = work.random(sealing.KEY_BYTES), nacl.public.PrivateKey(work.random(sealing.KEY_BYTES))
    content = sealing.lock(lines, key, work.random(sealing.NONCE_BYTES))
    hand = fixed(copying.signer)
    header = CopyHeader(
        copy=work.new_id(),
        node=copying.node,
        party=device.party,
        authority=device.authority,
        crossing_point=device.crossing_point,
        device=device.key,
        made=work.recorded_at,
        ends=Instant(work.recorded_at + LIFETIME_US),
        records=len(lines),
        wrapped=sealing.wrap(key, device.key),
        digest=digest(content),
        report_key=bytes(private.public_key).hex(),
        signed_by=hand.key_id,
        deeds=deeds_of(work, copying.node),
    )
    store.add_copy(work, header, lines, bytes(private))
    ref = RecordRef(kind=COPY_KIND, id=header.copy, version=1)
    work.record(ref, records=header.records, crossing_point=header.crossing_point, digest=header.digest)
    data = sealing.write_copy(header, _marked(hand, header), content)
    return MadeCopy(
        copy=header.copy, records=header.records, ends=header.ends, content=base64.b64encode(data).decode("ascii")
    )


def _marked(hand: Signer, header: CopyHeader) -> Mark:
    return mark(hand, encode(header))


def _inventory(work: Work) -> Inventory:
    return Inventory(devices=store.devices(work), copies=store.copies(work), holdings=())


def _opened(line: str, private: nacl.public.PrivateKey, place: int) -> CheckedOffline:
    try:
        plain = nacl.public.SealedBox(private).decrypt(base64.b64decode(line, validate=True))
    except (nacl.exceptions.CryptoError, ValueError):
        raise _unreadable(place) from None
    return decode_canonical_as(bytes(plain), CheckedOffline)


def _unreadable(place: int) -> BadInput:
    return BadInput(
        "copy.journal-unreadable",
        say("Line %(line)s is no check on this copy.", line=place + 1),
        field="$.journal",
        remedy="Report the journal that lies beside the copy, unchanged.",
    )


def _log(work: Work, checked: CheckedOffline) -> None:
    refs = tuple(RecordRef(kind=ALERT_KIND, id=name, version=version) for name, version in checked.found)
    terms = {"at": checked.at, "user": checked.user, "copy": checked.copy, "probe": checked.probe}
    work.log_search(
        Search(
            search=RecordId(work.new_id()),
            operation="copy.check",
            terms=encode(terms),
            justification=checked.justification,
            found=refs,
        )
    )
