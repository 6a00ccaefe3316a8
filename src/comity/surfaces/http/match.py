"""`POST /match/{dataset}`: the operation `crossing.match` in the shape that users of yente know.

Queries are followthemoney entities by a key of the caller's; each answer has results with score, match and features.
The score is the probability by the model. Whoever asks is signed in, names a purpose, and stands at a desk or names the
place: it is a search like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from comity.core import codec
from comity.core.errors import BadInput, NotFound
from comity.core.personal import Personal
from comity.core.said import say
from comity.crossings.match_records import (
    MOST_MATCHES,
    MOST_QUERIES,
    Dataset,
    MatchedPersons,
    MatchPersons,
    PersonMatch,
    PersonMatches,
    PersonQuery,
)
from comity.crossings.records import Direction, Lane
from comity.runtime.records import Call
from comity.screening.ftm import Entity, person_of
from comity.screening.listed import LISTING_KIND
from comity.screening.records import Band, Person
from comity.surfaces.http.bodies import fields_of, read_body
from comity.surfaces.http.caller import Caller
from comity.surfaces.http.calls import JSON_TYPE, token_of
from comity.surfaces.http.settings import HttpSettings

OPERATION: Final = "crossing.match"
_OK, _NOT_ASKED = 200, 422
_MILLION, _THOUSAND = 1_000_000, 1000
_PROPERTIES: Final = {
    "name": "name",
    "birth_date": "birthDate",
    "nationality": "nationality",
    "document": "idNumber",
}


class MatchBody(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked: entities by key, and beside them what a search at the border needs. More is left alone."""

    queries: Annotated[dict[str, Entity], msgspec.Meta(min_length=1, max_length=MOST_QUERIES)]
    direction: Direction | None = None
    lane: Lane | None = None
    crossing_point: str = ""
    justification: Annotated[str, Personal] = ""
    case: str = ""


class Total(msgspec.Struct, frozen=True, kw_only=True):
    """How many there are; `gte` where the search stopped early."""

    value: int
    relation: str


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody on record. `score`: the probability; `match`: enough for the second line, or at the threshold given.

    `features`: what each comparison weighs, in bits, which add up to `evidence_bits`. `check`: where a person decides.
    """

    id: str
    caption: Annotated[str, Personal]
    schema: str
    properties: Annotated[dict[str, tuple[str, ...]], Personal]
    datasets: tuple[str, ...]
    score: float
    match: bool
    features: dict[str, float]
    evidence_bits: float
    band: str | None
    target: bool
    category: str
    check: str
    must_not_show: bool
    cleared: bool


class Matches(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one query; `status` is 422 where it could not be asked, and `problems` say why."""

    status: int
    results: tuple[Result, ...]
    total: Total
    query: Entity
    outcome: str | None
    problems: tuple[dict[str, str], ...] = ()


class Matched(msgspec.Struct, frozen=True, kw_only=True):
    """All answers by the caller's keys, and what the features are."""

    responses: dict[str, Matches]
    matcher: dict[str, dict[str, str]]
    limit: int
    model: str


def match_routes(caller: Caller, settings: HttpSettings) -> list[Route]:
    """Return the route where the node has the operation."""
    if not any(declared.name == OPERATION for declared in caller.runtime.catalogue.values()):
        return []
    return [Route("/match/{dataset}", _MatchRoute(caller, settings).answer, methods=["POST"])]


