"""Importing a package of any format: check all of it, then load all of it."""

from contextlib import closing
from dataclasses import asdict

from django.conf import settings
from django.db import transaction

from annotations.accounts.models import User
from annotations.common.forked import ForkEnded
from annotations.common.garbage_collection import rare_collections
from annotations.common.problems import Problems
from annotations.common.statistics import refresh_statistics
from annotations.imports import jobs
from annotations.imports.columns import ensure_columns_of
from annotations.imports.errors import PackageError
from annotations.imports.figures import load_figures, load_outlines
from annotations.imports.import_options import DEFAULTS, ImportOptions, import_params
from annotations.imports.load import Loaded, Loader
from annotations.imports.mappings.using import mapping_of
from annotations.imports.modes import Taking
from annotations.imports.origins.fetching import bring_package
from annotations.imports.origins.places import Incoming
from annotations.imports.planning import incoming_names, planned, refuse_mode
from annotations.imports.registry import TaxonIds
from annotations.imports.results import Imports, expected_result, loaded_result
from annotations.imports.sentences import warnings_sentence
from annotations.imports.source import ImportSource, open_source
from annotations.imports.survey import Survey
from annotations.imports.taxa import taxa_report, taxon_ids_of
from annotations.imports.updates import UpdatePlan, updater
from annotations.jobs.actions import start_job
from annotations.jobs.errors import JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.labels.models import Batch, BatchKind, Change
from annotations.measurements.actions import measure_what_is_new
from annotations.projects.models import Project
from annotations.samples.actions import place_samples
from annotations.samples.models import Image, Object, ObjectFields
from annotations.similarity.completing import complete_own_space
from annotations.traits.importing import Imported

READER_ENDED = (
    "The process that read the package was ended, perhaps because memory was short. Start the import once more: what "
    "is here already stays."
)
# lines that are written, from which on pages would be planned for a project that is long another
LARGE = 10_000


def start_import(
    *, project: Project, user: User, incoming: Incoming, options: ImportOptions = DEFAULTS
) -> Job:
    """Starts the import of a package. Raises ValidationError for options that there are not, or don't go together."""
    params = import_params(project, incoming, options)
    return start_job(kind="import_package", owner=user, project=project, params=params)


@jobs.import_package.work
def import_package(job: Job, progress: Progress) -> dict:
    """The work of an import job. Raises JobError with all that is wrong, before anything is changed."""
    bring_package(job, progress)
    try:
        with rare_collections(), open_source(job) as source:
            return _check_and_load(job, progress, source)
    except PackageError as error:
        entry = {"file": job.params["name"], "line": None, "column": None, "message": str(error)}
        raise JobError(str(error), [entry]) from error
    except ForkEnded as error:
        raise JobError(READER_ENDED, keeps_upload=True) from error


def _check_and_load(job: Job, progress: Progress, source: ImportSource) -> dict:
    survey, warnings = _checked(job, progress, source)
    plan = planned(job, progress, source, survey)
    if job.params["dry_run"]:
        result = expected_result(job, source, survey, plan)
    else:
        with progress.fenced():
            source.format.prepare(_project(job), survey)
            positions = ensure_columns_of(survey, _project(job), Problems())
            progress.checkpoint(survey=survey.as_dict(), warnings=warnings)
        result = _load(job, progress, source, survey, positions, plan)
    warnings = [*warnings, *plan.warnings]
    result["message"] += warnings_sentence(len(warnings))
    return {**result, "format": source.format.name, "mode": Taking.of(job.params).mode, "warnings": warnings}


def _project(job: Job) -> Project:
    assert job.project is not None
    return job.project


def _checked(job: Job, progress: Progress, source: ImportSource) -> tuple[Survey, list[dict]]:
    """What the package holds, and warnings. Raises JobError with all that is wrong; nothing is changed yet.

    Both come from the checkpoint when a worker that died had found the package in order.
    """
    problems = Problems()
    if "survey" in job.checkpoint:
        survey = source.format.survey.from_dict(job.checkpoint["survey"])
    else:
        refuse_mode(source, Taking.of(job.params))
        survey = source.check(job, progress, problems)
    with progress.fenced():
        ensure_columns_of(survey, _project(job), problems, dry_run=True)
    if problems.only_asks:
        with progress.fenced():
            progress.checkpoint(format=source.format.name)  # whose choices hold the answer
    if problems:
        raise JobError(
            problems.sentence,
            problems.listed,
            problems.warnings.listed,
            keeps_upload=problems.only_asks,
        )
    return survey, job.checkpoint.get("warnings", problems.warnings.listed)


def _load(
    job: Job,
    progress: Progress,
    source: ImportSource,
    survey: Survey,
    positions: dict[str, int],
    plan: UpdatePlan,
) -> dict:
    batch, taking = _batch(job, progress), Taking.of(job.params)
    taxon_ids = taxon_ids_of(job, progress, incoming_names(job, survey, plan))
    total = _load_objects(job, progress, source, survey, batch, taxon_ids, positions)
    marks = load_figures(job, progress, source, survey) if taking.adds else 0
    if taking.adds:
        load_outlines(job, progress, source, survey)
    progress.update(survey.lines, survey.lines, "Loading the values of traits")
    with progress.fenced():
        trait_names = source.format.taxa_of_traits(source.package) if taking.adds else []
        trait_taxa = taxon_ids_of(job, progress, trait_names)
        trait_values = _trait_values(job, progress, source, batch, trait_taxa)
    applied = updater().apply(job, progress, plan.number, taxon_ids) if plan.number else {}
    _finish(job, progress, batch, total)
    if total.lines - total.present + plan.changed >= LARGE:
        progress.update(survey.lines, survey.lines, "Counting anew, so that the first pages are fast")
        refresh_statistics(Object, ObjectFields, Image, Change)
    report = taxa_report(job, taxon_ids.pending | trait_taxa.pending)
    return loaded_result(job, source, survey, plan, Imports(total, trait_values, applied, report, marks))


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
    taking = Taking.of(job.params)
    if not taking.adds and not survey.pictures:
        return total  # there is nothing to load
    people = mapping_of(job.params).people
    loader = Loader(
        job.project, source.package, batch, job.owner, taxon_ids, positions, survey.ranges, taking, people
    )
    words = source.format.record_word + "s"
    loading = loader.load(
        source.records(survey), survey.lines, total, lambda so_far: progress.checkpoint(loaded=asdict(so_far))
    )
    with closing(loading):  # who cancels stores nothing more from here on
        for _ in loading:
            progress.update(total.lines, survey.lines, f"Loaded {total.lines:,} of {survey.lines:,} {words}")
    return total


def _trait_values(
    job: Job, progress: Progress, source: ImportSource, batch: Batch, taxon_ids: TaxonIds
) -> Imported | None:
    """Loads the values of traits; what a worker that died had loaded is told from the checkpoint."""
    assert job.project is not None
    if not Taking.of(job.params).adds:
        return None
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
