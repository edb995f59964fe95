"""A package that was only checked, or whose import asked something, waits for a while: it needs not be sent again."""

from dataclasses import replace

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404

from annotations.accounts.models import User
from annotations.imports.actions import start_import
from annotations.imports.import_options import DEFAULTS, ImportOptions
from annotations.imports.origins.places import Incoming
from annotations.jobs.artefacts import upload_of
from annotations.jobs.models import Job
from annotations.projects.models import Project

GONE = "The package of this import is not here any more: send it again."


def open_earlier_import(user: User, project: Project, job_id: int) -> Job:
    """An import of the project whose package the person sent. Raises Http404, and PermissionDenied for others'."""
    job = Job.objects.filter(pk=job_id, project=project, kind="import_package").first()
    if job is None:
        raise Http404("There is no such import in this project.")
    if job.owner_id != user.pk:
        raise PermissionDenied("Only who sent a package can import it from here: send it yourself.")
    return job


@transaction.atomic
def import_again(*, job: Job, user: User, options: ImportOptions = DEFAULTS) -> Job:
    """Starts another import of the package that `job` had; it is the new one's.

    Raises ValidationError where the package is not kept any more, or another import has it.
    """
    earlier = Job.objects.select_for_update().filter(pk=job.pk).first()
    path = upload_of(earlier) if earlier else None
    if path is None or earlier is None or earlier.project is None:
        raise ValidationError(GONE)
    Job.objects.filter(pk=earlier.pk).update(expires=None)
    incoming = Incoming(path, earlier.params["name"], earlier.params.get("origin"))
    return start_import(project=earlier.project, user=user, incoming=incoming, options=options)


def apply_checked(*, job: Job, user: User, update: int, file_wins: bool = False) -> Job:
    """Imports what `job` has only checked, with its answers; what it planned to update is written as it was shown, with
    `file_wins` also labels that were decided here later than the file says.

    Raises ValidationError where the package is not kept any more, or the preview is another import's.
    """
    if job.result.get("update") != update:
        raise ValidationError(
            {"update": f"Import {job.pk} made no preview {update}: check the package again."}
        )
    checked = ImportOptions.of(job.params)
    options = replace(checked, dry_run=False, update=update, file_wins=file_wins or checked.file_wins)
    return import_again(job=job, user=user, options=options)
