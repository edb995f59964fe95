"""Deleting a project, which first waits in a bin, and taking it out of there."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from annotations.accounts.models import User
from annotations.deletions.models import Deletion
from annotations.deletions.object_actions import start_due_purges
from annotations.jobs.actions import cancel_job, start_job
from annotations.jobs.models import Job
from annotations.jobs.queries import live_jobs_about
from annotations.labels.tally import project_counts
from annotations.projects.access import open_deleted_project, role_in
from annotations.projects.models import Project, Role


@transaction.atomic
def delete_project(*, project: Project, user: User, title: str) -> Deletion:
    """Puts the project into the bin, where nobody finds it but its managers; what runs in it or brings objects
    into it is cancelled.

    `title` is what the person has typed: raises ValidationError where it is another, PermissionDenied unless a manager
    asks.
    """
    if role_in(user, project.pk) != Role.MANAGER:
        raise PermissionDenied("Only managers delete a project.")
    if title.strip() != project.title.strip():
        raise ValidationError({"title": f"Type the title as it is: {project.title}"})
    deletion = Deletion.objects.create(
        project=project,
        title=project.title,
        objects_then=sum(count for _, _, count in project_counts(project.pk)),
        deleted=timezone.now(),
        deleted_by=user,
    )
    Project.objects.filter(pk=project.pk).update(deleted=deletion.deleted)
    for job in live_jobs_about(project):
        cancel_job(job=job)
    return deletion


@transaction.atomic
def restore_project(*, project_id: int, user: User) -> Project:
    """Takes the project out of the bin, as it was.

    Raises Http404 for who may not, ValidationError when it is too late.
    """
    project = open_deleted_project(user, project_id)
    deletion = Deletion.objects.waiting().select_for_update(of=("self",)).get(project=project)
    if deletion.is_due:
        raise ValidationError(f"{project.title} is being deleted for good: its days in the bin are over.")
    deletion.restored, deletion.restored_by = timezone.now(), user
    deletion.save(update_fields=["restored", "restored_by"])
    Project.objects.filter(pk=project.pk).update(deleted=None)
    project.deleted = None
    return project


def start_due_deletions() -> list[Job]:
    """Starts a job for each project, and for what was deleted in one, whose days in the bin are over.

    Called by beat; one that is under way is joined.
    """
    projects = [
        start_job(kind="delete_project", owner=None, params={"deletion": deletion.pk})
        for deletion in Deletion.objects.due()
    ]
    return [*projects, *start_due_purges()]
