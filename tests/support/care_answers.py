"""Answers of the rooms that protect, and of what stands beside an alert, for the pages: hostile in every text."""

from __future__ import annotations

import msgspec

from comity.alerts import hiding, linking, misused, receiving, vetting, waiting
from comity.alerts.achieved import Achievement
from comity.alerts.attached import Victim, VictimDocument
from comity.alerts.before_records import Basis, Existing, Relation
from comity.alerts.care import records as care
from comity.alerts.character import Character
from comity.alerts.commands import AlertState
from comity.alerts.held_store import HeldAlert, HeldState, Refusal, Vetting, VettingState
from comity.bureau import unit_hits
from comity.bureau.letters import consulting
from comity.core.ids import Owner, RecordRef
from comity.core.operation import Kind
from comity.core.time import CivilDate, Instant
from comity.diplomacy.records import Holders, HolderView, ShowHolders

DAY = CivilDate("2027-01-05")
Answered = tuple[str, type[msgspec.Struct], msgspec.Struct, Kind]


def answers(hostile: str, now: Instant, number: str) -> list[Answered]:
    """Return name, command, answer and kind of each operation that the pages ask for."""
    return [
        *_letters(hostile, now, number),
        *_care(hostile, number),
        *_intake(hostile, now, number),
        *_beside(hostile, now, number),
    ]


def _care(hostile: str, number: str) -> list[Answered]:
    order = care.OrderLine(id=number, reference=hostile, issued_by=hostile, until=DAY)
    victim = care.VictimLine(
        id=number,
        indicators=tuple(care.Indicator),
        child=True,
        referred_to=hostile,
        reflection_until=DAY,
        state=care.VictimState.REFLECTING,
    )
    told = care.PlaceAnswer(may_tell=care.MayTell.LOCATED, reasons=("CONSENT_MISSING",), obligations=())
    return [
        ("protection.orders", care.ListOrders, care.Orders(orders=(order,)), Kind.READ),
        ("protection.record-order", care.RecordOrder, order, Kind.CHANGE),
        ("protection.lift-order", care.LiftOrder, order, Kind.CHANGE),
        ("protection.ask-place", care.AskPlace, told, Kind.READ),
        ("victim.list", care.ListVictims, care.Victims(victims=(victim,)), Kind.READ),
        ("victim.record", care.RecordVictim, victim, Kind.CHANGE),
        ("victim.prolong", care.ProlongReflection, victim, Kind.CHANGE),
        ("victim.end", care.EndReflection, victim, Kind.CHANGE),
    ]


def _intake(hostile: str, now: Instant, number: str) -> list[Answered]:
    vetted = Vetting(party="ITA", id=number, version=1, state=VettingState.WAITING, since=now, vetted_by=hostile)
    held = HeldAlert(
        party="ITA",
        id=number,
        category="ARR",
        version=1,
        suspected=Character.POLITICAL,
        state=HeldState.HELD,
        since=now,
        erase_by=DAY,
        reviewed_by=hostile,
        reasons=hostile,
    )
    refusals = receiving.Refusals(refusals=(Refusal(party="*", category="DIS", basis=hostile, since=now),))
    return [
        ("alert.vettings", vetting.ListVettings, vetting.VettingPage(vettings=(vetted,), next=now), Kind.READ),
        ("alert.vet", vetting.VetAlert, vetted, Kind.CHANGE),
        ("alert.held", receiving.ListHeld, receiving.HeldPage(held=(held,), next=now), Kind.READ),
        ("alert.decide-held", receiving.DecideHeld, held, Kind.CHANGE),
        ("alert.refusals", receiving.ListRefusals, refusals, Kind.READ),
        ("alert.refuse-from", receiving.RefuseFrom, refusals, Kind.CHANGE),
        ("alert.accept-from", receiving.AcceptFrom, refusals, Kind.CHANGE),
    ]


def _letters(hostile: str, now: Instant, number: str) -> list[Answered]:
    """Return the same of letters."""
    due = consulting.ConsultationDue(
        waiting=number, category="ARR", alert_party="ITA", alert=number, form="E", since=now
    )
    out = msgspec.structs.replace(due, form="L", letter=number, answer=hostile)
    page = consulting.ConsultationPage(consultations=(due, out))
    holders = tuple(
        HolderView(
            node=hostile,
            stream="s",
            version=version,
            withdrawn=version == 1,
            state="stored",
            receipt=receipt,
            stale=True,
        )
        for version, receipt in ((1, "ab" * 32), (2, None))
    )
    return [
        ("letter.consultations", consulting.ListConsultations, page, Kind.READ),
        ("peer.holders", ShowHolders, Holders(holders=holders), Kind.READ),
    ]


def _beside(hostile: str, now: Instant, number: str) -> list[Answered]:
    state = AlertState(
        id=number,
        owner=Owner(party="FRA", authority="a"),
        category="ARR",
        version=2,
        notice_date=DAY,
        review_date=DAY,
        delete_by=DAY,
    )
    victim = misused.VictimShown(
        alert=number,
        party="FRA",
        category="ARR",
        victim=Victim(
            surnames=hostile,
            birth_date="1985",
            documents=(VictimDocument(category="passport", country="ITA", number=hostile),),
        ),
        consented=CivilDate("2026-11-20"),
    )
    other = Existing(
        party="ITA",
        id=number,
        category="REF",
        by=(Basis.NAME,),
        relation=Relation.INCOMPATIBLE,
        prevails=True,
        form="E",
    )
    waits = waiting.Waiting(id=number, category="ARR", since=now, erase_by=DAY, behind=(other,))
    hidden = linking.LinksHidden(party="ITA", id=number, hidden=True)
    return [
        ("alert.link", linking.LinkAlert, state, Kind.CHANGE),
        ("alert.unlink", linking.UnlinkAlert, state, Kind.CHANGE),
        ("alert.hide-links", linking.HideLinks, hidden, Kind.CHANGE),
        ("alert.hide", hiding.HideAlert, state, Kind.CHANGE),
        ("alert.reveal", hiding.RevealAlert, state, Kind.CHANGE),
        ("alert.add-victim", misused.AddVictim, state, Kind.CHANGE),
        ("alert.remove-victim", misused.RemoveVictim, state, Kind.CHANGE),
        ("alert.show-victim", misused.ShowVictim, victim, Kind.READ),
        ("alert.wait", waiting.WaitAlert, waits, Kind.CHANGE),
        ("bureau.unit-hits", unit_hits.ListUnitHits, _hits(hostile, number), Kind.READ),
        ("alert.waiting", waiting.ListWaiting, waiting.WaitingPage(waiting=(waits,)), Kind.READ),
        ("alert.enter-waiting", waiting.EnterWaiting, state, Kind.CHANGE),
        ("alert.drop-waiting", waiting.DropWaiting, waiting.WaitingPage(waiting=()), Kind.CHANGE),
    ]


def _hits(hostile: str, number: str) -> unit_hits.UnitHitPage:
    found = unit_hits.UnitHit(
        alert=RecordRef(kind="alert", id=number, version=1),
        category="MIS-N",
        reported_by="ITA",
        found_on=DAY,
        place=hostile,
        action_taken="located",
        prompt=unit_hits.UnitPrompt.DELETE_OR_KEEP,
        ended=Achievement.LOCATED,
    )
    asked = msgspec.structs.replace(found, prompt=unit_hits.UnitPrompt.REPLY, last_day=DAY)
    nothing = msgspec.structs.replace(found, prompt=unit_hits.UnitPrompt.NONE, ended=None)
    return unit_hits.UnitHitPage(hits=(found, asked, nothing))
