"""A tow with ten objects: four copepods predicted, two validated, one dubious, three unclassified."""

from types import SimpleNamespace

from django.db import connection

from annotations.projects.models import Project
from annotations.samples.models import Acquisition, FreeColumn, Image, Object, ObjectFields, Sample, State
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from tests.worlds import shared_rows

STATES = "PPPPVVDUUU"


def machine_validated(tow: SimpleNamespace, *places: int) -> None:
    """As a rule leaves predicted objects of the tow: nobody has looked at them."""
    ids = [tow.objects[place].pk for place in places]
    Object.objects.filter(pk__in=ids, state=State.PREDICTED).update(state=State.MACHINE_VALIDATED, version=2)


@shared_rows
def tow(project: Project) -> SimpleNamespace:
    return make_tow(project)


def make_tow(project: Project) -> SimpleNamespace:
    copepoda, appendicularia = ensure_taxa([TaxonName("Copepoda"), TaxonName("Appendicularia")]).values()
    sample = Sample.objects.create(project=project, original_id="tow_1")
    acquisition = Acquisition.objects.create(sample=sample, original_id="acq_1", pixel_um=50)
    FreeColumn.objects.create(project=project, level="object", name="area", is_number=True, position=0)
    taxa = {"U": None, "D": appendicularia}
    objects = Object.objects.bulk_create(
        Object(
            project=project,
            sample=sample,
            acquisition=acquisition,
            state=State(letter),
            taxon_id=taxa.get(letter, copepoda),
            score=0.5 + n / 10 if letter == "P" else None,
        )
        for n, letter in enumerate(STATES)
    )
    ObjectFields.objects.bulk_create(
        ObjectFields(object=one, project=project, original_id=f"obj_{n}", values=[100.0 + n])
        for n, one in enumerate(objects)
    )
    Image.objects.bulk_create(
        Image(object=one, key=f"v/ab/cd/{n:060x}.png", file_name=f"{n}.png", width=80 + n, height=40)
        for n, one in enumerate(objects)
    )
    connection.check_constraints()  # runs the deferred checks now: an index can't be built before them
    return SimpleNamespace(project=project, objects=objects, copepoda=copepoda, appendicularia=appendicularia)
