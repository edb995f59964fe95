"""Importing a package: check all of it, then load all of it."""

from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.db import transaction

from annotations.accounts.models import User
from annotations.common.problems import Problems
from annotations.imports import jobs
from annotations.imports.ecotaxa.archive import Package
from annotations.imports.ecotaxa.problems import PackageError
from annotations.imports.ecotaxa.survey import Survey
from annotations.imports.ecotaxa.trait_values import taxa_named
from annotations.imports.ecotaxa.validate import survey_package
from annotations.imports.load import Loaded, Loader, ensure_columns_of
from annotations.imports.load_trait_values import load_trait_values
from annotations.imports.taxa import Places, expected_taxa, places_of, taxa_report, taxa_sentence
from annotations.jobs.actions import start_job
from annotations.jobs.errors import JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.jobs.uploads import input_of
from annotations.labels.models import Batch, BatchKind
from annotations.measurements.actions import measure_what_is_new
from annotations.projects.models import Project
from annotations.samples.actions import place_samples
from annotations.traits.importing import Imported


def start_import(
    *,
    project: Project,
    user: User,
    path: Path,
    name: str,
    dry_run: bool = False,
    create_taxa: bool = False,
    pixel_unit: str = "",
) -> Job:
    """Starts the import of a package that lies at `path`; `name` is what people call it.

    The names of taxa that the site does not know wait until a manager has settled them, or are made into taxa.
    `pixel_unit` (um, mm) is what pixel sizes without a unit are in, where the package doesn't tell.
    """
    params = {
        "path": str(path),
        "name": name,
        "dry_run": dry_run,
        "create_taxa": create_taxa,
        "pixel_unit": pixel_unit,
    }
    return start_job(kind="import_package", owner=user, project=project, params=params)


@jobs.import_package.work
def import_package(job: Job, progress: Progress) -> dict:
    """The work of an import job. Raises JobError with all that is wrong, before anything is changed."""
    try:
        with Package(input_of(job), job.params["name"]) as package:
            return _check_and_load(job, progress, package)
    except PackageError as error:
        entry = {"file": job.params["name"], "line": None, "column": None, "message": str(error)}
        raise JobError(str(error), [entry]) from error


def _check_and_load(job: Job, progress: Progress, package: Package) -> dict:
    assert job.project is not None
    survey, positions, warnings = _checked(job, progress, package)
    if job.params["dry_run"]:
        result = _expected(job, package, survey)
    else:
        progress.checkpoint(survey=survey.as_dict(), warnings=warnings)
        result = _load(job, progress, package, survey, positions)
    result["message"] += _warnings_sentence(len(warnings))
    return {**result, "warnings": warnings}


def _checked(job: Job, progress: Progress, package: Package) -> tuple[Survey, dict[str, int], list[dict]]:
    """What the package holds, where its columns go, and warnings. Raises JobError with all that is wrong.

    The first and the last come from the checkpoint when a worker that died had found the package in order.
    """
    assert job.project is not None
    problems = Problems()
    if "survey" in job.checkpoint:
        survey = Survey.from_dict(job.checkpoint["survey"])
    else:
        survey = survey_package(
            package,
            problems,
            job.project_id,
            lambda done, text: progress.update(done, 0, text),
            job.params.get("pixel_unit", ""),
        )
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


def _expected(job: Job, package: Package, survey: Survey) -> dict:
    """The result of a dry run."""
    taxa = expected_taxa(job, package, survey)
    sentence = f"{job.params['name']} can be imported: {_many(survey.lines, 'line')}, no error."
    sentence += _ignored_sentence(survey, "would be") + taxa_sentence(taxa, is_dry=True)
    return {
        "lines": survey.lines,
        "ignored": survey.ignored,
        **taxa,
        "message": sentence,
        "keeps_upload": True,
    }


