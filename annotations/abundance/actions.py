"""Starting estimates, and keeping what they came to."""

from collections.abc import Iterator
from datetime import datetime

import numpy as np
from django.core.exceptions import ValidationError
from django.db import transaction

from annotations.abundance.estimating import AbundanceEstimate
from annotations.abundance.models import AbundanceTable, SampleAbundance
from annotations.abundance.queries import usual_model
from annotations.abundance.reading import AbundanceEvidence
from annotations.accounts.models import User
from annotations.common.copying import copy_rows
from annotations.jobs.actions import start_job
from annotations.jobs.models import Job
from annotations.learning.models import Model
from annotations.learning.queries import models_used_in
from annotations.projects.models import Project

FIGURES = (
    "table_id, sample_id, taxon_id, counted, estimate, low, high, adjusted, adjusted_low, adjusted_high,"
    " em, em_low, em_high"
)


def start_estimate(
    *, user: User, project: Project, model: Model | None = None, taxa_below: list[int] | None = None
) -> Job:
    """Counts what the project's samples hold, by the model, else by the usual one. `taxa_below` are taxa that hold all
    that is below them. Raises ValidationError for a model that has not predicted here."""
    if model and not models_used_in(project).filter(pk=model.pk).exists():
        raise ValidationError(f"{model.name} has predicted nothing in this project: choose one that has.")
    model = model or usual_model(project)
    params = {"model": model and model.pk, "taxa_below": sorted(set(taxa_below or []))}
    return start_job(kind="estimate_abundance", owner=user, project=project, params=params)


@transaction.atomic
def replace_table(
    *,
    job: Job,
    model: Model | None,
    created: datetime,
    evidence: AbundanceEvidence,
    estimate: AbundanceEstimate,
    plan: list[dict],
) -> None:
    """By the worker: the project's table is this one from now on."""
    assert job.project_id is not None
    AbundanceTable.objects.filter(project=job.project_id).delete()
    table = AbundanceTable.objects.create(
        project_id=job.project_id,
        model=model,
        owner=job.owner,
        created=created,
        objects_seen=int(evidence.objects.sum()),
        taxa_below=job.params["taxa_below"],
        proposals=plan,
    )
    SampleAbundance.objects.bulk_create(_samples(table, evidence, estimate), batch_size=1000)
    copy_rows("abundance_taxonabundance", FIGURES, _figures(table.pk, evidence, estimate))


def _samples(
    table: AbundanceTable, evidence: AbundanceEvidence, estimate: AbundanceEstimate
) -> list[SampleAbundance]:
    return [
        SampleAbundance(
            table=table,
            sample_id=sample,
            basis=estimate.basis[place],
            uses_model=bool(estimate.uses_model[place]),
            objects_seen=int(evidence.objects[place]),
            validated=int(evidence.settled[place] - evidence.dubious[place]),
            dubious=int(evidence.dubious[place]),
            drawn=int(evidence.sums.speaking[place]),
            unnamed=float(evidence.unnamed[place]),
        )
        for place, sample in enumerate(evidence.samples.tolist())
    ]


def _figures(table: int, evidence: AbundanceEvidence, estimate: AbundanceEstimate) -> Iterator[tuple]:
    """Of each taxon that people or the model named in a sample."""
    parts = estimate.abundance
    is_named = (parts.counted > 0) | (evidence.sums.p > 0) | (parts.count > 0)
    others = [
        cells for counts in (estimate.adjusted, estimate.by_em) for cells in counts or (None, None, None)
    ]
    for sample, taxon in np.argwhere(is_named[:, :-1]).tolist():
        at = (sample, taxon)
        yield (
            table,
            int(evidence.samples[sample]),
            int(evidence.taxa[taxon]),
            int(parts.counted[at]),
            float(parts.count[at]),
            float(parts.low[at]),
            float(parts.high[at]),
            *(None if cells is None or np.isnan(cells[at]) else float(cells[at]) for cells in others),
        )
