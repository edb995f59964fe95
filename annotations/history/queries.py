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
from annotations.labels.undoing import STANDING as LABEL_STANDING
from annotations.labels.undoing import WALK as LABEL_WALK
from annotations.projects.models import Project
from annotations.traits.undoing import STANDING as VALUE_STANDING
from annotations.traits.undoing import WALK as VALUE_WALK

ACTIONS, MOST_ACTIONS = 50, 500  # a page
MOST_SEARCHED = 1_000  # changes of an action among which one is sought that stands
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
class Preview:
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


def people_of(project: Project) -> list[User]:
    """Who did something there."""
    return list(_who_did_something(project).order_by("username"))


def person_of(project: Project, number: int) -> User | None:
    """The person of that number, if they did something there: nobody learns the names of others."""
    return _who_did_something(project).filter(pk=number).first()


def _who_did_something(project: Project) -> QuerySet[User]:
    return User.objects.extra(where=[HAS_DONE], params=[project.pk])


def what_goes_back(action: Action) -> Preview:
    """Of an action that stands: what taking it back would change."""
    return _preview(
        (COUNT_LABELS.format(source=OF_BATCH_LABELS), COUNT_VALUES.format(source=OF_BATCH_VALUES)),
        {"batch": action.id, "most": MOST_PREVIEWED},
        is_cut=action.changed > MOST_PREVIEWED,
    )


def what_goes_back_of(project_id: int, person: int, since: datetime, until: datetime | None) -> Preview:
    """Of all that a person labelled and scored within that time."""
    objects = objects_touched_by(project_id, person, since, until, most=MOST_PREVIEWED + 1)
    params: dict[str, Any] = {"project": project_id, "person": person, "since": since, "until": until}
    return _preview(
        (COUNT_LABELS.format(source=OF_PERSON_LABELS), COUNT_VALUES.format(source=OF_PERSON_VALUES)),
        {**params, "objects": objects[:MOST_PREVIEWED]},
        is_cut=len(objects) > MOST_PREVIEWED,
    )


def _preview(statements: tuple[str, str], params: dict[str, Any], *, is_cut: bool) -> Preview:
    preview = Preview(more_than=MOST_PREVIEWED if is_cut else None)
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
    """The objects that the person labelled or scored within that time, by number: all, or the first `most`."""
    params: dict[str, Any] = {"project": project_id, "person": person, "since": since, "until": until}
    params["most"] = most
    with connection.cursor() as cursor:
        cursor.execute(TOUCHED, params)
        return [pk for (pk,) in cursor.fetchall()]


# --- SQL --------------------------------------------------------------------------------------------------------------

_BY = """CASE WHEN b.kind = 'remap' THEN 'a rule' WHEN b.kind = 'import' THEN 'an import'
     WHEN b.kind = 'prediction' THEN 'a model' ELSE COALESCE(u.shown_name, 'somebody who left') END"""

# Of the action `b`: a label or value that is as it left it. Of one that changed a million a list looks at few.
_LEFT = f"""
EXISTS (SELECT FROM (SELECT * FROM labels_change WHERE batch_id = b.id LIMIT {MOST_SEARCHED}) c
        JOIN samples_object o ON o.id = c.object_id WHERE COALESCE(c.restores, c.version) = {LABEL_STANDING})
OR EXISTS (SELECT FROM (SELECT * FROM traits_traitchange WHERE batch_id = b.id LIMIT {MOST_SEARCHED}) c
           JOIN traits_traitvalue v ON v.object_id = c.object_id AND v.trait_id = c.trait_id
           WHERE COALESCE(c.restores, c.version) = {VALUE_STANDING})
"""

LIST = f"""
SELECT b.id, b.kind, b.created, b.changed, b.details, b.model_id AS model, m.name AS model_name,
       b.user_id AS user, u.shown_name AS user_name, b.root_id,
       CASE WHEN b.root_id IS NULL THEN b.is_undone ELSE FALSE END AS is_undone, l.id AS latest,
       l.user_id AS latest_user, lu.shown_name AS latest_name, l.created AS latest_created,
       l.changed AS latest_changed,
       COALESCE(l.details ? 'unfinished', FALSE) AS is_unfinished, ({_LEFT}) AS is_left,
       (SELECT t.display_name || ' into ' || i.display_name FROM nomenclature_merge_batches g
        JOIN nomenclature_merge x ON x.id = g.merge_id JOIN taxonomy_taxon t ON t.id = x.taxon_id
        JOIN taxonomy_taxon i ON i.id = x.into_id WHERE g.batch_id = b.id LIMIT 1) AS merged
FROM labels_batch b
LEFT JOIN labels_batch r ON r.id = b.root_id
LEFT JOIN labels_batch l ON l.id = b.latest_id
LEFT JOIN accounts_user u ON u.id = b.user_id
LEFT JOIN accounts_user lu ON lu.id = l.user_id
LEFT JOIN learning_model m ON m.id = b.model_id
WHERE b.project_id = %(project)s AND b.id < %(before)s
AND CASE WHEN %(batch)s::bigint IS NOT NULL
    THEN b.id = (SELECT COALESCE(g.root_id, g.id) FROM labels_batch g WHERE g.id = %(batch)s)
    ELSE b.changed > 0 AND (b.root_id IS NULL
         OR r.latest_id = b.id AND r.is_undone AND r.user_id IS DISTINCT FROM b.user_id) END
AND (%(person)s::bigint IS NULL OR b.user_id = %(person)s)
AND (%(since)s::timestamptz IS NULL OR b.created >= %(since)s)
AND (%(until)s::timestamptz IS NULL OR b.created < %(until)s)
AND (%(kind)s::text IS NULL OR b.kind = %(kind)s)
ORDER BY b.id DESC LIMIT %(size)s
"""

