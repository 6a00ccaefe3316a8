"""Tables of exercises, their travellers and turns. Every row goes with its exercise; nothing else refers to them."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from comity.core.codec import decode_own_as, encode
from comity.core.errors import NotFound
from comity.core.ids import Owner
from comity.core.ports import Change, Delete, Guard, Insert, Row, Update, Work
from comity.core.time import Instant
from comity.training.records import Exercise, Placed, State, TrainingAlert, Turn

METADATA: Final = sa.MetaData()
SCHEMA: Final = 1

EXERCISE: Final = sa.Table(
    "training_exercise",
    METADATA,
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("party", sa.String(12), nullable=False),
    sa.Column("authority", sa.String(48), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("closed", sa.BigInteger),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index("training_exercise_by_authority", "party", "authority", "id"),
)

TRAVELLER: Final = sa.Table(
    "training_traveller",
    METADATA,
    sa.Column("exercise", sa.String(26), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    # The alert behind the traveller; gone when the exercise is closed, as the alert is.
    sa.Column("alert", sa.String(26)),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index("training_traveller_by_alert", "alert"),
)

TURN: Final = sa.Table(
    "training_turn",
    METADATA,
    sa.Column("exercise", sa.String(26), primary_key=True),
    sa.Column("user", sa.String(64), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("done", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index("training_turn_by_user", "user", "done"),
)
"""`user` is the trainee's user number; the pseudonym stands in the body."""

# Asked at every check on an exercise node; building the statement anew would take longer than running it.
_OPEN_TURN: Final = (
    sa.select(TURN.c.user, TURN.c.version, TURN.c.body)
    .where(TURN.c.user == sa.bindparam("user"), TURN.c.done.is_(False))
    .execution_options(kept=True)
)


def insert_exercise(exercise: Exercise) -> Insert:
    """Return the change that adds an exercise."""
    return Insert(EXERCISE, {"id": exercise.id, **_columns(exercise)})


def replace_exercise(old: Exercise, new: Exercise) -> tuple[Change, ...]:
    """Return the changes that put `new` in the place of `old`, guarded by the version read."""
    key = {"id": old.id}
    return (Guard(EXERCISE, key, {"version": old.version}), Update(EXERCISE, key, _columns(new)))


def get_exercise(work: Work, owner: Owner, exercise: str) -> Exercise:
    """Return an exercise of the authority; raises `NotFound` for one that is not there or another's."""
    columns = EXERCISE.c
    query = sa.select(columns.body).where(
        columns.id == exercise, columns.party == owner.party, columns.authority == owner.authority
    )
    rows = work.read(query)
    if not rows:
        raise NotFound("training.exercise-not-found", "There is no such exercise here.", field="$.exercise")
    return decode_own_as(rows[0].body, Exercise)


def exercises(work: Work, owner: Owner) -> tuple[Exercise, ...]:
    """Return the authority's exercises, newest first."""
    columns = EXERCISE.c
    query = sa.select(columns.body).where(columns.party == owner.party, columns.authority == owner.authority)
    return tuple(decode_own_as(row.body, Exercise) for row in work.read(query.order_by(columns.id.desc())))


def insert_placed(exercise: str, placed: Placed) -> Insert:
    """Return the change that adds a traveller."""
    row = {
        "exercise": exercise,
        "number": placed.number,
        "alert": placed.alert.id if placed.alert else None,
        "schema": SCHEMA,
        "body": encode(placed),
    }
    return Insert(TRAVELLER, row)


def placed_in(work: Work, exercise: str) -> tuple[Placed, ...]:
    """Return the travellers of an exercise in order of arrival."""
    query = sa.select(TRAVELLER.c.body).where(TRAVELLER.c.exercise == exercise).order_by(TRAVELLER.c.number)
    return tuple(decode_own_as(row.body, Placed) for row in work.read(query))


