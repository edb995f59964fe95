"""Importing a package of any format: check all of it, then load all of it."""

from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.db import transaction

from annotations.accounts.models import User
from annotations.common.problems import Problems
from annotations.imports import jobs
from annotations.imports.columns import ensure_columns_of
from annotations.imports.errors import PackageError
from annotations.imports.load import Loaded, Loader
from annotations.imports.registry import TaxonIds
from annotations.imports.sentences import (
    ignored_sentence,
    loaded_sentence,
    many,
    trait_values_sentence,
    warnings_sentence,
)
from annotations.imports.source import ImportSource, checked_choices, open_source
from annotations.imports.survey import Survey
from annotations.imports.taxa import expected_taxa, taxa_report, taxa_sentence, taxon_ids_of
from annotations.jobs.actions import start_job
from annotations.jobs.errors import JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.labels.models import Batch, BatchKind
from annotations.measurements.actions import measure_what_is_new
from annotations.projects.models import Project
from annotations.samples.actions import place_samples
from annotations.similarity.embedding import complete_own_space
from annotations.traits.importing import Imported


def start_import(
    *,
    project: Project,
    user: User,
    path: Path,
    name: str,
    dry_run: bool = False,
    create_taxa: bool = False,
    format_name: str = "",
    **options: str,
) -> Job:
    """Starts the import of a package that lies at `path`; `name` is what people call it.

    The names of taxa that the site does not know wait until a manager has settled them, or are made into taxa.
    Without a `format_name` it is recognised; `options` are what formats ask. Raises ValidationError for others.
    """
    params = {
        "path": str(path),
        "name": name,
        "dry_run": dry_run,
        "create_taxa": create_taxa,
        **checked_choices(format_name, options),
    }
    return start_job(kind="import_package", owner=user, project=project, params=params)


@jobs.import_package.work
def import_package(job: Job, progress: Progress) -> dict:
    """The work of an import job. Raises JobError with all that is wrong, before anything is changed."""
    try:
        with open_source(job) as source:
            return _check_and_load(job, progress, source)
    except PackageError as error:
        entry = {"file": job.params["name"], "line": None, "column": None, "message": str(error)}
        raise JobError(str(error), [entry]) from error


def _check_and_load(job: Job, progress: Progress, source: ImportSource) -> dict:
    survey, positions, warnings = _checked(job, progress, source)
    if job.params["dry_run"]:
        result = _expected(job, source, survey)
    else:
        progress.checkpoint(survey=survey.as_dict(), warnings=warnings)
        result = _load(job, progress, source, survey, positions)
    result["message"] += warnings_sentence(len(warnings))
    return {**result, "format": source.format.name, "warnings": warnings}


def _checked(job: Job, progress: Progress, source: ImportSource) -> tuple[Survey, dict[str, int], list[dict]]:
    """What the package holds, where its columns go, and warnings. Raises JobError with all that is wrong.

    The first and the last come from the checkpoint when a worker that died had found the package in order.
    """
    assert job.project is not None
    problems = Problems()
    if "survey" in job.checkpoint:
        survey = source.format.survey.from_dict(job.checkpoint["survey"])
    else:
        survey = source.check(job, progress, problems)
    with progress.fenced():
        positions = ensure_columns_of(survey, job.project, problems, dry_run=job.params["dry_run"])
    if problems:
        raise JobError(
            problems.sentence,
            problems.listed,
            problems.warnings.listed,
            keeps_upload=problems.only_asks,
        )
    return survey, positions, job.checkpoint.get("warnings", problems.warnings.listed)


def _expected(job: Job, source: ImportSource, survey: Survey) -> dict:
    """The result of a dry run."""
    taxa = expected_taxa(job, source, survey)
    size = many(survey.lines, source.format.record_word)
    sentence = f"{job.params['name']} can be imported: {size}, no error."
    sentence += ignored_sentence(survey, "would be") + taxa_sentence(taxa, is_dry=True)
    return {
        "lines": survey.lines,
        "ignored": survey.ignored,
        **taxa,
        "message": sentence,
        "keeps_upload": True,
    }


