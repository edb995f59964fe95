"""Applying a model to what nobody has settled."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import cleaned
from annotations.common.refusals import back_to
from annotations.labels.tally import count_unsettled, project_counts
from annotations.learning.actions import start_prediction
from annotations.learning.forecast import forecasts
from annotations.learning.forms import AnotherModelForm, PredictionForm
from annotations.learning.queries import models_seen_by, open_model
from annotations.learning.replaced import replaced_predictions
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role

MOST_COMPARED = 8  # models whose forecasts stand side by side: the newest, and one that is asked for
MOST_TRACED = 300_000  # predictions whose origin is looked up while the page is waited for: about a second


@login_required
@require_http_methods(["GET", "POST"])
@back_to("learning:predict", "project_id")
def predict(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Apply a model to what nobody has settled."""
    project = open_project(request.user, project_id, Role.MANAGER)
    if request.method == "POST":
        return _start_prediction(request, project)
    offered = models_seen_by(request.user).filter(is_ready=True, archived=None)
    another = AnotherModelForm(request.GET, user=request.user)
    chosen = offered.filter(pk=cleaned(another)["model"])
    others = offered.exclude(pk__in=chosen)[
        : MOST_COMPARED + 1 - len(chosen)
    ]  # one more: whether there are others
    newest = [*chosen, *others]
    models = newest[:MOST_COMPARED]
    unsettled = count_unsettled(project_id)
    forecast_of = forecasts(project, models, unsettled)
    predicted = sum(count for _, state, count in project_counts(project_id) if state == "P")
    context = {
        "project": project,
        "tab": "predict",
        "models": [{"model": model, "forecast": forecast_of[model.pk]} for model in models],
        "another": another if len(newest) > MOST_COMPARED else None,
        "form": PredictionForm(),
        "unsettled": unsettled,
        "predicted": predicted,
        "replaced": replaced_predictions(project_id) if 0 < predicted <= MOST_TRACED else [],
    }
    return render(request, "learning/predict.html", context)


def _start_prediction(request: SignedInRequest, project: Project) -> HttpResponse:
    form = PredictionForm(request.POST)
    model = open_model(request.user, cleaned(form)["model"])
    job = start_prediction(
        user=request.user,
        project=project,
        model=model,
        filter_json=form.filter_json(),
        precision=form.precision_of(model),
    )
    return redirect("jobs:detail", job.pk)