def _load(job: Job, progress: Progress, package: Package, survey: Survey, positions: dict[str, int]) -> dict:
    assert job.project is not None
    batch = _batch(job, progress)
    taxa, unknown = places_of(job, progress, survey.taxa)
    loader = Loader(job.project, package, batch, job.owner, taxa, positions, unknown)
    total = Loaded.from_checkpoint(job.checkpoint.get("loaded", {}))
    for _ in loader.load(survey, total, lambda so_far: progress.checkpoint(loaded=asdict(so_far))):
        progress.update(total.lines, survey.lines, f"Loaded {total.lines:,} of {survey.lines:,} lines")
    progress.update(survey.lines, survey.lines, "Loading the values of traits")
    with progress.fenced():
        place_samples(project=job.project)
        places = places_of(job, progress, taxa_named(package))
        trait_values = _trait_values(job, progress, package, batch, places)
    with progress.fenced():
        Batch.objects.filter(pk=batch.pk, changed=0).delete()
        if total.objects and settings.MEASURE_ON_IMPORT:
            measure_what_is_new(project=job.project, user=job.owner)
    report = taxa_report(job, unknown | places[1])
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
        "message": _sentence(total, survey.samples)
        + _ignored_sentence(survey, "were")
        + (_trait_values_sentence(trait_values, bool(report["unknown"])) if trait_values else "")
        + taxa_sentence(report, is_dry=False),
    }


def _trait_values(
    job: Job, progress: Progress, package: Package, batch: Batch, places: Places
) -> Imported | None:
    """Loads the values of traits; what a worker that died had loaded is told from the checkpoint."""
    assert job.project is not None
    if "trait_values" in job.checkpoint:
        return Imported(**job.checkpoint["trait_values"])
    imported = load_trait_values(package, job.project, job.owner, batch, places)
    if imported is not None:
        progress.checkpoint(trait_values=asdict(imported))
    return imported


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


def _ignored_sentence(survey: Survey, were: str) -> str:
    if not survey.ignored:
        return ""
    values, columns = _many(survey.ignored, "value"), _many(survey.ignored_columns, "column")
    if survey.ignored == 1:
        return f" 1 value differs from what is here; it {were.replace('were', 'was')} left as it is."
    return f" {values} in {columns} differ from what is here; they {were} left as they are."


def _warnings_sentence(count: int) -> str:
    if not count:
        return ""
    return f" {_many(count, 'warning')} {'is' if count == 1 else 'are'} listed with it."


def _sentence(total: Loaded, samples: int) -> str:
    if not total.objects and not total.images:
        if total.present == 1:
            return "Nothing new: the only line of the package is here already."
        return f"Nothing new: all {total.present:,} lines of the package are here already."
    things = [_many(total.objects, "object"), _many(total.images, "image"), _many(samples, "sample")]
    sentence = "{} with {} of {} imported.".format(*things)
    were = "was" if total.present == 1 else "were"
    present = f" {_many(total.present, 'line')} {were} here already." if total.present else ""
    wait = (
        f" The labels of {_many(total.waiting, 'object')} wait until their names are settled."
        if total.waiting
        else ""
    )
    return sentence + present + wait


def _counted(imported: Imported) -> dict:
    return {"trait_values": imported.changed, "trait_values_left_out": imported.inapplicable}


def _trait_values_sentence(imported: Imported, names_wait: bool) -> str:
    """Nothing for a package that is here already, or has values of none."""
    sentences = []
    if imported.changed:
        sentences.append(f" {_many(imported.changed, 'value')} of traits imported.")
    if imported.inapplicable:
        sentences.append(
            f" {_many(imported.inapplicable, 'value')} left out: their trait does not apply here."
        )
        if names_wait:
            sentences.append(
                " Import the package again when its names are settled, for those that apply then."
            )
    return "".join(sentences)


def _many(count: int, thing: str, things: str = "") -> str:
    return f"{count:,} {thing if count == 1 else things or thing + 's'}"