def get_placed(work: Work, exercise: str, number: int) -> Placed:
    """Return one traveller; raises `NotFound`."""
    columns = TRAVELLER.c
    rows = work.read(sa.select(columns.body).where(columns.exercise == exercise, columns.number == number))
    if not rows:
        raise NotFound("training.traveller-not-found", "There is no such traveller.", field="$.exercise")
    return decode_own_as(rows[0].body, Placed)


def find_alert(work: Work, party: str, alert: str) -> TrainingAlert | None:
    """Return an injected alert of the party, or None where there is none (any more)."""
    for row in work.read(sa.select(TRAVELLER.c.body).where(TRAVELLER.c.alert == alert)):
        found = decode_own_as(row.body, Placed).alert
        if found is not None and found.owner.party == party:
            return found
    return None


def release_alerts(exercise: str, placed: Placed) -> Update:
    """Return the change after which the traveller's alert is found no more."""
    return Update(TRAVELLER, {"exercise": exercise, "number": placed.number}, {"alert": None})


def delete_placed(exercise: str, placed: Placed) -> tuple[Change, ...]:
    """Return the changes that take a traveller back, with every turn."""
    key = {"exercise": exercise, "number": placed.number}
    return (Delete(TURN, key), Delete(TRAVELLER, key))


def delete_turns(exercise: str) -> Delete:
    """Return the change that forgets what all trainees of an exercise did."""
    return Delete(TURN, {"exercise": exercise})


def erase(exercise: str) -> tuple[Change, ...]:
    """Return the changes after which nothing is left of an exercise."""
    whole = {"exercise": exercise}
    return (Delete(TURN, whole), Delete(TRAVELLER, whole), Delete(EXERCISE, {"id": exercise}))


def erase_closed_before(work: Work, before: Instant) -> None:
    """Erase every exercise that was closed before an instant: results are kept for the debriefing, not for a file."""
    query = sa.select(EXERCISE.c.id).where(EXERCISE.c.state == State.CLOSED.value, EXERCISE.c.closed < before)
    for row in work.read(query):
        work.change(*erase(row.id))


def open_turn(work: Work, user: str) -> tuple[Turn, int] | None:
    """Return the turn that a user is in, with its row's version, or None."""
    rows = work.read(_OPEN_TURN, {"user": user})
    return (_turn_of(rows[0]), int(rows[0].version)) if rows else None


def turns_in(work: Work, exercise: str, user: str | None = None) -> tuple[Turn, ...]:
    """Return the turns of an exercise, or of one user in it, by number."""
    query = sa.select(TURN.c.body).where(TURN.c.exercise == exercise).order_by(TURN.c.user, TURN.c.number)
    if user is not None:
        query = query.where(TURN.c.user == user)
    return tuple(_turn_of(row) for row in work.read(query))


def insert_turn(user: str, turn: Turn) -> tuple[Change, ...]:
    """Return the changes that begin a turn which must not exist yet."""
    key = _turn_key(user, turn)
    return (Guard(TURN, key, None), Insert(TURN, {**key, "version": 1, **_turn_columns(turn)}))


def replace_turn(user: str, turn: Turn, version: int) -> tuple[Change, ...]:
    """Return the changes that put a turn in the place of that of `version`."""
    key = _turn_key(user, turn)
    return (
        Guard(TURN, key, {"version": version}),
        Update(TURN, key, {"version": version + 1, **_turn_columns(turn)}),
    )


def _turn_of(row: Row) -> Turn:
    return decode_own_as(row.body, Turn)


def _turn_key(user: str, turn: Turn) -> dict[str, object]:
    return {"exercise": turn.exercise, "user": user, "number": turn.number}


def _turn_columns(turn: Turn) -> dict[str, object]:
    return {"done": turn.done is not None, "schema": SCHEMA, "body": encode(turn)}


def _columns(exercise: Exercise) -> dict[str, object]:
    return {
        "party": exercise.owner.party,
        "authority": exercise.owner.authority,
        "state": exercise.state.value,
        "version": exercise.version,
        "closed": exercise.closed,
        "schema": SCHEMA,
        "body": encode(exercise),
    }
