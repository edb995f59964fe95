"""A project of two heaps of objects, with embeddings in the space of a model, or of measurements."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pytest

from annotations.labels.actions import label_objects
from annotations.labels.targets import Target
from annotations.learning.models import Model, Prediction
from annotations.projects.models import Project
from annotations.refitting import actions
from annotations.samples.models import Acquisition, Object, ObjectFields, Sample, State
from annotations.similarity.actions import keep_embeddings, space_of
from annotations.similarity.models import EmbeddingSpace
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Taxon
from tests.worlds import shared_rows
from worker.refitting import refit_data as refit_lesson

COUNT = 60  # objects; of each heap every second one


@dataclass
class Heaps:
    project: Project
    objects: list[Object]
    copepod: int
    worm: int

    def truth(self, place: int) -> int:
        return self.copepod if place % 2 == 0 else self.worm

    def name(self, user, places, taxon: int | None = None) -> None:
        """As the person sees them now."""
        for place in places:
            target = Target(self.objects[place].pk, Object.objects.get(pk=self.objects[place].pk).version)
            label_objects(
                project=self.project,
                user=user,
                targets=[target],
                taxon=Taxon.objects.get(pk=taxon or self.truth(place)),
            )

    def labels(self) -> list[tuple[int | None, str]]:
        ids = [each.pk for each in self.objects]
        return list(Object.objects.filter(pk__in=ids).order_by("pk").values_list("taxon_id", "state"))

    def right(self) -> int:
        return sum(taxon == self.truth(place) for place, (taxon, _) in enumerate(self.labels()))


FEW = 2  # labels are enough here, so that what is tested stays small


@pytest.fixture(autouse=True)
def learning_is_on(settings, monkeypatch) -> None:
    settings.LEARN_WHILE_SORTING = True
    monkeypatch.setattr(actions, "PAUSE", timedelta(0))
    monkeypatch.setattr(refit_lesson, "FEWEST_LABELS", FEW)


@shared_rows
def heaps(project: Project) -> Heaps:
    """Unclassified, in a space of measurements."""
    copepod, worm = ensure_taxa([TaxonName("Copepoda"), TaxonName("Chaetognatha")]).values()
    samples = [Sample.objects.create(project=project, original_id=f"tow_{k}") for k in range(3)]
    tows = [Acquisition.objects.create(sample=sample, original_id="acq") for sample in samples]
    created = [
        Object.objects.create(project=project, sample=tows[n % 3].sample, acquisition=tows[n % 3])
        for n in range(COUNT)
    ]
    ObjectFields.objects.bulk_create(
        ObjectFields(object=each, project=project, original_id=f"obj_{each.pk}") for each in created
    )
    space = EmbeddingSpace.objects.create(
        kind=EmbeddingSpace.Kind.MEASUREMENTS, name="Region measurements", project=project, dimensions=4
    )
    embed(space, created)
    return Heaps(project, created, copepod, worm)


def embed(space: EmbeddingSpace, objects: list[Object]) -> None:
    rng = np.random.default_rng(0)
    heap = np.arange(len(objects)) % 2
    vectors = np.c_[1.0 - heap, heap, np.ones(len(objects)), np.zeros(len(objects))]
    vectors += rng.normal(size=vectors.shape) * 0.15
    keep_embeddings(
        space=space, project_id=objects[0].project_id, ids=[each.pk for each in objects], vectors=vectors
    )


@shared_rows
def predicted(heaps: Heaps) -> Heaps:
    """A model has said of all what they are, and takes every sixth for the other."""
    model = Model.objects.create(name="A network", classes=[heaps.copepod, heaps.worm], is_ready=True)
    embed(space_of(model, 4), heaps.objects)
    for place, each in enumerate(heaps.objects):
        other = heaps.worm if heaps.truth(place) == heaps.copepod else heaps.copepod
        taxon = other if place % 6 == 0 else heaps.truth(place)
        rest = heaps.copepod + heaps.worm - taxon
        Prediction.objects.create(object=each, model=model, taxa=[taxon, rest], scores=[0.8, 0.2])
        Object.objects.filter(pk=each.pk).update(taxon_id=taxon, state=State.PREDICTED, score=0.8)
    return heaps
