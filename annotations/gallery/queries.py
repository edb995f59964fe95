"""What the bench shows besides its page: all about one object, the taxa on a person's digits."""

from collections import Counter
from functools import cache

from django.db import connection
from django.http import Http404

from annotations.accounts.models import User
from annotations.common.stored import columns_of, instance_of
from annotations.gallery.models import TaxonSlot
from annotations.labels.queries import history
from annotations.learning.predictions import current_of, predictions_of
from annotations.projects.models import Project
from annotations.samples.models import Object, State
from annotations.samples.queries import regions_of
from annotations.search.filter import Filter
from annotations.search.queries import raw_counts
from annotations.search.rows import rows
from annotations.similarity.queries import kinds_of
from annotations.taxonomy.models import Taxon, TaxonStatus
from annotations.taxonomy.queries import described
from annotations.taxonomy.replacements import in_use
from annotations.traits.queries import traits_of


def resettable_counts(project: Project, criteria: Filter) -> dict[State, int]:
    """How many objects match that can be reset to predicted, by their state."""
    counts: Counter[str] = Counter()
    for _, state, count in raw_counts(project.pk, criteria):
        counts[state] += count
    return {state: counts[state] for state in (State.VALIDATED, State.DUBIOUS, State.MACHINE_VALIDATED)}


def object_detail(project_id: int, object_id: int) -> dict:
    """One object with all its metadata, what models said, and its history."""
    shapes = rows(project_id, [object_id])
    if not shapes:
        raise Http404("There is no such object.")
    predictions, kinds = predictions_of(object_id), kinds_of(object_id)
    return {
        **shapes[0],
        "images": _with_regions(object_id, shapes[0]["images"]),
        "prediction": current_of(predictions),
        "other_predictions": [each for each in predictions if not each["is_current"]],
        "history": history(object_id),
        "is_embedded": bool(kinds),
        "compared_by": kinds,
        "traits": traits_of([object_id]).get(object_id, {}),
        **_parents(object_id),
    }


def _with_regions(object_id: int, images: list[dict]) -> list[dict]:
    """What was cut from a larger picture says where."""
    regions = regions_of(object_id)
    return [
        image | {"region": regions[image["rank"]]} if image["rank"] in regions else image for image in images
    ]


def _parents(object_id: int) -> dict:
    its_object = Object.objects.select_related("sample", "acquisition").get(pk=object_id)
    acquisition = its_object.acquisition
    return {
        "sample_fields": its_object.sample.fields,
        "acquisition": {
            "original_id": acquisition.original_id,
            "instrument": acquisition.instrument,
            "fields": acquisition.fields,
        },
        "process": {"original_id": acquisition.process_original_id, "fields": acquisition.process_fields},
    }


def slots_of(project_id: int, user: User) -> list[dict]:
    """The taxa on a person's digits in the project, the one used last first. Merged taxa are what they became; what
    nobody can choose any more has no slot."""
    with connection.cursor() as cursor:
        cursor.execute(_slots(), [project_id, user.pk])
        slots = [instance_of(TaxonSlot, row) for row in cursor.fetchall()]
    if not slots:
        return []
    became = in_use(slot.taxon_id for slot in slots)
    active = Taxon.objects.filter(pk__in=became.values(), status=TaxonStatus.ACTIVE)
    shapes = {
        each["id"]: {name: each[name] for name in ("id", "name", "lineage")}
        for each in described(list(active.values_list("pk", flat=True)))
    }
    slot_of: dict[int, TaxonSlot] = {}  # where two taxa became one, the pinned slot or the one used last
    for slot in sorted(slots, key=lambda slot: (not slot.is_pinned, slot.unused)):
        slot_of.setdefault(became[slot.taxon_id], slot)
    ordered = sorted(slot_of.items(), key=lambda pair: pair[1].unused)
    return [
        {"number": slot.number, "taxon": shapes[taxon], "is_pinned": slot.is_pinned}
        for taxon, slot in ordered
        if taxon in shapes
    ]


@cache
def _slots() -> str:
    columns = columns_of(TaxonSlot, "s")
    return f"SELECT {columns} FROM gallery_taxonslot s WHERE s.project_id = %s AND s.user_id = %s ORDER BY s.unused"