def _load(
    job: Job, progress: Progress, source: ImportSource, survey: Survey, positions: dict[str, int]
) -> dict:
    batch = _batch(job, progress)
    taxon_ids = taxon_ids_of(job, progress, survey.taxa)
    total = _load_objects(job, progress, source, survey, batch, taxon_ids, positions)
    progress.update(survey.lines, survey.lines, "Loading the values of traits")
    with progress.fenced():
        trait_taxa = taxon_ids_of(job, progress, source.format.taxa_of_traits(source.package))
        trait_values = _trait_values(job, progress, source, batch, trait_taxa)
    _finish(job, progress, batch, total)
    report = taxa_report(job, taxon_ids.pending | trait_taxa.pending)
    return _result(job, source, survey, total, trait_values, report)


def _load_objects(
    job: Job,
    progress: Progress,
    source: ImportSource,
    survey: Survey,
    batch: Batch,
    taxon_ids: TaxonIds,
    positions: dict[str, int],
) -> Loaded:
    assert job.project is not None
    total = Loaded.from_checkpoint(job.checkpoint.get("loaded", {}))
    loader = Loader(job.project, source.package, batch, job.owner, taxon_ids, positions, survey.ranges)
    words = source.format.record_word + "s"
    for _ in loader.load(
        source.records(survey), total, lambda so_far: progress.checkpoint(loaded=asdict(so_far))
    ):
        progress.update(total.lines, survey.lines, f"Loaded {total.lines:,} of {survey.lines:,} {words}")
    return total


def _trait_values(
    job: Job, progress: Progress, source: ImportSource, batch: Batch, taxon_ids: TaxonIds
) -> Imported | None:
    """Loads the values of traits; what a worker that died had loaded is told from the checkpoint."""
    assert job.project is not None
    if "trait_values" in job.checkpoint:
        return Imported(**job.checkpoint["trait_values"])
    imported = source.format.load_trait_values(source.package, job.project, job.owner, batch, taxon_ids)
    if imported is not None:
        progress.checkpoint(trait_values=asdict(imported))
    return imported


def _finish(job: Job, progress: Progress, batch: Batch, total: Loaded) -> None:
    assert job.project is not None
    with progress.fenced():
        place_samples(project=job.project)
        Batch.objects.filter(pk=batch.pk, changed=0).delete()
        if total.objects and settings.MEASURE_ON_IMPORT:
            measure_what_is_new(project=job.project, user=job.owner)
        if total.objects:
            complete_own_space(project=job.project, user=job.owner)


def _result(
    job: Job, source: ImportSource, survey: Survey, total: Loaded, trait_values: Imported | None, report: dict
) -> dict:
    return {
        "project": job.project_id,
        **report,
        "objects": total.objects,
        "images": total.images,
        "present": total.present,
        "ignored": survey.ignored,
        "samples": survey.samples,
        "waiting": total.waiting,
        **(_counted(trait_values) if trait_values else {}),
        "message": loaded_sentence(total, survey.samples, source.format.record_word)
        + ignored_sentence(survey, "were")
        + trait_values_sentence(trait_values, bool(report["unknown"]))
        + taxa_sentence(report, is_dry=False),
    }


def _counted(imported: Imported) -> dict:
    return {"trait_values": imported.changed, "trait_values_left_out": imported.inapplicable}


@transaction.atomic
def _batch(job: Job, progress: Progress) -> Batch:
    """One batch an import, also when another worker takes it up."""
    if "batch" in job.checkpoint:
        batch = Batch.objects.filter(pk=job.checkpoint["batch"]).first()
        if batch is not None:
            return batch
    assert job.project is not None
    batch = Batch.objects.create(project=job.project, kind=BatchKind.IMPORT, user=job.owner)
    progress.checkpoint(batch=batch.pk)
    return batch