class _MatchRoute:
    """Serves the route."""

    def __init__(self, caller: Caller, settings: HttpSettings) -> None:
        self._caller = caller
        self._max_body_bytes = settings.max_body_bytes

    async def answer(self, request: Request) -> Response:
        """Answer `POST /match/{dataset}`."""
        request.state.operation = OPERATION
        dataset = _dataset(request.path_params["dataset"])
        limit, threshold = _limit(request.query_params.get("limit")), _share(request.query_params.get("threshold"))
        body = await self._body(request)
        persons, refused = _persons(body)
        asked: MatchedPersons | None = None
        if persons:
            asked = await self._ask(request, body, persons, (limit, dataset))
        # By place: a key of the caller's is text, and text may come back in another form.
        answers = {} if asked is None else dict(zip(persons, asked.queries, strict=True))
        responses = {
            key: _not_asked(entity, refused[key]) if key in refused else _matches(entity, answers[key], threshold)
            for key, entity in body.queries.items()
        }
        codes = {code for one in responses.values() for result in one.results for code in result.features}
        told = Matched(
            responses=responses,
            matcher={code: {"description": code.replace(".", ": ").replace("-", " ")} for code in sorted(codes)},
            limit=limit,
            model="" if asked is None else asked.model,
        )
        return Response(msgspec.json.encode(told), media_type=JSON_TYPE)

    async def _body(self, request: Request) -> MatchBody:
        content = await read_body(fields_of(request.scope), request.receive, JSON_TYPE, self._max_body_bytes)
        return codec.from_json_value(codec.decode(content), MatchBody)

    async def _ask(
        self, request: Request, body: MatchBody, persons: Mapping[str, Person], wanted: tuple[int, Dataset]
    ) -> MatchedPersons:
        command = MatchPersons(
            queries=tuple(PersonQuery(key=str(place), person=person) for place, person in enumerate(persons.values())),
            direction=body.direction,
            lane=body.lane,
            crossing_point=body.crossing_point,
            justification=body.justification,
            case=body.case,
            limit=wanted[0],
            dataset=wanted[1],
        )
        call = Call(
            operation=OPERATION,
            command=msgspec.json.encode(command),
            request_id=None,
            purpose=request.query_params.get("purpose"),
            at=None,
        )
        token = token_of(fields_of(request.scope).get(b"authorization"))
        answer = await self._caller.call(call, token)
        return codec.quick(answer.body, MatchedPersons)


def _persons(body: MatchBody) -> tuple[dict[str, Person], dict[str, BadInput]]:
    """Read the entities as persons; one that is none says why and stops no other."""
    persons: dict[str, Person] = {}
    refused: dict[str, BadInput] = {}
    for key, entity in body.queries.items():
        try:
            persons[key] = person_of(entity, field="$.queries")
        except BadInput as error:
            refused[key] = error
    return persons, refused


def _not_asked(entity: Entity, error: BadInput) -> Matches:
    problem = {"code": error.code, "message": str(error)}
    return Matches(
        status=_NOT_ASKED,
        results=(),
        total=Total(value=0, relation="gte"),
        query=entity,
        outcome=None,
        problems=(problem,),
    )


def _matches(entity: Entity, answer: PersonMatches, threshold: float | None) -> Matches:
    results = tuple(_result(one, threshold) for one in answer.matches)
    asked = answer.outcome is not None
    return Matches(
        status=_OK if asked else _NOT_ASKED,
        results=results,
        total=Total(
            value=answer.total,
            relation="eq" if asked and not answer.incomplete else "gte",
        ),
        query=entity,
        outcome=answer.outcome.value if answer.outcome is not None else None,
        problems=tuple({"code": each.code, "field": each.field, "message": each.message} for each in answer.problems),
    )


def _dataset(name: str) -> Dataset:
    try:
        return Dataset(name)
    except ValueError:
        raise NotFound(
            "match.dataset", "There is no such dataset.", remedy="Choose from default, alerts and listings."
        ) from None


def _result(one: PersonMatch, threshold: float | None) -> Result:
    weighed = one.weighed
    score = 0.0 if weighed is None else weighed.probability_ppm / _MILLION
    enough = weighed is None or weighed.band is not Band.NO_HIT
    facts = {_PROPERTIES[fact.field]: fact.values for fact in one.facts if fact.field in _PROPERTIES}
    return Result(
        id=f"{one.owner.party}.{one.alert.kind}.{one.alert.id}",
        caption=next(iter(facts.get("name", ())), one.alert.id),
        schema="Person",
        properties=facts,
        datasets=("listings" if one.alert.kind == LISTING_KIND else "alerts", one.owner.party),
        score=score,
        match=one.cleared is None and (enough if threshold is None else score >= threshold),
        features={} if weighed is None else {line.code: line.weight_mbit / _THOUSAND for line in weighed.lines},
        evidence_bits=0.0 if weighed is None else weighed.evidence_mbit / _THOUSAND,
        band=None if weighed is None else weighed.band.value,
        target=True,
        category=one.category,
        check=one.check,
        must_not_show=one.must_not_show,
        cleared=one.cleared is not None,
    )


def _limit(given: str | None) -> int:
    if given is None:
        return 5
    if not given.isascii() or not given.isdigit() or not 1 <= int(given[:9]) <= MOST_MATCHES:
        raise BadInput(
            "match.limit", say("The limit is a whole number from 1 to %(most)s.", most=MOST_MATCHES), field="?limit"
        )
    return int(given)


def _share(given: str | None) -> float | None:
    if given is None:
        return None
    try:
        share = float(given)
    except ValueError:
        share = -1.0
    if not 0.0 <= share <= 1.0:
        raise BadInput("match.threshold", "The threshold is a number from 0 to 1.", field="?threshold")
    return share
