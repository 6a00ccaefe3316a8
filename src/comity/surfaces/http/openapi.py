"""OpenAPI 3.1, derived from the catalogue: nothing about an operation is written twice."""

from __future__ import annotations

from typing import Final, TypeAlias

import msgspec

from comity.core import learning
from comity.core.operation import AnyOperation, Catalogue, Kind
from comity.crossings.gates import GateAnswer, PassGate
from comity.crossings.match_records import MOST_MATCHES, Dataset
from comity.surfaces.http.gate import OPERATION as GATE
from comity.surfaces.http.match import OPERATION as MATCH
from comity.surfaces.http.match import MatchBody, Matched
from comity.surfaces.http.problems import PROBLEM_TYPE, ProblemDocument
from comity.surfaces.http.settings import HttpSettings
from comity.surfaces.http.shield import PROFILE_HEADER

Document: TypeAlias = "dict[str, object]"

_REF: Final = "#/components/schemas/{name}"
_PROBLEMS: Final = {
    "400": "The request cannot be read",
    "401": "Not signed in",
    "403": "Not permitted",
    "404": "What the command names does not exist, or may not be seen",
    "409": "The record moved on, or the request id came with other content before",
    "413": "The body is too large",
    "415": "The body is not application/json in UTF-8",
    "421": "The host name is not this node's",
    "422": "A field breaks its rule, or a rule of law, agreement or house refuses the act",
    "429": "Too many attempts",
    "500": "A defect of this node",
    "503": "A peer or this node cannot answer now",
}
_ABOUT: Final = "Every operation is one POST. Refusals are problem documents (RFC 9457)."
_EXERCISE: Final = " EXERCISE: all data of this node are synthetic."
_TRACE: Final = {"type": "string", "pattern": "^[0-9a-f]{16}$", "description": "Finds this call in the node's log."}


def describe_api(catalogue: Catalogue, settings: HttpSettings) -> Document:
    """Describe the whole HTTP surface as an OpenAPI 3.1 document of plain values."""
    operations = tuple(catalogue.values())
    records: list[type[msgspec.Struct]] = [ProblemDocument, MatchBody, Matched]
    for declared in operations:
        records += [declared.command, declared.result]
    unique = tuple(dict.fromkeys(records))
    with learning.alone:
        references, schemas = msgspec.json.schema_components(unique, ref_template=_REF)
    reference_of = dict(zip(unique, references, strict=True))
    paths: Document = {
        f"/v1/{declared.subject}/{declared.verb}": {"post": _describe(declared, reference_of, settings)}
        for declared in operations
    }
    paths |= _plain_paths()
    if any(declared.name == MATCH for declared in operations):
        paths["/match/{dataset}"] = {"post": _match(reference_of, operations)}
    if GATE in catalogue:
        paths["/gate"] = {"post": _gate(reference_of, catalogue[GATE])}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"Comity node of {settings.party}",
            "version": "1",
            "description": _ABOUT + (_EXERCISE if settings.exercise else ""),
            "x-profile": settings.profile,
        },
        "paths": paths,
        "tags": [{"name": subject} for subject in dict.fromkeys(declared.subject for declared in operations)],
        "security": [{"session": []}],
        "components": {
            "schemas": schemas,
            "responses": {f"Problem{status}": _problem(text, reference_of) for status, text in _PROBLEMS.items()},
            "securitySchemes": {
                "session": {"type": "http", "scheme": "bearer", "description": "The token that session.open gives."}
            },
        },
    }


def _describe(
    declared: AnyOperation, reference_of: dict[type[msgspec.Struct], Document], settings: HttpSettings
) -> Document:
    responses: Document = {
        "200": {
            "description": "Done",
            "headers": {"Trace-Id": {"schema": _TRACE}, PROFILE_HEADER: {"schema": {"const": settings.profile}}},
            "content": {"application/json": {"schema": _result(reference_of[declared.result], settings)}},
        }
    }
    if declared.four_eyes:
        responses["202"] = _problem("Stored; a second person must approve it", reference_of)
    responses |= {status: {"$ref": f"#/components/responses/Problem{status}"} for status in _PROBLEMS}
    described: Document = {
        "operationId": declared.name,
        "summary": declared.summary,
        "description": _explain(declared),
        "tags": [declared.subject],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _envelope(declared, reference_of[declared.command])}},
        },
        "responses": responses,
    }
    if declared.permission is None:
        described["security"] = [{}]
    return described


