"""Files that managers offer to everybody: an archive of a public project, the weights of a public model.

Jobs make them; they are kept as long as they are offered.
"""

from django.db import transaction
from django.db.models import QuerySet

from annotations.accounts.models import User
from annotations.jobs.actions import cancel_job
from annotations.jobs.artefacts import FOR_EVERYBODY, offered_to_everybody, take_back_offer
from annotations.jobs.models import UNFINISHED, Job
from annotations.learning.registry import require_manager_of_all, start_export_for_everybody
from annotations.public.models import PublicFace, PublicModel, PublicModelChange

WITH_PREDICTED = "predicted"  # labels of an archive, as `publishing/requests.py` has them


def archive_of(face: PublicFace) -> Job | None:
    """The newest Darwin Core Archive that everybody may have, as long as tables and its objects are public."""
    if not face.has_tables:
        return None
    job = offered_to_everybody("export_project").filter(project=face.pk).first()
    is_hidden = job and job.params["options"].get("labels") == WITH_PREDICTED and not face.has_all_states
    return None if is_hidden else job


def weights_of(shared: PublicModel) -> Job | None:
    return _offered_weights(shared).first()


def _offered_weights(shared: PublicModel) -> QuerySet[Job]:
    return offered_to_everybody("export_model").filter(params__contains={"model": shared.pk})


def _writing(shared: PublicModel) -> dict[str, object]:
    params = {"model": shared.pk, FOR_EVERYBODY: True}
    return {"kind": "export_model", "state__in": UNFINISHED, "params__contains": params}


@transaction.atomic
def offer_weights(*, shared: PublicModel, by: User) -> Job:
    """Starts to write them, with the card and licence that strangers are told; those before are offered until these are
    written. Raises PermissionDenied unless the person manages all its projects, ValidationError where something is
    missing."""
    about = {"name": shared.name, "notes": shared.summary, "licence": shared.licence}
    job = start_export_for_everybody(user=by, model=shared.model, about=about)
    _log(shared, by, is_offered=True)
    return job


@transaction.atomic
def take_back_weights(*, shared: PublicModel, by: User) -> None:
    """Also those that are being written: they are stopped first, for some are offered while one looks."""
    require_manager_of_all(by, shared.model)
    for job in Job.objects.filter(**_writing(shared)):
        cancel_job(job=job)
    take_back_offer(_offered_weights(shared))
    _log(shared, by, is_offered=False)


def _log(shared: PublicModel, by: User, *, is_offered: bool) -> None:
    state = {"is_on": shared.is_on, "name": shared.name}
    PublicModelChange.objects.create(
        model=shared.model,
        by=by,
        before={**state, "weights": not is_offered},
        after={**state, "weights": is_offered},
    )
