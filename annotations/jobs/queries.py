from django.db.models import Q, QuerySet
from django.http import Http404

from annotations.accounts.models import User
from annotations.jobs.models import UNFINISHED, Job
from annotations.projects.access import projects_seen_by, role_in
from annotations.projects.models import Project, Role

# kinds that write no row of an object, or hold the objects meanwhile
HARMLESS = (
    "export_project",
    "export_model",
    "import_model",
    "export_backbone",
    "import_backbone",
    "train",
    "train_segmenter",
    "export_segmenter",
    "import_segmenter",
    "freeze_set",
    "index_column",
    "embed_measurements",
)


def jobs_seen_by(user: User) -> QuerySet[Job]:
    """The person's own jobs and those of their projects, newest first; none of a project in the bin."""
    if not user.is_authenticated:
        return Job.objects.none()
    living = Job.objects.filter(Q(project=None) | Q(project__deleted=None))
    visible = living.filter(Q(owner=user) | Q(project__in=projects_seen_by(user)))
    return (living if user.is_superuser else visible).select_related("owner", "project")


def live_jobs_about(*projects: Project) -> QuerySet[Job]:
    """Unfinished jobs of the projects, and those of others that bring objects into one of them."""
    about = Q(project__in=projects) | Q(params__target_project__in=[project.pk for project in projects])
    return Job.objects.filter(about, state__in=UNFINISHED).order_by("pk")


def job_in_the_way(*projects: Project) -> Job | None:
    """A work that writes to objects of one of the projects, or brings some into it, and is not finished."""
    return live_jobs_about(*projects).exclude(kind__in=HARMLESS).first()


def open_job(user: User, job_id: int) -> Job:
    """Raises Http404 when the person may not see it."""
    job = jobs_seen_by(user).filter(pk=job_id).first()
    # somebody who has left the project no longer sees what they once asked for there
    if job is None or (job.project_id and role_in(user, job.project_id) is None):
        raise Http404("There is no such job, or it belongs to a project that you are not a member of.")
    return job


def may_cancel(user: User, job: Job) -> bool:
    """Whoever asked for it, and the managers of its project."""
    is_manager = job.project_id is not None and role_in(user, job.project_id) == Role.MANAGER
    return not job.is_finished and (job.owner_id == user.id or is_manager or user.is_superuser)


def may_take_back(user: User, job: Job) -> bool:
    """Whether the person may undo what the job wrote: who asked for it, and the experts of its project."""
    role = role_in(user, job.project_id) if job.project_id is not None else None
    is_own = job.owner_id == user.id and role is not None and role.rank >= Role.ANNOTATOR.rank
    return is_own or (role is not None and role.rank >= Role.EXPERT.rank)
