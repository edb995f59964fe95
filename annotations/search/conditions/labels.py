"""Who labelled an object and when, and where people disagreed: what the log of labels knows."""

from datetime import timedelta

from django.db import connection
from django.db.models import QuerySet

from annotations.accounts.models import User
from annotations.projects.annotators import accounts_of
from annotations.projects.models import Project
from annotations.search.fields import DAY, LABELLED, SECOND_THOUGHTS, FormField, Select, tick
from annotations.search.registry import Condition, Sql, flag, register, simple
from annotations.search.rights import may_know
from annotations.search.values import day, whole, yes
from annotations.search.wording import people

# somebody gave another taxon than the person before, and did not take it back
CONTESTED = """EXISTS (SELECT FROM labels_change c JOIN labels_batch b ON b.id = c.batch_id
               WHERE c.object_id = o.id AND b.kind = 'label' AND c.from_annotator_id <> b.user_id
               AND c.from_taxon_id <> c.to_taxon_id AND NOT b.is_undone)"""

# from person to person in the index, so it costs a look-up each
ANNOTATORS = """
WITH RECURSIVE people AS (
    (SELECT annotator_id FROM samples_object WHERE project_id = %s AND annotator_id IS NOT NULL
     ORDER BY annotator_id LIMIT 1)
    UNION ALL
    SELECT (SELECT o.annotator_id FROM samples_object o
            WHERE o.project_id = %s AND o.annotator_id > people.annotator_id ORDER BY o.annotator_id LIMIT 1)
    FROM people WHERE people.annotator_id IS NOT NULL
)
SELECT annotator_id FROM people WHERE annotator_id IS NOT NULL
"""


def _by_people(ids: list[int], project_id: int) -> Sql:
    """Labels that came with a package count as those of the member who is linked to their annotator."""
    return "o.annotator_id = ANY(%s)", [accounts_of(ids)]


def annotators_in(project: Project) -> QuerySet[User]:
    """Whoever has a label on an object now."""
    with connection.cursor() as cursor:
        cursor.execute(ANNOTATORS, [project.pk, project.pk])
        ids = [annotator for (annotator,) in cursor.fetchall()]
    return User.objects.filter(pk__in=ids).order_by("shown_name", "pk")


register(
    Condition(
        name="labelled_from",
        help="labelled on this day or later",
        example="2026-04-01",
        read=day,
        sql=simple("o.labelled_at >= %s"),
        sentence=lambda value: f"labelled from {value}",
        field=FormField(LABELLED, "from", DAY),
    ),
    Condition(
        name="labelled_to",
        help="labelled on this day or before",
        example="2026-04-30",
        read=day,
        sql=lambda value, project_id: ("o.labelled_at < %s", [value + timedelta(1)]),
        sentence=lambda value: f"labelled to {value}",
        field=FormField(LABELLED, "to", DAY),
    ),
    Condition(
        name="annotator",
        help="labelled by these people, by their numbers",
        example="3",
        read=whole,
        sql=_by_people,
        sentence=lambda ids: f"by {people(ids)}",
        is_repeatable=True,
        may_use=may_know,
        field=FormField(LABELLED, "by", Select(options="annotators", empty="anybody")),
    ),
    Condition(
        name="contested",
        help="people named different taxa",
        example="1",
        read=yes,
        sql=flag(CONTESTED),
        sentence=lambda value: "people disagreed",
        field=FormField(SECOND_THOUGHTS, "", tick(1, "people disagreed")),
    ),
)
