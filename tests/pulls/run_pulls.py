"""Does the work of a pull here: what the worker does, one job after the other."""

from django.utils import timezone

from annotations.accounts.models import User
from annotations.imports.actions import import_package
from annotations.jobs.actions import claim_job
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.jobs.running import carry_out, write_ending
from annotations.projects.models import Project
from annotations.pulls.actions import PullOptions, start_pull
from annotations.pulls.pull_job import pull_ecotaxa
from annotations.pulls.server import EcotaxaServer
from tests.pulls.remote import ACCOUNT, PASSWORD, Remote

WORKS = {"pull_ecotaxa": pull_ecotaxa, "import_package": import_package}


def signed_in(remote: Remote) -> EcotaxaServer:
    server = EcotaxaServer(remote.address)
    server.sign_in(ACCOUNT, PASSWORD)
    return server


def begin(remote: Remote, project: Project, user: User, **options: object) -> Job:
    chosen = PullOptions(**{"create_taxa": True, **options})
    return start_pull(project=project, user=user, server=signed_in(remote), source=42, options=chosen)


def work(job: Job) -> Job:
    """Claims it, also from a worker that died, and does it to its end."""
    claimed = claim_job(job_id=job.pk, stale_before=timezone.now())
    assert claimed is not None
    ending = carry_out(Progress(claimed), lambda: WORKS[job.kind])
    assert ending is not None
    write_ending(claimed, ending)
    job.refresh_from_db()
    return job


def pull(remote: Remote, project: Project, user: User, **options: object) -> tuple[Job, Job]:
    """Both jobs, done: the one that fetches, the one that imports."""
    fetching = work(begin(remote, project, user, **options))
    assert fetching.state == "done", fetching.message
    return fetching, work(Job.objects.get(pk=fetching.result["import"]))
