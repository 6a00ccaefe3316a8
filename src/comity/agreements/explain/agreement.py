"""An agreement in words, party by party."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from comity.agreements.explain.clauses import condition_words, effect_of, line_of, period_words
from comity.agreements.explain.records import Explanation, Line, PartyExplanation, Section
from comity.agreements.explain.tongue import Tongue, tongue
from comity.agreements.load import agreement_id
from comity.agreements.provisions import DisputeStep
from comity.agreements.records import Agreement, Clause, Party
from comity.agreements.rules import unverified_leaves
from comity.agreements.tables import tables
from comity.agreements.terms import Effect
from comity.agreements.vocabulary import Mode, Scope
from comity.core.codes import name_of

_PLACES = ("ask", "share", "ground", "keep")


def explain(agreement: Agreement, language: str = "en", party: str | None = None) -> Explanation:
    """Return the agreement in plain language, for all parties or for one.

    Raises `BadInput` `explain.unknown-language`.
    """
    speech = tongue(language)
    chosen = [each for each in agreement.parties if party in {None, each.code}]
    return Explanation(
        agreement=agreement_id(agreement),
        lineage=agreement.id,
        version=agreement.version,
        title=agreement.title.value,
        language=speech.language,
        opening=tuple(_opening(agreement, speech)),
        parties=tuple(_party(agreement, each, speech) for each in chosen),
        unverified=len(unverified_leaves(agreement)),
    )


def _opening(agreement: Agreement, speech: Tongue) -> Iterator[Line]:
    names = speech.joined(f"{name_of(each.code)} ({each.code})" for each in agreement.parties)
    form = speech.say(f"form_{agreement.form.value.value.replace('-', '_')}")
    inside = agreement.internal_to
    if inside is None:
        yield Line(text=speech.say("among", form=form, parties=names), basis=agreement.form.source)
    else:
        authorities = speech.joined(agreement.signatories)
        text = speech.say("inside", form=form, party=name_of(inside.value), authorities=authorities)
        yield Line(text=text, basis=inside.source)
    if agreement.annex is not None:
        yield Line(text=speech.say("annex", lineage=agreement.annex.lineage), basis=agreement.form.source)
    if agreement.main_purpose is not None:
        purpose = speech.word("purposes", agreement.main_purpose.value)
        yield Line(text=speech.say("is_for", purpose=purpose), basis=agreement.main_purpose.source)
    if agreement.signature_suite is not None:
        suite = agreement.signature_suite.value.value
        yield Line(text=speech.say("signed_by_suite", suite=suite), basis=agreement.signature_suite.source)
    yield from _entry(agreement, speech)


def _entry(agreement: Agreement, speech: Tongue) -> Iterator[Line]:
    entry = agreement.entry
    if entry is not None:
        after = speech.say("after_period", period=period_words(entry.after.value, speech)) if entry.after else ""
        text = speech.say(
            "entry",
            counted=speech.say(f"counted_{entry.counted_from.value.value}"),
            after=after,
            starts=speech.say(f"starts_{entry.starts.value}"),
        )
        yield Line(text=text, basis=entry.counted_from.source)
    elif agreement.in_force_from is not None:
        yield Line(
            text=speech.say("in_force_from", day=agreement.in_force_from.value), basis=agreement.in_force_from.source
        )


def _party(agreement: Agreement, party: Party, speech: Tongue) -> PartyExplanation:
    inside = agreement.internal_to is not None
    acting = [clause for clause in agreement.clauses if inside or _acts(clause, party.code)]
    beside = [clause for clause in agreement.clauses if clause not in acting]
    others = [clause for clause in beside if _concerns(clause, party.code)]
    sections = [
        _section("bound", (*_bound(party, speech), *_guests(agreement, party.code, speech)), speech),
        *(
            _section(
                place,
                (line_of(each, agreement, speech) for each in acting if _is_permit(each) and _place(each) == place),
                speech,
            )
            for place in _PLACES
        ),
        _section(
            "others", (line_of(each, agreement, speech, giving=False) for each in others if _is_permit(each)), speech
        ),
        _section(
            "forbidden", (line_of(each, agreement, speech) for each in acting if effect_of(each) is Effect.DENY), speech
        ),
        _section(
            "person", (line_of(each, agreement, speech) for each in acting if effect_of(each) is Effect.REFER), speech
        ),
        _section(
            "duties",
            (
                *(line_of(each, agreement, speech) for each in acting if _is_duty(each)),
                *_correction(agreement, speech),
            ),
            speech,
        ),
        _section("how_long", _how_long(agreement, speech), speech),
        _section("passing_on", _passing_on(agreement, speech), speech),
        _section("life", _life(agreement, speech), speech),
    ]
    return PartyExplanation(
        party=party.code, name=name_of(party.code), sections=tuple(each for each in sections if each.lines)
    )


def _section(name: str, lines: Iterable[Line], speech: Tongue) -> Section:
    return Section(id=name, title=speech.say(f"section_{name}"), lines=tuple(lines))


def _acts(clause: Clause, party: str) -> bool:
    return isinstance(clause.givers.value, Scope) or party in clause.givers.value


def _concerns(clause: Clause, party: str) -> bool:
    return isinstance(clause.receivers.value, Scope) or party in clause.receivers.value


def _is_permit(clause: Clause) -> bool:
    return effect_of(clause) is Effect.PERMIT


def _is_duty(clause: Clause) -> bool:
    return effect_of(clause) in {Effect.DUTY, Effect.DEADLINE, Effect.RETENTION}


def _place(clause: Clause) -> str:
    rows = tables().operations
    if any(rows[each].asks for each in clause.operations.value) or "search" in clause.operations.value:
        return "ask"
    if "operation" in clause.categories.value:
        return "ground"
    return "keep" if clause.mode.value is Mode.LOCAL else "share"


def _bound(party: Party, speech: Tongue) -> Iterator[Line]:
    yield Line(text=speech.say("bound_from", day=party.bound_from.value), basis=party.bound_from.source)
    if party.roles is not None:
        roles = speech.joined((speech.word("roles", role) for role in party.roles.value), "or")
        yield Line(text=speech.say("bound_roles", roles=roles), basis=party.roles.source)
    if party.excluded_categories is not None:
        left = speech.listed("categories", party.excluded_categories.value)
        yield Line(text=speech.say("excluded", categories=left), basis=party.excluded_categories.source)
    for authority in party.named_authorities:
        yield Line(text=speech.say("authority", name=authority.name.value), basis=authority.name.source)
    for reserved in party.reservations:
        what = speech.joined(reserved.clauses.value) if reserved.clauses else speech.say("everything")
        where = (
            f" {speech.say('where', condition=condition_words(reserved.condition.value, speech))}"
            if reserved.condition
            else ""
        )
        mirrored = "reserved_mirrored" if reserved.mirrored.value else "reserved"
        yield Line(text=speech.say(mirrored, what=what) + where, basis=reserved.side.source)


def _guests(agreement: Agreement, party: str, speech: Tongue) -> Iterator[Line]:
    for plan in agreement.guests:
        if party not in {plan.host, plan.guest}:
            continue
        text = speech.say(
            "guests_going" if party == plan.guest else "guests_coming",
            host=name_of(plan.host),
            guest=name_of(plan.guest),
            roles=speech.listed("roles", plan.roles.value),
            plan=plan.plan.value,
            day=plan.until.value,
            directed=speech.say("guests_directed") if plan.under_host_direction.value else "",
        )
        yield Line(text=text, basis=plan.until.source)


def _correction(agreement: Agreement, speech: Tongue) -> Iterator[Line]:
    terms = agreement.correction_terms
    if terms is None:
        return
    if terms.sender_demand_binds.value:
        yield Line(text=speech.say("correction_binds"), basis=terms.sender_demand_binds.source)
    blocks = terms.block_where_deletion_harms
    if blocks is not None and blocks.value:
        yield Line(text=speech.say("correction_blocks"), basis=blocks.source)
    if terms.notice is not None and terms.notice.value == "at-once":
        yield Line(text=speech.say("correction_notice"), basis=terms.notice.source)


def _how_long(agreement: Agreement, speech: Tongue) -> Iterator[Line]:
    for kept in agreement.retention:
        text = speech.say(
            "kept",
            category=speech.word("categories", kept.category),
            period=period_words(kept.period.value, speech),
            notice=period_words(kept.notice.value, speech),
        )
        yield Line(text=text, basis=kept.period.source)
    given = agreement.search_input
    if given is not None:
        needed = given.unless_needed_for
        unless = speech.say("unless_needed", purposes=speech.listed("purposes", needed.value)) if needed else ""
        at_once = given.delete.value == "at-once"
        when = (
            speech.say("at_once")
            if at_once
            else speech.say("after_period", period=period_words(given.delete.value, speech))
        )
        yield Line(text=speech.say("search_input", when=when, unless=unless), basis=given.delete.source)
    period = period_words(agreement.log_retention.value, speech)
    yield Line(text=speech.say("log_kept", period=period), basis=agreement.log_retention.source)
    yield from _log(agreement, speech)


def _log(agreement: Agreement, speech: Tongue) -> Iterator[Line]:
    terms = agreement.log
    if terms is None:
        return
    if terms.content is not None:
        what = speech.joined(terms.content.value)
        yield Line(text=speech.say("log_content", what=what), basis=terms.content.source)
    if terms.use is not None:
        purposes = speech.listed("purposes", terms.use.value)
        yield Line(text=speech.say("log_use", purposes=purposes), basis=terms.use.source)
    gone = terms.deleted_at_once_after
    if gone is not None and gone.value:
        yield Line(text=speech.say("log_gone"), basis=gone.source)


def _passing_on(agreement: Agreement, speech: Tongue) -> Iterator[Line]:
    terms = agreement.onward
    leaf = agreement.onward_transfer
    if terms is None:
        yield Line(text=speech.say(f"onward_{leaf.value.value}"), basis=leaf.source)
        return
    safe = speech.say("with_safeguards") if terms.safeguards.value else ""
    form = speech.say(f"form_{terms.form.value.value}")
    yield Line(text=speech.say("onward_form", form=form, safeguards=safe), basis=terms.form.source)
    named = terms.recipients
    if named is not None:
        yield Line(text=speech.say("onward_recipients", names=speech.listed("roles", named.value)), basis=named.source)


def _life(agreement: Agreement, speech: Tongue) -> Iterator[Line]:
    yield Line(text=speech.say(f"suspension_{agreement.suspension.value.value}"), basis=agreement.suspension.source)
    protection = agreement.protection
    if protection is not None:
        stops = protection.loss_stops
        clauses = speech.joined(stops.value) if stops is not None else speech.say("everything")
        level = speech.say(f"protection_{protection.level.value}")
        yield Line(text=speech.say("protection", level=level, clauses=clauses), basis=protection.level.source)
    leaving = agreement.termination_terms
    if leaving is not None:
        text = speech.say(
            "termination",
            notice=period_words(leaving.notice.value, speech),
            counted=speech.say(f"counted_{leaving.counted_from.value.value}"),
        )
        yield Line(text=text, basis=leaving.notice.source)
    yield Line(text=speech.say(f"after_{agreement.termination.value.value}"), basis=agreement.termination.source)
    for number, step in enumerate(agreement.disputes, 1):
        yield Line(
            text=speech.say("dispute", number=number, body=step.body.value),
            basis=step.body.source,
            details=tuple(_dispute(step, speech)),
        )


def _dispute(step: DisputeStep, speech: Tongue) -> Iterator[str]:
    if step.opened_by is not None:
        yield speech.say(f"dispute_by_{step.opened_by.value}")
    if step.limit is not None:
        yield speech.say("dispute_limit", period=period_words(step.limit.value, speech))
    if step.exchanges is not None:
        yield speech.say(f"dispute_{step.exchanges.value}")


def lines_of_text(found: Explanation) -> Iterator[str]:
    """Give the explanation as lines for a terminal."""
    yield found.title
    yield ""
    for line in found.opening:
        yield f"{line.text} [{line.basis}]"
    for party in found.parties:
        yield ""
        yield f"== {party.name} ({party.party})"
        for section in party.sections:
            yield ""
            yield section.title
            for line in section.lines:
                yield f"  - {line.text} [{line.basis}]"
                yield from (f"      {detail}" for detail in line.details)
