"""Applying a model to what nobody has settled."""

from dataclasses import replace

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotations.accounts.models import User
from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import cleaned
from annotations.common.refusals import back_to
from annotations.learning.actions import start_prediction
from annotations.learning.forecast import forecasts
from annotations.learning.forms import AnotherModelForm, PredictionPageForm, PreviewForm
from annotations.learning.models import Model
from annotations.learning.previews import OBJECTS
from annotations.learning.queries import models_seen_by, open_model
from annotations.learning.replaced import replaced_predictions
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role
from annotations.samples.models import State
from annotations.search.counting import count_within_bounds
from annotations.search.describing import filter_words
from annotations.search.filter import Filter
from annotations.traits.queries import vocabulary

MOST_COMPARED = 8  # models whose forecasts stand side by side: the newest, and one that is chosen for
MOST_TRACED = 300_000  # predictions whose origin is looked up while the page is waited for: about a second
UNSETTLED = (State.UNCLASSIFIED, State.PREDICTED)


@login_required
@require_http_methods(["GET", "POST"])
@back_to("learning:predict", "project_id")
def predict(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Apply a model to what nobody has settled, of all objects or of those of a filter."""
    project = open_project(request.user, project_id, Role.MANAGER)
    if request.method == "POST":
        return _start_prediction(request, project)
    chosen = cleaned(PredictionPageForm(request.GET))
    criteria = Filter.parse(QueryDict(chosen["filter"]), request.user)
    models, has_others = _models_offered(request.user, chosen["model"])
    context = {
        "project": project,
        "tab": "predict",
        "another": AnotherModelForm(request.GET, user=request.user) if has_others else None,
        "form": PreviewForm(initial={"filter": criteria.as_query()}, user=request.user),
        "filter": criteria.as_query(),
        "filter_words": filter_words(project, criteria),
        **_prospects(project, models, criteria),
    }
    return render(request, "learning/predict.html", context)


def _models_offered(user: User, number: int | None) -> tuple[list[Model], bool]:
    """The newest, before them the one with the number; whether there are others."""
    offered = models_seen_by(user).filter(is_ready=True, archived=None)
    chosen = list(offered.filter(pk=number or 0))
    newest = [*chosen, *offered.exclude(pk=number or 0)[: MOST_COMPARED + 1 - len(chosen)]]
    return newest[:MOST_COMPARED], len(newest) > MOST_COMPARED


def _prospects(project: Project, models: list[Model], criteria: Filter) -> dict:
    """How many objects would be predicted, what each model would name of them, and what that replaces."""
    unsettled, predicted = (_count(project, criteria, states) for states in (UNSETTLED, (State.PREDICTED,)))
    forecast_of = forecasts(project, models, unsettled or 0)
    is_traced = predicted is not None and 0 < predicted <= MOST_TRACED
    return {
        "unsettled": unsettled,
        "preview_objects": OBJECTS if unsettled is None else min(OBJECTS, unsettled),
        "predicted": predicted,
        # values of traits are also predicted for what is settled
        "is_nothing_to_do": unsettled == 0 and not vocabulary(project.pk),
        "models": [{"model": model, "forecast": forecast_of[model.pk]} for model in models],
        "replaced": replaced_predictions(project.pk, criteria.where(project.pk)) if is_traced else [],
    }


def _count(project: Project, criteria: Filter, states: tuple[State, ...]) -> int | None:
    """Of the objects of the filter in these states; None where counting takes too long."""
    within = tuple(state for state in criteria.state or states if state in states)
    if not within:
        return 0
    counted = count_within_bounds(project.pk, replace(criteria, state=within))
    return None if counted.is_at_least else counted.count


def _start_prediction(request: SignedInRequest, project: Project) -> HttpResponse:
    form = PreviewForm(request.POST, user=request.user)
    model = open_model(request.user, cleaned(form)["model"])
    job = start_prediction(
        user=request.user,
        project=project,
        model=model,
        filter_json=form.filter_json(request.user),
        precision=form.precision_of(model),
    )
    return redirect("jobs:detail", job.pk)
