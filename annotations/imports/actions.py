"""Importing a package: check all of it, then load all of it."""

import shutil
import uuid
from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from annotations.accounts.models import User
from annotations.imports.ecotaxa.archive import Package
from annotations.imports.ecotaxa.problems import PackageError, Problems
from annotations.imports.ecotaxa.validate import Survey, survey
from annotations.imports.load import Loaded, Loader, ensure_columns, update_positions
from annotations.imports.load_scores import load_scores
from annotations.jobs.actions import start_job
from annotations.jobs.errors import JobCancelled, JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.labels.models import Batch, BatchKind
from annotations.projects.models import Project
from annotations.taxonomy.actions import ensure_taxa
from annotations.traits.actions import Imported


def start_import(*, project: Project, user: User, path: Path, name: str, dry_run: bool = False) -> Job:
    """Starts the import of a package that lies at `path`; `name` is what people call it."""
    params = {"path": str(path), "name": name, "dry_run": dry_run}
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
        name = job.params["name"]
        return {"lines": found.lines, "message": f"{name} can be imported: {found.lines:,} lines, no error."}
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
    loader = Loader(job.project, package, batch, job.owner, ensure_taxa(found.taxa), positions)
    total = Loaded(**job.checkpoint.get("loaded", {}))
    for _ in loader.load(found, total, lambda so_far: progress.checkpoint(loaded=asdict(so_far))):
        progress.update(total.lines, found.lines, f"Loaded {total.lines:,} of {found.lines:,} lines")
    update_positions(job.project)
    progress.update(found.lines, found.lines, "Loading the values of traits")
    scores = load_scores(package, job.project, job.owner, batch)
    Batch.objects.filter(pk=batch.pk, changed=0).delete()
    return {
        "project": job.project_id,
        "objects": total.objects,
        "images": total.images,
        "known": total.known,
        "samples": found.samples,
        **({"scores": scores.changed, "scores_left_out": scores.inapplicable} if scores else {}),
        "message": _sentence(total, found.samples) + (_scores_sentence(scores) if scores else ""),
    }


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
    return sentence + (f" {total.known:,} lines were here already." if total.known else "")


def _scores_sentence(scores: Imported) -> str:
    """Nothing for a package that is here already, or has values of none."""
    told = []
    if scores.changed:
        told.append(f" {_many(scores.changed, 'value')} of traits imported.")
    if scores.inapplicable:
        told.append(f" {_many(scores.inapplicable, 'value')} left out: their trait does not apply here.")
    return "".join(told)


def _many(count: int, thing: str) -> str:
    return f"{count:,} {thing}" + ("" if count == 1 else "s")


def _remove_upload(path: Path) -> None:
    """A package that came by upload has done its duty; one that lies elsewhere is the user's own."""
    if path.is_relative_to(settings.UPLOADS_FOLDER):
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
