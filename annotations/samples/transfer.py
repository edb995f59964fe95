"""How samples, acquisitions, free columns, imported annotators and images follow objects to another project."""

from django.db import connection

from annotations.jobs.models import Job, JobPart
from annotations.projects.annotators import imported_annotator, link_annotator
from annotations.projects.models import AnnotatorLink, ImportedAnnotator, Invitation, Membership
from annotations.samples.columns import ensure_columns
from annotations.samples.following import (
    BEFORE,
    CHECKS,
    FOLLOWING,
    Following,
    Transfer,
    comes_along,
    stays,
)
from annotations.samples.models import (
    Acquisition,
    Extent,
    FreeColumn,
    Image,
    NumberKey,
    Object,
    ObjectFields,
    ParentImage,
    Sample,
    TextKey,
)
from annotations.samples.parents import PICTURE, copy_beside, parents_used
from annotations.samples.rows import NewColumn
from annotations.samples.transfer_checks import check_samples
from annotations.taxonomy.models import Favourite, TrainingRule

SAMPLES = """
INSERT INTO samples_sample AS t (project_id, original_id, latitude, longitude, fields)
SELECT %(target)s, s.original_id, s.latitude, s.longitude, s.fields FROM samples_sample s
WHERE s.id IN (SELECT o.sample_id FROM samples_object o JOIN moved_ids m ON m.kind = 'object' AND m.old = o.id)
ORDER BY s.id
ON CONFLICT (project_id, original_id) DO UPDATE SET fields = EXCLUDED.fields || t.fields
WHERE t.fields <> EXCLUDED.fields || t.fields;
INSERT INTO moved_ids (kind, old, new)
SELECT 'sample', s.id, t.id FROM samples_sample s
JOIN samples_sample t ON t.project_id = %(target)s AND t.original_id = s.original_id
WHERE s.id IN (SELECT o.sample_id FROM samples_object o JOIN moved_ids m ON m.kind = 'object' AND m.old = o.id)
"""
ACQUISITIONS = """
INSERT INTO samples_acquisition AS t
    (sample_id, original_id, instrument, pixel_um, pixel_source, fields, process_original_id, process_fields)
SELECT s.new, a.original_id, a.instrument, a.pixel_um, a.pixel_source, a.fields, a.process_original_id,
       a.process_fields
FROM samples_acquisition a JOIN moved_ids s ON s.kind = 'sample' AND s.old = a.sample_id
WHERE a.id IN (SELECT o.acquisition_id FROM samples_object o JOIN moved_ids m ON m.kind = 'object' AND m.old = o.id)
ORDER BY a.id
ON CONFLICT (sample_id, original_id) DO UPDATE SET
    fields = EXCLUDED.fields || t.fields, process_fields = EXCLUDED.process_fields || t.process_fields
WHERE (t.fields, t.process_fields) IS DISTINCT FROM
      (EXCLUDED.fields || t.fields, EXCLUDED.process_fields || t.process_fields);
INSERT INTO moved_ids (kind, old, new)
SELECT 'acquisition', a.id, t.id
FROM samples_acquisition a JOIN moved_ids s ON s.kind = 'sample' AND s.old = a.sample_id
JOIN samples_acquisition t ON t.sample_id = s.new AND t.original_id = a.original_id
WHERE a.id IN (SELECT o.acquisition_id FROM samples_object o JOIN moved_ids m ON m.kind = 'object' AND m.old = o.id)
"""
PARENTS = """
INSERT INTO samples_parentimage (acquisition_id, {picture})
SELECT a.new, {picture} FROM samples_parentimage p
JOIN moved_ids a ON a.kind = 'acquisition' AND a.old = p.acquisition_id
WHERE p.id IN ({used}) ORDER BY p.id
ON CONFLICT (acquisition_id, file_name) DO NOTHING;
INSERT INTO moved_ids (kind, old, new)
SELECT 'parent', p.id, t.id FROM samples_parentimage p
JOIN moved_ids a ON a.kind = 'acquisition' AND a.old = p.acquisition_id
JOIN samples_parentimage t ON t.acquisition_id = a.new AND t.file_name = p.file_name
WHERE p.id IN ({used})
"""
MOVED_PARENTS = "SELECT m.old, m.new FROM moved_ids m WHERE m.kind = 'parent'"
PEOPLE_OF = """
SELECT {person} FROM {table} t JOIN moved_ids m ON m.kind = 'object' AND m.old = t.{via}
"""
NOTE_PERSON = "INSERT INTO moved_ids (kind, old, new) VALUES ('person', %s, %s)"


