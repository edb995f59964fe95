"""All that a project says of its objects, in words that do not change with the numbers of its rows."""

import json

from django.db import connection
from django.db.models import Sum

from annotations.accounts.models import User
from annotations.labels.models import SettledTally
from annotations.labels.tally import project_counts
from annotations.marks.models import MarkLabel
from annotations.projects.models import Project
from annotations.samples.following import FOLLOWING, Following
from annotations.samples.models import FreeColumn, Object, ObjectFields

NAMES = {
    "sample": "SELECT original_id FROM samples_sample WHERE id = {}",
    "acquisition": "SELECT to_jsonb(a) - 'id' - 'sample_id' FROM samples_acquisition a WHERE id = {}",
    "parent": "SELECT file_name || key FROM samples_parentimage WHERE id = {}",
    "image": "SELECT file_name FROM samples_image WHERE id = {}",
    "person": "SELECT shown_name FROM accounts_user WHERE id = {}",
    "batch": "SELECT to_jsonb(b) - '{{id,project_id,undoes_id,root_id,latest_id,origin_id,changed,details}}'::text[] "
    "|| jsonb_build_object('stroke', COALESCE(b.origin_id, b.id), 'root', (SELECT COALESCE(r.origin_id, r.id) FROM "
    "labels_batch r WHERE r.id = b.root_id)) FROM labels_batch b WHERE id = {}",
    "trait": "SELECT key FROM traits_trait WHERE id = {}",
    "mark_label": "SELECT key FROM marks_marklabel WHERE id = {}",
    "mark": "SELECT geometry FROM marks_mark WHERE id = {}",
    "mark_change": "SELECT version FROM marks_markchange WHERE id = {}",
    "comment": "SELECT text FROM discussions_comment WHERE id = {}",
    "pending_name": "SELECT name FROM nomenclature_unknownname WHERE id = {}",
    "object": "SELECT original_id FROM samples_objectfields WHERE object_id = {}",
}
OF_PROJECT = "SELECT f.object_id FROM samples_objectfields f WHERE f.project_id = %s"
WITHIN = {
    "object": OF_PROJECT,
    "mark": f"SELECT id FROM marks_mark WHERE object_id IN ({OF_PROJECT})",
    "comment": f"SELECT id FROM discussions_comment WHERE object_id IN ({OF_PROJECT})",
}


def portrait(project: Project) -> dict[str, list]:
    tables = {rows.model.__name__: _rows(project, rows) for rows in FOLLOWING}
    return tables | {
        "numbers": _numbers(project),
        "counts": _counts(project),
        "samples": _samples(project),
        "settled": _settled(project),
    }


def _rows(project: Project, rows: Following) -> list[str]:
    via, kind = rows.via
    names = {**rows.refs, via: kind}
    if {"batch_id", "written_by"} & rows.computed.keys():
        names |= dict.fromkeys(rows.computed, "batch")
    pairs = ", ".join(f"'{column}', ({NAMES[kind].format(f't.{column}')})" for column, kind in names.items())
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT to_jsonb(t) || jsonb_build_object({pairs}) FROM {rows.model._meta.db_table} t "
            f"WHERE t.{via} IN ({WITHIN[kind]})",
            [project.pk],
        )
        rows_read = [json.loads(row) if isinstance(row, str) else row for (row,) in cursor.fetchall()]
    return sorted(json.dumps(_plain(project, rows, row), sort_keys=True) for row in rows_read)


def _plain(project: Project, rows: Following, row: dict) -> dict:
    ids = {"values", *({"id"} if rows.via[0] != "id" else ())}
    plain = {name: _snapshot(value) for name, value in row.items() if name not in ids}
    if "project_id" in plain:
        plain["project_id"] = "this" if plain["project_id"] == project.pk else "another"
    return plain


def _snapshot(value: object) -> object:
    """Of the log: an account and a label of marks by their names, the latter with whose it is."""
    if not isinstance(value, dict):
        return value
    names = dict(value)
    if names.get("annotator"):
        names["annotator"] = User.objects.get(pk=names["annotator"]).display_name
    if isinstance(names.get("label"), int):
        names["label"] = MarkLabel.objects.get(pk=names["label"]).key
    return names


def _numbers(project: Project) -> list:
    columns = FreeColumn.objects.filter(project=project, position__isnull=False).values_list(
        "name", "position"
    )
    return sorted(
        (name, column, values[position])
        for name, values in ObjectFields.objects.filter(project=project).values_list("original_id", "values")
        for column, position in columns
        if position < len(values) and values[position] is not None
    )


def _counts(project: Project) -> list:
    counted = Object.objects.filter(project=project).values_list("taxon", "state", "sample__original_id")
    tallied = {(taxon, state): count for taxon, state, count in project_counts(project.pk) if count}
    by_state = {}
    for taxon, state, _ in counted:
        by_state[taxon, state] = by_state.get((taxon, state), 0) + 1
    assert tallied == by_state
    return sorted(by_state.items(), key=str)


def _samples(project: Project) -> list:
    return sorted(
        project.samples.filter(pk__in=Object.objects.filter(project=project).values("sample")).values_list(
            "original_id", "latitude", "longitude"
        )
    )


def _settled(project: Project) -> list:
    days = SettledTally.objects.filter(project=project).values_list("annotator", "day")
    counted = days.annotate(total=Sum("count")).exclude(total=0)
    return sorted((User.objects.get(pk=person).display_name, str(day), n) for person, day, n in counted)
