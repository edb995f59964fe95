"""Starting to fetch projects of an EcoTaxa server, and going on after a new sign-in."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404

from annotations.accounts.models import User
from annotations.imports.modes import ImportMode, checked_mode
from annotations.imports.source import checked_choices
from annotations.jobs.actions import start_job
from annotations.jobs.models import Job, JobState
from annotations.jobs.uploads import FOLDER
from annotations.projects.actions import create_project
from annotations.projects.models import Project
from annotations.pulls.server import EcotaxaServer
from annotations.pulls.tokens import keep_token

MOST_PROJECTS = 100


@dataclass(frozen=True)
class PullOptions:
    """What becomes of what is fetched: as `start_import` has it. `history`: also earlier labels.

    `annotations`: objects that are here get labels that changed there, but where a person decided here later.
    """

    history: bool = True
    dry_run: bool = False
    create_taxa: bool = False
    mode: str = ImportMode.BOTH
    annotations: bool = True
    pixel_unit: str = ""

    def checked(self) -> dict[str, Any]:
        """Parameters of a job. Raises ValidationError."""
        choices = checked_choices("", {"pixel_unit": self.pixel_unit})
        return {
            **asdict(self),
            **checked_mode(self.mode, self.annotations and self.mode != ImportMode.ADD),
            "pixel_unit": choices["pixel_unit"],
        }


def pull_params(server: EcotaxaServer, source: int, options: PullOptions, folder: str = "") -> dict[str, Any]:
    """Of a job that fetches the project `source`; without its token, which nobody else may see.

    Its folder lies among uploads, and is no upload of the job's own: the import gets it, or it is swept after a day.
    """
    return {
        "folder": f"{FOLDER}/{folder or uuid.uuid4().hex}.ecotaxa",
        "name": f"EcoTaxa project {source}",
        "server": server.address,
        "source": source,
        **options.checked(),
    }


@transaction.atomic
def start_pull(
    *, project: Project, user: User, server: EcotaxaServer, source: int, options: PullOptions
) -> Job:
    """Starts to fetch a project of the server that `server` is signed in to; its import follows by itself."""
    params = pull_params(server, source, options)
    job = start_job(kind="pull_ecotaxa", owner=user, project=project, params=params)
    keep_token(job=job, token=server.token)
    return job


@transaction.atomic
def start_pulls(
    *,
    project: Project,
    user: User,
    server: EcotaxaServer,
    sources: dict[int, str],
    options: PullOptions,
    apart: bool = False,
) -> list[Job]:
    """One job for each of `sources`, number → title; `apart`: each into a new project that is called so."""
    if not sources or len(sources) > MOST_PROJECTS:
        raise ValidationError(f"Choose the projects that are to come: 1 to {MOST_PROJECTS}.")
    targets = {
        source: create_project(title=title[:255] or f"EcoTaxa {source}", owner=user) if apart else project
        for source, title in sources.items()
    }
    return [
        start_pull(project=target, user=user, server=server, source=source, options=options)
        for source, target in targets.items()
    ]


def open_earlier_pull(project: Project, job_id: int) -> Job:
    """Of whichever manager: who goes on signs in with an account of their own. Raises Http404."""
    job = Job.objects.filter(pk=job_id, project=project, kind="pull_ecotaxa").first()
    if job is None:
        raise Http404("There is no such import in this project.")
    return job


@transaction.atomic
def go_on(*, job: Job, user: User, server: EcotaxaServer) -> Job:
    """Another job that goes on where this one failed, or begins anew where what it fetched is gone.

    Raises ValidationError for one that did not fail, and for another server.
    """
    earlier = Job.objects.select_for_update().get(pk=job.pk)
    if earlier.project is None or earlier.state != JobState.FAILED:
        raise ValidationError(f"{earlier.title} did not fail: there is nothing to go on with.")
    if server.address != earlier.params["server"]:
        raise ValidationError(f"It was begun at {earlier.params['server']}: sign in there.")
    new = start_job(kind=earlier.kind, owner=user, project=earlier.project, params=earlier.params)
    Job.objects.filter(pk=new.pk, attempt=0).update(checkpoint=earlier.checkpoint)
    keep_token(job=new, token=server.token)
    return new


def numbers_in(text: str) -> list[int]:
    """Of `1234, 1240`, or addresses that end in such a number. Raises ValidationError."""
    parts = [part.rstrip("/").rpartition("/")[2] for part in text.replace(",", " ").split()]
    if not all(part.isdecimal() and 0 < int(part) < 2**31 for part in parts):
        raise ValidationError("Write the numbers of projects, as 1234 or 1234, 1240.")
    return list(dict.fromkeys(map(int, parts)))


def titles_of(numbers: Sequence[int], server: EcotaxaServer) -> dict[int, str]:
    """By number; the server is asked, so who may not see one is refused before anything starts."""
    return {number: str(server.project(number).get("title") or "") for number in numbers}
