"""Importing a package: check all of it, then load all of it."""

import shutil
import uuid
from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from annotations.accounts.models import User
from annotations.common.problems import Problems
from annotations.imports.ecotaxa.archive import Package
from annotations.imports.ecotaxa.problems import PackageError
from annotations.imports.ecotaxa.validate import Survey, survey
from annotations.imports.load import Loaded, Loader, ensure_columns, update_positions
from annotations.imports.load_scores import load_scores
from annotations.jobs.actions import start_job
from annotations.jobs.errors import JobCancelled, JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.labels.models import Batch, BatchKind
from annotations.measurements.actions import start_measuring
from annotations.nomenclature.actions import note_unknown
from annotations.projects.models import Project
from annotations.taxonomy.actions import TaxonName, ensure_taxa, known_taxa
from annotations.traits.actions import Imported


def start_import(
    *, project: Project, user: User, path: Path, name: str, dry_run: bool = False, create_taxa: bool = True
) -> Job:
    """Starts the import of a package that lies at `path`; `name` is what people call it.

    Taxa that the site does not know are made, or else wait until a manager has settled their names.
    """
    params = {"path": str(path), "name": name, "dry_run": dry_run, "create_taxa": create_taxa}
    return start_job(kind="import_package", owner=user, project=project, params=params)


def keep_upload(upload: UploadedFile) -> Path:
    """Puts an uploaded package where the worker finds it."""
    settings.UPLOADS_FOLDER.mkdir(parents=True, exist_ok=True)
    target = settings.UPLOADS_FOLDER / f"{uuid.uuid4().hex}.zip"
    with target.open("wb") as file:
        for chunk in upload.chunks(2**20):
            file.write(chunk)
    return target


def import_package(job: Job, progress: Progress) -> dict:
    """The work of an import job. Raises JobError with all that is wrong, before anything is changed."""
    path, name = Path(job.params["path"]), job.params["name"]
    try:
        with Package(path) as package:
            result = _check_and_load(job, progress, package)
    except PackageError as error:
        _remove_upload(path)
        raise JobError(
            str(error), [{"file": name, "line": None, "column": None, "message": str(error)}]
        ) from error
    except (JobError, JobCancelled):
        _remove_upload(path)  # whoever corrects the package uploads it again
        raise
    _remove_upload(path)
    return result


def _check_and_load(job: Job, progress: Progress, package: Package) -> dict:
    assert job.project is not None
    problems = Problems()
    found = _surveyed(job, progress, package, problems)
    positions = ensure_columns(job.project, found, problems, dry_run=job.params["dry_run"])
    _refuse_if(problems)
    if job.params["dry_run"]:
        return {"lines": found.lines, "message": _found_sentence(job, found)}
    progress.checkpoint(survey=found.as_dict())
    return _load(job, progress, package, found, positions)


def _surveyed(job: Job, progress: Progress, package: Package, problems: Problems) -> Survey:
    """What the package holds; from the checkpoint when a worker that died had found it in order."""
    if "survey" in job.checkpoint:
        return Survey.from_dict(job.checkpoint["survey"])
    return survey(package, problems, job.project_id, lambda done, message: progress.update(done, 0, message))


def _load(job: Job, progress: Progress, package: Package, found: Survey, positions: dict[str, int]) -> dict:
    assert job.project is not None
    batch = _batch(job, progress)
    taxa, unknown = _taxa(job, found)
    loader = Loader(job.project, package, batch, job.owner, taxa, positions, unknown)
    total = Loaded(**job.checkpoint.get("loaded", {}))
    for _ in loader.load(found, total, lambda so_far: progress.checkpoint(loaded=asdict(so_far))):
        progress.update(total.lines, found.lines, f"Loaded {total.lines:,} of {found.lines:,} lines")
    update_positions(job.project)
    progress.update(found.lines, found.lines, "Loading the values of traits")
    scores = load_scores(package, job.project, job.owner, batch)
    Batch.objects.filter(pk=batch.pk, changed=0).delete()
    if total.objects and settings.MEASURE_ON_IMPORT:
        start_measuring(project=job.project, user=job.owner)
    return {
        "project": job.project_id,
        "objects": total.objects,
        "images": total.images,
        "known": total.known,
        "samples": found.samples,
        "waiting": total.waiting,
        **({"scores": scores.changed, "scores_left_out": scores.inapplicable} if scores else {}),
        "message": _sentence(total, found.samples) + (_scores_sentence(scores) if scores else ""),
    }


def _taxa(job: Job, found: Survey) -> tuple[dict[TaxonName, int], dict[TaxonName, int]]:
    """The taxa of the package's names, and the names that wait to be settled."""
    if job.params.get("create_taxa", True):
        return ensure_taxa(found.taxa), {}
    assert job.project is not None
    taxa = known_taxa(found.taxa)
    noted = note_unknown(project=job.project, names=[name for name in found.taxa if name not in taxa])
    taxa |= {name: row.taxon_id for name, row in noted.items() if row.taxon_id is not None}
    return taxa, {name: row.pk for name, row in noted.items() if row.taxon_id is None}


def _found_sentence(job: Job, found: Survey) -> str:
    sentence = f"{job.params['name']} can be imported: {found.lines:,} lines, no error."
    known = known_taxa(found.taxa)
    new = sorted(name.name for name in found.taxa if name not in known)
    if not new:
        return sentence
    return f"{sentence} The site does not know {_many(len(new), 'taxon', 'taxa')}: {', '.join(new[:10])}."


def _batch(job: Job, progress: Progress) -> Batch:
    """One batch an import, also when another worker takes it up."""
    if "batch" in job.checkpoint:
        known = Batch.objects.filter(pk=job.checkpoint["batch"]).first()
        if known is not None:
            return known
    assert job.project is not None
    batch = Batch.objects.create(project=job.project, kind=BatchKind.IMPORT, user=job.owner)
    progress.checkpoint(batch=batch.pk)
    return batch


def _refuse_if(problems: Problems) -> None:
    if problems:
        raise JobError(problems.sentence, problems.shown)


def _sentence(total: Loaded, samples: int) -> str:
    if not total.objects and not total.images:
        return f"Nothing new: all {total.known:,} lines of the package are here already."
    things = [_many(total.objects, "object"), _many(total.images, "image"), _many(samples, "sample")]
    sentence = "{} with {} of {} imported.".format(*things)
    here = f" {total.known:,} lines were here already." if total.known else ""
    wait = (
        f" The labels of {_many(total.waiting, 'object')} wait until their names are settled."
        if total.waiting
        else ""
    )
    return sentence + here + wait


def _scores_sentence(scores: Imported) -> str:
    """Nothing for a package that is here already, or has values of none."""
    told = []
    if scores.changed:
        told.append(f" {_many(scores.changed, 'value')} of traits imported.")
    if scores.inapplicable:
        told.append(f" {_many(scores.inapplicable, 'value')} left out: their trait does not apply here.")
    return "".join(told)


def _many(count: int, thing: str, things: str = "") -> str:
    return f"{count:,} {thing if count == 1 else things or thing + 's'}"


def _remove_upload(path: Path) -> None:
    """A package that came by upload has done its duty; one that lies elsewhere is the user's own."""
    if path.is_relative_to(settings.UPLOADS_FOLDER):
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
