"""The work of a job that fetches a project of an EcoTaxa server, and starts its import."""

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings

from annotations.common.outgoing.errors import OutgoingRefused
from annotations.imports.actions import start_import
from annotations.imports.import_options import ImportOptions
from annotations.imports.origins.places import Incoming
from annotations.jobs.errors import JobCancelled, JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.jobs.uploads import upload_key
from annotations.pictures.artefacts import is_folder, own_path, save
from annotations.pulls import jobs
from annotations.pulls.errors import EcotaxaRefused, SessionEnded
from annotations.pulls.fetching import Fetched, Fetching
from annotations.pulls.pace import RequestPace
from annotations.pulls.plan import PullPlan
from annotations.pulls.server import EcotaxaServer
from annotations.pulls.tokens import forget_token, token_of


@jobs.pull_ecotaxa.work
def pull_ecotaxa(job: Job, progress: Progress) -> dict:
    """Raises JobError where the server refuses; what was fetched is kept a day for whoever signs in again."""
    if (
        "import" not in job.checkpoint
    ):  # else a worker died right behind it, and the import has what was fetched
        _fetch_and_import(job, progress)
    forget_token(job)
    result, started = job.checkpoint["result"], job.checkpoint["import"]
    message = f"{result['message']} Import {started} goes on."
    return {**result, "message": message, "import": started, "keeps_upload": is_folder()}


def _fetch_and_import(job: Job, progress: Progress) -> None:
    try:
        result = pull_from(_server(job, progress), job, progress)
    except SessionEnded as error:  # there is no token
        raise JobError(str(error)) from error
    except JobError:
        forget_token(job)
        raise
    except JobCancelled:
        forget_token(job)
        shutil.rmtree(_folder(job), ignore_errors=True)
        raise
    _start_import(job, progress, _folder(job), result)


def pull_from(server: EcotaxaServer, job: Job, progress: Progress) -> dict:
    """Fetches it, and gives the job's result. Raises JobError."""
    try:
        fetching = Fetching(job, progress, server, _folder(job))
        fetched = fetching.run()
    except (EcotaxaRefused, OutgoingRefused) as error:
        raise JobError(str(error)) from error
    return {
        "message": _sentence(fetched),
        "objects": fetched.objects,
        "pictures": fetched.pictures,
        "missing": fetched.missing,
        "warnings": _warnings(fetching.plan, fetched),
    }


def import_options(params: dict[str, Any]) -> ImportOptions:
    """Of the import that follows, by the parameters of the job that fetches."""
    names = ("dry_run", "create_taxa", "mode", "annotations", "file_wins", "pixel_unit")
    options = {name: params[name] for name in names}
    return ImportOptions.of({**options, "format": "ecotaxa", "without_pictures": "allowed"})


def _server(job: Job, progress: Progress) -> EcotaxaServer:
    pace = RequestPace(
        settings.ECOTAXA_REQUESTS_PER_SECOND, pause=settings.ECOTAXA_RETRY_SECONDS, wait=progress.wait
    )
    return EcotaxaServer(job.params["server"], token_of(job), pace)


def _folder(job: Job) -> Path:
    return own_path(upload_key(Path(job.params["folder"])))


def _start_import(job: Job, progress: Progress, folder: Path, result: dict) -> None:
    path = _shared(folder, Path(job.params["folder"]))
    with progress.fenced():
        assert job.project is not None
        assert job.owner is not None
        incoming, options = Incoming(path, job.params["name"]), import_options(job.params)
        started = start_import(project=job.project, user=job.owner, incoming=incoming, options=options)
        progress.checkpoint(**{"import": started.pk, "result": result})


def _shared(folder: Path, path: Path) -> Path:
    """Where every worker finds it, as the import's own: out of a bucket as a zip, for a bucket knows no folders."""
    if is_folder():
        return path
    zipped = Path(shutil.make_archive(str(folder), "zip", folder))
    save(upload_key(path.with_suffix(".zip")), zipped)
    shutil.rmtree(folder)
    return path.with_suffix(".zip")


def _sentence(fetched: Fetched) -> str:
    words = f"Fetched {fetched.objects:,} objects with {fetched.pictures:,} pictures that were not here yet."
    if fetched.missing:
        are = "picture is" if fetched.missing == 1 else "pictures are"
        words += f" {fetched.missing:,} {are} missing: their objects come without."
    return words


def _warnings(plan: PullPlan, fetched: Fetched) -> list[dict]:
    sentences = list(fetched.named)
    if fetched.missing > len(fetched.named):
        sentences.append(f"{fetched.missing - len(fetched.named):,} more pictures are missing.")
    if fetched.objects != plan.objects:
        sentences.append(
            f"The project had {plan.objects:,} objects when it was begun, and {fetched.objects:,} were fetched: some "
            "came or went meanwhile. Fetch it again to get what is new."
        )
    if fetched.without_state:
        sentences.append(
            f"{fetched.without_state:,} objects are in a state that is not known here (discarded): they come "
            "unclassified."
        )
    if plan.left_out:
        sentences.append(
            f"Columns that have the name of one that every table has: {', '.join(plan.left_out)}."
        )
    return [{"file": plan.title, "line": None, "column": None, "message": words} for words in sentences]
