"""What the filter form offers: the values that occur in the project."""

from calendar import month_abbr

from django.db import connection
from django.db.models import QuerySet

from annotations.accounts.models import User
from annotations.gallery.trait_conditions import SAID
from annotations.labels.models import Batch, BatchKind
from annotations.learning.models import Model
from annotations.marks.models import MarkLabel
from annotations.samples.models import Acquisition, FreeColumn, Sample, Sun
from annotations.samples.naming import NO_ID, name_in_package, readable_id
from annotations.taxonomy.queries import names_of
from annotations.traits.models import Kind
from annotations.traits.queries import vocabulary

MOST_ACQUISITIONS = 500  # more than anybody scrolls through; the URL takes any


def choices(project_id: int) -> dict:
    """Instruments, acquisitions, annotators, columns and the places of the samples."""
    acquisitions = Acquisition.objects.filter(sample__project=project_id)
    instruments = acquisitions.exclude(instrument="").order_by("instrument")
    columns = FreeColumn.objects.filter(project=project_id, level=FreeColumn.Level.OBJECT).order_by("name")
    samples = Sample.objects.filter(project=project_id, latitude__isnull=False)
    return {
        "instruments": instruments.values_list("instrument", flat=True).distinct(),
        "acquisitions": _acquisitions(acquisitions),
        "annotators": _annotators(project_id),
        "columns": columns.values_list("name", "is_number"),
        "mark_labels": MarkLabel.objects.filter(project=project_id, is_active=True).values_list(
            "key", "name"
        ),
        "trait_questions": _trait_questions(project_id),
        "doubting": _doubting(project_id),
        "candidates": _candidates(project_id),
        "months": [(number, month_abbr[number]) for number in range(1, 13)],
        "suns": Sun.names_in_words(),
        "places": [
            [readable_id(name), *place]
            for name, *place in samples.values_list("original_id", "latitude", "longitude")
        ],
    }


def _acquisitions(acquisitions: QuerySet[Acquisition]) -> list[tuple[int, str]]:
    """(number, id); of one without an id its sample tells it apart."""
    rows = acquisitions.order_by("original_id").values_list("id", "original_id", "sample__original_id")
    return [
        (pk, name_in_package(name) or f"{NO_ID}, of sample {readable_id(sample)}")
        for pk, name, sample in rows[:MOST_ACQUISITIONS]
    ]


def _trait_questions(project_id: int) -> list[tuple[str, str]]:
    """(what the filter takes, what it means), to choose from or to go on writing."""
    found = []
    for trait in vocabulary(project_id):
        values = [(choice["key"], choice["name"]) for choice in trait.choices] or [
            ("", f"… {trait.unit}".strip())
        ]
        sign = "=" if trait.choices else "~" if trait.kind == Kind.TEXT else ">="
        found += [(f"{trait.key}{sign}{key}", f"{trait.name}: {name}") for key, name in values]
        found += [(f"{trait.key}={word}", f"{trait.name}: {meaning}") for word, meaning in SAID.items()]
    return found


def _doubting(project_id: int) -> list[tuple[int, str]]:
    """The project's models that take labels for errors."""
    found = Model.objects.filter(projects=project_id, held_out__is_suspect=True)
    return list(found.order_by("-id").distinct().values_list("id", "name"))


def _candidates(project_id: int) -> list[tuple[int, str]]:
    """The taxa that the models know which have predicted here."""
    batches = Batch.objects.filter(project=project_id, kind=BatchKind.PREDICTION)
    models = Model.objects.filter(pk__in=batches.values("model_id"))
    names = names_of({taxon for classes in models.values_list("classes", flat=True) for taxon in classes})
    return sorted(names.items(), key=lambda entry: entry[1].lower())


def _annotators(project_id: int) -> list[tuple[int, str]]:
    """Whoever has a label on an object now. Skips from person to person in the index, so it costs a look-up each."""
    with connection.cursor() as cursor:
        cursor.execute(ANNOTATORS, [project_id, project_id])
        ids = [user for (user,) in cursor.fetchall()]
    return sorted((user.pk, user.display_name) for user in User.objects.filter(pk__in=ids))


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
