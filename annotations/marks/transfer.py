"""How marks follow objects to another project: it gets the labels of marks that it lacks, under the same keys."""

from django.db import connection

from annotations.marks.actions import copy_label
from annotations.marks.models import Mark, MarkChange, MarkLabel
from annotations.samples.following import BEFORE, Following, Transfer, comes_along, in_target_if_moved, stays

# also those that a mark had before
USED = """
SELECT k.label_id FROM marks_mark k JOIN moved_ids m ON m.kind = 'object' AND m.old = k.object_id
UNION SELECT (unnest(ARRAY[c.before ->> 'label', c.after ->> 'label']))::bigint FROM marks_markchange c
JOIN marks_mark k ON k.id = c.mark_id JOIN moved_ids m ON m.kind = 'object' AND m.old = k.object_id
"""
NOTE = """
INSERT INTO moved_ids (kind, old, new)
SELECT 'mark_label', s.id, t.id FROM marks_marklabel s JOIN marks_marklabel t ON t.project_id = %s AND t.key = s.key
WHERE s.id = ANY(%s)
"""


def make_labels(transfer: Transfer) -> None:
    with connection.cursor() as cursor:
        cursor.execute(USED)
        used = [label for (label,) in cursor.fetchall()]
        present = set(MarkLabel.objects.filter(project=transfer.target).values_list("key", flat=True))
        for label in MarkLabel.objects.filter(pk__in=used).exclude(key__in=present):
            copy_label(label=label, project=transfer.target)
        cursor.execute(NOTE, [transfer.target.pk, used])


def label_within(state: str) -> str:
    """SQL of the state of a mark, with the label of the target in it."""
    number = in_target_if_moved("mark_label", f"({state} ->> 'label')::bigint")
    return f"jsonb_set({state}, '{{label}}', to_jsonb({number}))"


BEFORE.append(make_labels)
comes_along(
    Following(
        Mark, refs={"image_id": "image", "label_id": "mark_label", "author_id": "person"}, numbered="mark"
    ),
    Following(
        MarkChange,
        via=("mark_id", "mark"),
        refs={"undoes_id": "mark_change"},
        computed={"before": label_within("t.before"), "after": label_within("t.after")},
        numbered="mark_change",
    ),
)
stays(MarkLabel, reason="made in the target where it lacks them")
