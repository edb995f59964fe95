"""What jobs make, replace, and were sent: where a file lies, how long each is kept, who is told when it is gone."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from annotations.jobs.models import Job, JobState
from annotations.jobs.registry import keeps_former, kind_named
from annotations.jobs.uploads import is_there, is_upload
from annotations.pictures.artefacts import exists, own_path

FOLDER = "exports"
FOR_EVERYBODY = "for_everybody"  # parameter of a job: strangers may have what it makes
OFFERED_DAYS = 36_500


def artefact_key(job: Job) -> str:
    """Of the file that it makes, among the artefacts."""
    return f"{FOLDER}/{kind_named(job.kind).makes.format(job=job.pk)}"


def path_of(job: Job) -> Path:
    """Where the file lies on this machine, or will; out of a bucket, while it is written."""
    return own_path(artefact_key(job))


def expiry_of(job: Job) -> datetime | None:
    """When what a job that is done now has made is removed; None when it made nothing, or where a person wants it. What
    everybody is offered is kept until that is taken back."""
    makes_a_file = kind_named(job.kind).makes and not job.params.get("out")
    days = OFFERED_DAYS if job.params.get(FOR_EVERYBODY) else settings.EXPORT_DAYS
    return timezone.now() + timedelta(days=days) if makes_a_file else None


def offered_to_everybody(kind: str) -> QuerySet[Job]:
    """Jobs of the kind whose files are kept for strangers, the newest first."""
    jobs = Job.objects.filter(kind=kind, state=JobState.DONE, expires__gt=timezone.now())
    return jobs.filter(params__contains={FOR_EVERYBODY: True}).order_by("-pk")


def replace_offers(job: Job) -> None:
    """What everybody was offered before of the same model, or else project, makes room for what the job has made. Who
    cancelled it too late to stop its work is in time to stop the offer."""
    if not job.params.get(FOR_EVERYBODY):
        return
    offers = offered_to_everybody(job.kind)
    own = offers.filter(pk=job.pk)
    if own.filter(cancel_requested=True).exists():
        return take_back_offer(own)
    model = job.params.get("model")
    same: dict[str, object] = {"params__model": model} if model else {"project": job.project_id}
    take_back_offer(offers.filter(**same, pk__lt=job.pk))


def take_back_offer(jobs: QuerySet[Job]) -> None:
    """The next sweep removes the files."""
    jobs.update(expires=timezone.now())


def undoable_until(done: datetime) -> datetime:
    """Until when what was done at that moment can be taken back; then what it replaced is removed."""
    return done + timedelta(days=settings.PREDICTION_UNDO_DAYS)


def undo_expiry_of(job: Job) -> datetime | None:
    """Until when at least what the job did can be taken back; None where it is no matter of time."""
    return undoable_until(job.created) if keeps_former(job.kind) else None


def upload_expiry(job: Job) -> datetime | None:
    """Until when what a job that ends now worked on waits for another; None for a file of the user's own, which has no
    `origin`."""
    is_at_hand = is_upload(Path(job.params.get("path", ""))) or "origin" in job.params
    return timezone.now() + timedelta(days=settings.UPLOAD_DAYS) if is_at_hand else None


def upload_of(job: Job) -> Path | None:
    """What was uploaded for a job that has ended and is still kept; None where nothing is."""
    is_held = job.is_finished and job.expires is not None and not job.is_expired and "path" in job.params
    path = Path(job.params["path"]) if is_held else None
    return path if path is not None and is_there(path) else None


def made_by(job: Job, kind: str) -> str:
    """The key of the file, to be sent. Raises Http404 in words when there is none, or none any more."""
    if job.kind != kind or job.state != JobState.DONE:
        raise Http404("There is no such export.")
    if job.is_expired:
        raise Http404(f"This file was kept until {job.expires:%Y-%m-%d %H:%M} UTC: export again.")
    if not exists(artefact_key(job)):
        raise Http404("The file of this export is gone: export again.")
    return artefact_key(job)
