from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import cleaned
from annotations.common.refusals import back_to
from annotations.jobs.artefacts import made_by
from annotations.learning.queries import open_model
from annotations.learning.registry import require_manager_of_all
from annotations.pictures.artefacts import send
from annotations.public.access import NOTHING, open_public
from annotations.public.cataloguing import open_public_model
from annotations.public.forms import WeightsForm
from annotations.public.models import PublicModel
from annotations.public.offers import archive_of, offer_weights, take_back_weights, weights_of
from annotations.public.view_decorators import for_everybody


@for_everybody
def archive(request: HttpRequest, public_id: int) -> HttpResponseBase:
    """The Darwin Core Archive that a manager made for everybody."""
    job = archive_of(open_public(public_id))
    if job is None:
        raise Http404(NOTHING)
    return send(made_by(job, "export_project"), f"darwin_core_{public_id}.zip", request)


@for_everybody
def weights(request: HttpRequest, public_model_id: int) -> HttpResponseBase:
    """The weights of a public model with its card and licence, as a folder that works anywhere."""
    job = weights_of(open_public_model(public_model_id))
    if job is None:
        raise Http404(NOTHING)
    return send(made_by(job, "export_model"), f"model_{public_model_id}.zip", request)


@login_required
@require_POST
@back_to("public:model_settings", "model_id")
def offer(request: SignedInRequest, model_id: int) -> HttpResponse:
    """Offers the weights of a model to everybody, or takes that back."""
    chosen = open_model(request.user, model_id)
    require_manager_of_all(request.user, chosen)
    is_taken_back = cleaned(WeightsForm(request.POST))["take_back"]
    shared = PublicModel.objects.filter(pk=chosen.pk).first()
    if shared is None:
        raise Http404("Save what everybody may see of the model first.")
    if is_taken_back:
        take_back_weights(shared=shared, by=request.user)
        messages.success(request, "The weights are offered no more.")
        return redirect("public:model_settings", chosen.pk)
    return redirect("jobs:detail", offer_weights(shared=shared, by=request.user).pk)