def make_samples(transfer: Transfer) -> None:
    parents = PARENTS.format(picture=PICTURE, used=parents_used())
    with connection.cursor() as cursor:
        for statement in (SAMPLES, ACQUISITIONS, parents):
            cursor.execute(statement, {"target": transfer.target.pk})
    copy_beside(MOVED_PARENTS, [])


def make_columns(transfer: Transfer) -> None:
    """All free columns of the source: which of them some objects need only a look at all their values would tell."""
    columns = [
        NewColumn(FreeColumn.Level(column.level), column.name, column.is_number)
        for column in FreeColumn.objects.filter(project=transfer.source)
    ]
    ensure_columns(project=transfer.target, columns=columns)


def make_people(transfer: Transfer) -> None:
    """Imported annotators belong to one project: the target gets its own of the same name.

    Those of what is in a project's bin stay the project's.
    """
    if transfer.target.is_bin or transfer.source.is_bin:
        return
    people = ImportedAnnotator.objects.filter(project=transfer.source, user__in=_accounts_used())
    for person in people.select_related("member"):
        account = imported_annotator(project=transfer.target, name=person.name, email=person.email)
        with connection.cursor() as cursor:
            cursor.execute(NOTE_PERSON, [person.user_id, account.pk])
        _link(transfer, person, account.imported_annotator)


def _accounts_used() -> list[int]:
    texts = [
        PEOPLE_OF.format(person=person, table=rows.model._meta.db_table, via=rows.via[0])
        for rows in FOLLOWING
        for person in (*_columns_of_people(rows), *rows.people)
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ".join(texts))
        return [account for (account,) in cursor.fetchall() if account is not None]


def _columns_of_people(rows: Following) -> list[str]:
    return [f"t.{column}" for column, kind in rows.refs.items() if kind == "person"]


def _link(transfer: Transfer, person: ImportedAnnotator, there: ImportedAnnotator) -> None:
    """Who is a member of both projects is that member in the target too, unless it says otherwise."""
    is_member = transfer.target.memberships.filter(user=person.member).exists()
    if person.member and there.member is None and is_member and transfer.user:
        link_annotator(annotator=there, member=person.member, by=transfer.user)


# Where in an array of the source stands what each place of one of the target is to hold; asked once a statement.
PLACES = """
SELECT array_agg(c.position + 1 ORDER BY n)
FROM generate_series(0, (SELECT max(position) FROM samples_freecolumn WHERE project_id = %(target)s)) n
LEFT JOIN samples_freecolumn d ON d.project_id = %(target)s AND d.position = n
LEFT JOIN samples_freecolumn c ON c.project_id = %(source)s AND c.level = 'object' AND c.name = d.name
"""
NUMBERS = f"""
ARRAY(SELECT t."values"[p.place] FROM unnest(({PLACES})) WITH ORDINALITY p (place, n) ORDER BY p.n)
"""

BEFORE.extend([make_samples, make_columns, make_people])
CHECKS.append(check_samples)
comes_along(
    Following(
        Object,
        via=("id", "object"),
        refs={"sample_id": "sample", "acquisition_id": "acquisition", "annotator_id": "person"},
    ),
    # rewritten: the triggers of the keys that columns are sorted by see only what comes and goes
    Following(ObjectFields, computed={"values": NUMBERS}, is_rewritten=True),
    Following(Image, refs={"parent_id": "parent"}, numbered="image"),
)
stays(
    Sample,
    Acquisition,
    ParentImage,
    reason="made in the target where it lacks them; emptied ones go at the end",
)
stays(FreeColumn, ImportedAnnotator, reason="made in the target where it lacks them")
stays(Extent, NumberKey, TextKey, reason="kept by triggers")
stays(Favourite, TrainingRule, reason="of the taxa of a project")
stays(Invitation, Membership, AnnotatorLink, reason="of the people of a project")
stays(Job, JobPart, reason="says what was done in its project")
