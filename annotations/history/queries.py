"""What was done in a project, newest first, and what taking it back would change."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import QuerySet

from annotations.accounts.models import User
from annotations.common.keyset import Cursor
from annotations.history.statements import (
    COUNT_LABELS,
    COUNT_VALUES,
    HAS_DONE,
    LIST,
    MOST_SEARCHED,
    OF_BATCH_LABELS,
    OF_BATCH_VALUES,
    OF_PERSON_LABELS,
    OF_PERSON_VALUES,
    TOUCHED,
)
from annotations.projects.models import Project

ACTIONS, MOST_ACTIONS = 50, 500  # a page
MOST_PREVIEWED = 200_000  # changes, or objects, that are counted while the page is waited for
ORDER = "actions"


@dataclass(frozen=True)
class Action:
    """Something that was done at one stroke, with all that became of it. Dates are UTC."""

    id: int  # of its batch
    kind: str
    created: datetime
    changed: int
    details: dict
    model: int | None
    model_name: str | None
    user: int | None
    user_name: str | None
    root_id: int | None  # this is an undo of somebody else's action, which is that one
    is_undone: bool
    latest: int | None  # the end of its chain
    latest_user: int | None
    latest_name: str | None
    latest_created: datetime | None
    latest_changed: int | None
    is_unfinished: bool
    is_left: bool  # something of it, or of the first MOST_SEARCHED of it, is as it left it
    merged: str | None  # of a merge: the two taxa

    @property
    def to_reverse(self) -> int:
        """The batch to hand to `take_back`: of what was taken back, the undo."""
        return self.latest if self.is_undone and self.latest is not None else self.id

    @property
    def is_searched(self) -> bool:
        """Whether all of it was looked at for `is_left`."""
        return self.changed <= MOST_SEARCHED


@dataclass
class UndoPreview:
    """What taking something back would change, and what stays because it was changed since, by whom.

    Where there is more than is counted while somebody waits, `more_than` says of how much the figures are.
    """

    labels: int = 0
    values: int = 0
    stays: dict[str, int] = field(default_factory=dict)
    more_than: int | None = None

    @property
    def back(self) -> int:
        return self.labels + self.values

    def sentence_of_stays(self) -> str:
        """`12 stay as they are, changed since: 9 by Carla, 3 by a model.`"""
        total = sum(self.stays.values())
        if not total:
            return ""
        parts = ", ".join(f"{count:,} by {name}" for name, count in self.stays.items())
        return f"{total:,} {'stays as it is' if total == 1 else 'stay as they are'}, changed since: {parts}."


@dataclass(frozen=True)
class ActionFilter:
    """Which actions to list. `person` None: everybody's."""

    person: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    kind: str | None = None


def actions(
    project_id: int, action_filter: ActionFilter, cursor: str | None = None, size: int = ACTIONS
) -> tuple[list[Action], str | None]:
    """The newest actions, or those before the cursor; and the cursor of those before them.

    Undos and redos of one thing are one line, that of the thing itself; but for undos of what others did.
    """
    before = Cursor.decode(cursor, ORDER).id if cursor else 2**63 - 1
    if abs(before) >= 2**63:
        raise ValidationError("`cursor` is damaged: start again without it.")
    params: dict[str, Any] = {
        **vars(action_filter),
        "project": project_id,
        "before": before,
        "size": size + 1,
        "batch": None,
    }
    page = _read(params)
    more = Cursor(ORDER, None, page[size - 1].id).encode() if len(page) > size else None
    return page[:size], more


def action(project_id: int, batch_id: int) -> Action | None:
    """The action of a batch, which may be an undo or redo of it."""
    params: dict[str, Any] = {
        **vars(ActionFilter()),
        "project": project_id,
        "before": 2**63 - 1,
        "size": 1,
        "batch": batch_id,
    }
    return next(iter(_read(params)), None)


def _read(params: dict[str, Any]) -> list[Action]:
    with connection.cursor() as cursor:
        cursor.execute(LIST, params)
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [Action(**{**row, "details": orjson.loads(row["details"])}) for row in rows]


def people_of(project: Project) -> QuerySet[User]:
    """Who did something there, by their names."""
    return _who_did_something(project).order_by("shown_name", "pk")


def person_of(project: Project, number: int) -> User | None:
    """The person of that number, if they did something there: nobody learns the names of others."""
    return _who_did_something(project).filter(pk=number).first()


def _who_did_something(project: Project) -> QuerySet[User]:
    return User.objects.extra(where=[HAS_DONE], params=[project.pk])


def what_goes_back(action: Action) -> UndoPreview:
    """Of an action that stands: what taking it back would change."""
    return _preview(
        (COUNT_LABELS.format(source=OF_BATCH_LABELS), COUNT_VALUES.format(source=OF_BATCH_VALUES)),
        {"batch": action.id, "most": MOST_PREVIEWED},
        is_cut=action.changed > MOST_PREVIEWED,
    )


def what_goes_back_of(project_id: int, person: int, since: datetime, until: datetime | None) -> UndoPreview:
    """Of all labels and traits that a person set within that time."""
    objects = objects_touched_by(project_id, person, since, until, most=MOST_PREVIEWED + 1)
    params: dict[str, Any] = {"project": project_id, "person": person, "since": since, "until": until}
    return _preview(
        (COUNT_LABELS.format(source=OF_PERSON_LABELS), COUNT_VALUES.format(source=OF_PERSON_VALUES)),
        {**params, "objects": objects[:MOST_PREVIEWED]},
        is_cut=len(objects) > MOST_PREVIEWED,
    )


def _preview(statements: tuple[str, str], params: dict[str, Any], *, is_cut: bool) -> UndoPreview:
    preview = UndoPreview(more_than=MOST_PREVIEWED if is_cut else None)
    with connection.cursor() as cursor:
        for name, statement in zip(("labels", "values"), statements, strict=True):
            cursor.execute(statement, params)
            for by, is_back, count in cursor.fetchall():
                if is_back:
                    setattr(preview, name, getattr(preview, name) + count)
                else:
                    preview.stays[by] = preview.stays.get(by, 0) + count
    return preview


def objects_touched_by(
    project_id: int, person: int, since: datetime, until: datetime | None, most: int | None = None
) -> list[int]:
    """The objects that the person labelled or set a trait of within that time, by number: all, or the first `most`."""
    params: dict[str, Any] = {"project": project_id, "person": person, "since": since, "until": until}
    params["most"] = most
    with connection.cursor() as cursor:
        cursor.execute(TOUCHED, params)
        return [pk for (pk,) in cursor.fetchall()]