def _explain(declared: AnyOperation) -> str:
    purposes = ", ".join(f"`{purpose}`" for purpose in declared.purposes)
    eyes = " A second person must approve it." if declared.four_eyes else ""
    needs = "Open to all" if declared.permission is None else f"Needs the permission `{declared.permission}`"
    return f"{needs}; purpose {purposes}; a {declared.kind}.{eyes}"


def _envelope(declared: AnyOperation, command: Document) -> Document:
    needed = ["command"]
    if declared.kind is Kind.CHANGE:
        needed.append("request_id")
    if len(declared.purposes) > 1:
        needed.append("purpose")
    optional: list[Document] = [] if declared.kind is Kind.CHANGE else [{"type": "null"}]
    request_id: Document = {
        "type": "string",
        "pattern": "^[A-Za-z0-9._-]{8,64}$",
        "description": "Names this attempt; the same one on a retry gives the same result and acts once.",
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "required": needed,
        "properties": {
            "command": command,
            "request_id": {"anyOf": [request_id, *optional]} if optional else request_id,
            "purpose": {"enum": [str(purpose) for purpose in declared.purposes]},
            "at": {
                "anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}],
                "description": "Moves legal time; exercise nodes only.",
            },
        },
    }


def _result(result: Document, settings: HttpSettings) -> Document:
    properties: Document = {"result": result, "trace": _TRACE}
    if settings.exercise:
        properties["profile"] = {"const": settings.profile, "description": "The data are synthetic."}
    return {"type": "object", "additionalProperties": False, "required": list(properties), "properties": properties}


def _problem(text: str, reference_of: dict[type[msgspec.Struct], Document]) -> Document:
    return {"description": text, "content": {PROBLEM_TYPE: {"schema": reference_of[ProblemDocument]}}}


def _match(reference_of: dict[type[msgspec.Struct], Document], operations: tuple[AnyOperation, ...]) -> Document:
    """Describe a call that does not take the envelope of the others."""
    declared = next(each for each in operations if each.name == MATCH)

    def parameter(name: str, schema: Document, where: str = "query") -> Document:
        return {"name": name, "in": where, "required": where == "path", "schema": schema}

    return {
        "operationId": "match",
        "summary": "Match followthemoney persons, several in one call; a search like any other.",
        "description": _explain(declared),
        "tags": [declared.subject],
        "parameters": [
            parameter("dataset", {"enum": [each.value for each in Dataset]}, "path"),
            parameter("purpose", {"enum": [str(purpose) for purpose in declared.purposes]}),
            parameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST_MATCHES}),
            parameter("threshold", {"type": "number", "minimum": 0, "maximum": 1}),
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": reference_of[MatchBody]}}},
        "responses": {
            "200": {"description": "Done", "content": {"application/json": {"schema": reference_of[Matched]}}},
            **{status: {"$ref": f"#/components/responses/Problem{status}"} for status in _PROBLEMS},
        },
    }


def _gate(reference_of: dict[type[msgspec.Struct], Document], declared: AnyOperation) -> Document:
    """Describe the call of automatic gates: one word, in slots of time."""
    return {
        "operationId": "gate",
        "summary": "Open an automatic gate or send the person to an officer, at the next half second.",
        "description": _explain(declared),
        "tags": [declared.subject],
        "requestBody": {"required": True, "content": {"application/json": {"schema": reference_of[PassGate]}}},
        "responses": {
            "200": {"description": "Done", "content": {"application/json": {"schema": reference_of[GateAnswer]}}},
            **{status: {"$ref": f"#/components/responses/Problem{status}"} for status in _PROBLEMS},
        },
    }


def _plain_paths() -> Document:
    json_object: Document = {"application/json": {"schema": {"type": "object"}}}
    text: Document = {"text/plain": {"schema": {"type": "string"}}}
    return {
        "/v1": {"get": _plain("index", "Name this node and list its operations.", json_object)},
        "/openapi.json": {"get": _plain("openapi", "Give this description.", json_object)},
        "/health": {"get": _plain("health", "Say that the process lives.", json_object)},
        "/metrics": {"get": _plain("metrics", "Give counters in the Prometheus text format.", text)},
    }


def _plain(name: str, summary: str, content: Document) -> Document:
    responses: Document = {"200": {"description": "Done", "content": content}}
    return {"operationId": name, "summary": summary, "security": [{}], "responses": responses}
