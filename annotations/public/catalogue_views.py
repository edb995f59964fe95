from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, cleaned, posted, status_of
from annotations.learning.figures import headlines, per_taxon
from annotations.learning.queries import named_metrics, open_model
from annotations.learning.registry import require_manager_of_all
from annotations.public.access import NOTHING, open_public
from annotations.public.cataloguing import (
    Descriptions,
    deepaas_models,
    licence_of,
    models_called,
    open_public_model,
    projects_called,
    scivision_datasources,
    scivision_models,
)
from annotations.public.forms import CatalogueForm, PublicModelForm
from annotations.public.model_actions import change_public_model
from annotations.public.models import PublicModel
from annotations.public.offers import weights_of
from annotations.public.view_decorators import for_everybody
from annotations.taxonomy.queries import names_of

MOST_ON_PAGE = 50  # of each; a name narrows them


@for_everybody
def catalogue(request: HttpRequest) -> HttpResponse:
    """Public models and projects, by name."""
    name = cleaned(CatalogueForm(request.GET))["q"]
    models, faces = models_called(name), projects_called(name)
    context = {
        "q": name,
        "models": models[:MOST_ON_PAGE],
        "faces": faces[:MOST_ON_PAGE],
        "most": MOST_ON_PAGE,
    }
    return render(request, "public/catalogue.html", context)


@for_everybody
def model(request: HttpRequest, public_model_id: int) -> HttpResponse:
    """The card of a public model: classes, figures with their intervals, licence."""
    shared = open_public_model(public_model_id)
    metrics = named_metrics(shared.model)
    names = names_of(set(shared.model.classes))
    context = {
        "shared_model": shared,
        "licence": licence_of(shared),
        "headlines": headlines(metrics) if metrics else [],
        "per_taxon": per_taxon(metrics) if metrics else [],
        "classes": [names.get(number, f"taxon {number}") for number in shared.model.classes],
        "network": shared.model.settings.get("backbone", ""),
        "weights": weights_of(shared),
    }
    return render(request, "public/model.html", context)


def _root(request: HttpRequest) -> str:
    return request.build_absolute_uri("/")


@for_everybody
def deepaas(request: HttpRequest, public_model_id: int) -> HttpResponse:
    """What DEEPaaS says of a model, as JSON."""
    return JsonResponse(Descriptions(_root(request)).deepaas(open_public_model(public_model_id)))


@for_everybody
def scivision_model(request: HttpRequest, public_model_id: int) -> HttpResponse:
    """The entry of scivision's catalogue of models, as JSON."""
    return JsonResponse(Descriptions(_root(request)).model(open_public_model(public_model_id)))


@for_everybody
def scivision_datasource(request: HttpRequest, public_id: int) -> HttpResponse:
    """The entry of scivision's catalogue of data sources, as JSON."""
    return JsonResponse(Descriptions(_root(request)).datasource(open_public(public_id)))


CATALOGUES: dict[str, Callable[[str], dict[str, Any]]] = {
    "scivision-models": scivision_models,
    "scivision-datasources": scivision_datasources,
    "deepaas-models": deepaas_models,
}


@for_everybody
def whole(request: HttpRequest, catalogue_name: str) -> HttpResponse:
    """All public models, or projects, as one of the catalogues of others, as JSON."""
    if catalogue_name not in CATALOGUES:
        raise Http404(NOTHING)
    return JsonResponse(CATALOGUES[catalogue_name](_root(request)))


@login_required
@require_http_methods(["GET", "POST"])
def model_settings(request: SignedInRequest, model_id: int) -> HttpResponse:
    """What of a model everybody may see."""
    chosen = open_model(request.user, model_id)
    require_manager_of_all(request.user, chosen)
    shared = PublicModel.objects.filter(pk=chosen.pk).first() or PublicModel(model=chosen, name=chosen.name)
    initial = {"is_on": str(int(shared.is_on)), "name": shared.name, "summary": shared.summary}
    form = PublicModelForm(posted(request), initial={**initial, "licence": shared.licence})
    if form.is_bound and form.is_valid():
        with RefusedIn(form) as refused:
            change_public_model(model=chosen, by=request.user, **form.cleaned_data)
        if not refused.refusal:
            messages.success(request, "Saved.")
            return redirect("public:model_settings", chosen.pk)
    context = {
        "model": chosen,
        "shared_model": shared,
        "form": form,
        "weights": weights_of(shared),
        "changes": chosen.public_changes.select_related("by")[:20],
    }
    return render(request, "public/model_settings.html", context, status=status_of(form))