HAS_DONE = "EXISTS (SELECT FROM labels_batch b WHERE b.project_id = %s AND b.user_id = accounts_user.id)"

_BY_PERSON = """b.project_id = %(project)s AND b.user_id = %(person)s AND b.created >= %(since)s
    AND (%(until)s::timestamptz IS NULL OR b.created < %(until)s)"""

TOUCHED = f"""
SELECT c.object_id FROM labels_batch b JOIN labels_change c ON c.batch_id = b.id
WHERE {_BY_PERSON} AND b.kind = 'label'
UNION
SELECT c.object_id FROM labels_batch b JOIN traits_traitchange c ON c.batch_id = b.id
WHERE {_BY_PERSON} AND b.kind = 'trait'
ORDER BY 1 LIMIT %(most)s
"""

# Each source gives what would go back (`is_back`), and of the rest what has something else on top by now (`standing`).
OF_BATCH_LABELS = f"""
WITH asked AS (
    SELECT c.object_id, COALESCE(c.restores, c.version) AS version, {LABEL_STANDING} AS standing
    FROM (SELECT * FROM labels_change WHERE batch_id = %(batch)s ORDER BY id LIMIT %(most)s) c
    JOIN samples_object o ON o.id = c.object_id
), source AS (SELECT object_id, standing, standing = version AS is_back FROM asked WHERE standing >= version)
"""
OF_PERSON_LABELS = f"""
{LABEL_WALK}, asked AS (
    SELECT c.object_id, max(c.version) AS version FROM labels_batch b JOIN labels_change c ON c.batch_id = b.id
    WHERE {_BY_PERSON} AND b.kind = 'label' AND c.object_id = ANY(%(objects)s) GROUP BY 1
), source AS (
    SELECT o.id AS object_id, top.at AS standing, deepest.depth > 0 AS is_back
    FROM asked JOIN samples_object o ON o.id = asked.object_id JOIN deepest ON deepest.id = o.id
    JOIN walk top ON top.id = o.id AND top.depth = 0
    WHERE deepest.depth > 0 OR top.at > asked.version
)
"""
COUNT_LABELS = f"""
{{source}}
SELECT {_BY}, s.is_back, count(*) FROM source s
LEFT JOIN labels_change n ON n.object_id = s.object_id AND n.version = s.standing
LEFT JOIN labels_batch b ON b.id = n.batch_id LEFT JOIN accounts_user u ON u.id = b.user_id
GROUP BY 1, 2 ORDER BY 3 DESC, 1
"""

OF_BATCH_VALUES = f"""
WITH asked AS (
    SELECT c.object_id, c.trait_id, COALESCE(c.restores, c.version) AS version, {VALUE_STANDING} AS standing
    FROM (SELECT * FROM traits_traitchange WHERE batch_id = %(batch)s ORDER BY id LIMIT %(most)s) c
    JOIN traits_traitvalue v ON v.object_id = c.object_id AND v.trait_id = c.trait_id
), source AS (
    SELECT object_id, trait_id, standing, standing = version AS is_back FROM asked WHERE standing >= version
)
"""
OF_PERSON_VALUES = f"""
{VALUE_WALK}, asked AS (
    SELECT c.object_id, c.trait_id, max(c.version) AS version
    FROM labels_batch b JOIN traits_traitchange c ON c.batch_id = b.id
    WHERE {_BY_PERSON} AND b.kind = 'trait' AND c.object_id = ANY(%(objects)s) GROUP BY 1, 2
), source AS (
    SELECT asked.object_id, asked.trait_id, top.at AS standing, deepest.depth > 0 AS is_back
    FROM asked JOIN deepest ON deepest.object_id = asked.object_id AND deepest.trait_id = asked.trait_id
    JOIN walk top ON top.object_id = asked.object_id AND top.trait_id = asked.trait_id AND top.depth = 0
    WHERE deepest.depth > 0 OR top.at > asked.version
)
"""
COUNT_VALUES = f"""
{{source}}
SELECT {_BY}, s.is_back, count(*) FROM source s
LEFT JOIN traits_traitchange n ON n.object_id = s.object_id AND n.trait_id = s.trait_id AND n.version = s.standing
LEFT JOIN labels_batch b ON b.id = n.batch_id LEFT JOIN accounts_user u ON u.id = b.user_id
GROUP BY 1, 2 ORDER BY 3 DESC, 1
"""
