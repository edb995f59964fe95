"""Counting what a project's samples hold: one walk through its objects, sums of them, and a table in one transaction.

Nothing is left of a walk that was broken off: whoever takes the job up walks again.
"""

import numpy as np
from django.utils import timezone

from annotations.abundance import jobs
from annotations.abundance.actions import replace_table
from annotations.abundance.columns import columns_by_level, held_out_of
from annotations.abundance.estimating import AbundanceEstimate, estimate, proposals
from annotations.abundance.frames import speaking_frames
from annotations.abundance.reading import AbundanceEvidence, read_evidence
from annotations.common.snapshot import snapshot
from annotations.jobs.errors import JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.labels.tally import project_counts
from annotations.learning.models import Model


@jobs.estimate_abundance.work
def estimate_abundance_of(job: Job, progress: Progress) -> dict:
    """The work of such a job."""
    assert job.project is not None
    model = _chosen_model(job)
    began = timezone.now()
    evidence, result = _estimate(job, model, progress)
    progress.check()
    with progress.fenced():
        replace_table(
            job=job,
            model=model,
            created=began,
            evidence=evidence,
            estimate=result,
            plan=proposals(evidence, result),
        )
    objects = int(evidence.objects.sum())
    return {
        "objects": objects,
        "message": f"Counted {objects:,} objects of {len(evidence.samples):,} samples.",
    }


def _chosen_model(job: Job) -> Model | None:
    """None where none was chosen. Raises JobError where it was deleted since: what it would say nobody knows."""
    if job.params["model"] is None:
        return None
    model = Model.objects.filter(pk=job.params["model"]).first()
    if model is None:
        raise JobError("The model that was chosen is gone: choose another and count again.")
    return model


def _estimate(
    job: Job, model: Model | None, progress: Progress
) -> tuple[AbundanceEvidence, AbundanceEstimate]:
    assert job.project is not None
    project = job.project.pk
    total = sum(count for _, _, count in project_counts(project))

    def on_chunk(done: int) -> None:
        progress.update(min(done, total), total, f"Read {done:,} of {total:,} objects")

    with snapshot():
        frames = speaking_frames(project)
        columns = columns_by_level(job.params["taxa_below"])
        evidence = read_evidence(project, model.pk if model else None, frames, columns, on_chunk)
        held_out = held_out_of(model, evidence.taxa, columns) if model else None
    is_random = np.isin(evidence.samples, list(frames))
    is_one_model = model is not None and model.method != Model.Method.REFIT
    return evidence, estimate(evidence, is_random, is_one_model, held_out, has_model=model is not None)
