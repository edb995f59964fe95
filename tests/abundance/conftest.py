"""A project whose counts can be worked out by hand."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from annotations.abundance.actions import start_estimate
from annotations.abundance.models import AbundanceTable, TaxonAbundance
from annotations.accounts.models import User
from annotations.jobs.models import JobState
from annotations.labels.actions import label_objects
from annotations.labels.models import Batch, BatchKind
from annotations.labels.targets import Target
from annotations.learning.models import HeldOut, Model, Prediction
from annotations.projects.models import Project
from annotations.samples.models import Acquisition, Object, ObjectFields, Sample, State
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Taxon
from tests.run_jobs import work
from tests.worlds import shared_rows


@dataclass
class Catch:
    project: Project
    copepod: int
    worm: int
    model: Model
    objects: dict[str, list[Object]] = field(default_factory=dict)  # by sample

    def haul(self, name: str, scores: list[float], state: State = State.PREDICTED) -> list[Object]:
        """A sample with an object for each score of the copepod; the rest is the worm's."""
        sample, _ = Sample.objects.get_or_create(project=self.project, original_id=name)
        run, _ = Acquisition.objects.get_or_create(sample=sample, original_id=f"{name}_acq")
        created = [
            Object.objects.create(
                project=self.project,
                sample=sample,
                acquisition=run,
                taxon_id=self.copepod if score >= 0.5 else self.worm,
                state=state,
            )
            for score in scores
        ]
        ObjectFields.objects.bulk_create(
            ObjectFields(object=each, project=self.project, original_id=f"obj_{each.pk}") for each in created
        )
        Prediction.objects.bulk_create(
            self.prediction_of(one, score) for one, score in zip(created, scores, strict=True)
        )
        self.objects.setdefault(name, []).extend(created)
        return created

    def prediction_of(self, made: Object, score: float, model: Model | None = None) -> Prediction:
        best = sorted([(score, self.copepod), (1 - score, self.worm)], reverse=True)
        taxa, scores = [taxon for _, taxon in best], [score for score, _ in best]
        return Prediction(object=made, model=model or self.model, taxa=taxa, scores=scores)

    def name(self, user: User, objects: list[Object], taxon: int, state: State = State.VALIDATED) -> None:
        """Settles them as they are now."""
        versions = dict(
            Object.objects.filter(pk__in=[one.pk for one in objects]).values_list("pk", "version")
        )
        targets = [Target(pk, version) for pk, version in versions.items()]
        label_objects(
            project=self.project, user=user, targets=targets, taxon=Taxon.objects.get(pk=taxon), state=state
        )

    def hold_out(self, sample: str, table: list[list[int]]) -> None:
        """So many held-out objects of a sample that has one: rows are what they are, copepod and worm, columns what the
        model takes them for."""
        created = self.objects.get(sample) or self.haul(sample, [0.9], State.VALIDATED)
        taxa = (self.copepod, self.worm)
        HeldOut.objects.bulk_create(
            HeldOut(model=self.model, object=created[0], taxon_id=taxon, predicted_id=predicted, score=1)
            for taxon, row in zip(taxa, table, strict=True)
            for predicted, times in zip(taxa, row, strict=True)
            for _ in range(times)
        )

    def figure(self, sample: str, taxon: int) -> TaxonAbundance:
        return TaxonAbundance.objects.get(table=self.project.pk, sample__original_id=sample, taxon=taxon)

    def basis(self, sample: str) -> str:
        return AbundanceTable.objects.get(project=self.project).samples.get(sample__original_id=sample).basis


@shared_rows
def catch(project: Project) -> Catch:
    """Nothing in it yet, and a model that has predicted here."""
    copepod, worm = ensure_taxa([TaxonName("Copepoda"), TaxonName("Chaetognatha")]).values()
    model = Model.objects.create(name="Bay", classes=[copepod, worm], is_ready=True)
    model.projects.add(project)
    Batch.objects.create(project=project, kind=BatchKind.PREDICTION, model_id=model.pk)
    return Catch(project, copepod, worm, model)


@pytest.fixture
def count(catch: Catch, bob: User) -> Callable[..., AbundanceTable]:
    """Does the job, and gives the table that it left."""

    def run(**options) -> AbundanceTable:
        job = work(start_estimate(user=bob, project=catch.project, **options))
        assert job.state == JobState.DONE, job.message
        return AbundanceTable.objects.get(project=catch.project)

    return run
