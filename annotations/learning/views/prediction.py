"""Applying a model to what nobody has settled."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotations.accounts.requests import SignedInRequest
from annotations.labels.tally import count_unsettled, project_counts
from annotations.learning.actions import PRECISIONS, start_prediction
from annotations.learning.forecast import forecasts
from annotations.learning.models import Model
from annotations.learning.queries import models_seen_by, open_model
from annotations.learning.replaced import replaced_predictions
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role

MOST_TRACED = 300_000  # predictions whose origin is looked up while the page is waited for: about a second
DEFAULT, BEST_GUESS = "", "guess"  # what the form says for the model's own precision, and for none


@login_required
@require_http_methods(["GET", "POST"])
def predict(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Apply a model to what nobody has settled."""
    project = open_project(request.user, project_id, Role.MANAGER)
    if request.method == "POST":
        return _start_prediction(request, project)
    models = list(models_seen_by(request.user).filter(is_ready=True, archived=None))
    unsettled = count_unsettled(project_id)
    forecast_of = forecasts(project, models, unsettled)
    predicted = sum(count for _, state, count in project_counts(project_id) if state == "P")
    context = {
        "project": project,
        "tab": "predict",
        "models": [{"model": model, "forecast": forecast_of[model.pk]} for model in models],
        "precisions": PRECISIONS,
        "unsettled": unsettled,
        "predicted": predicted,
        "replaced": replaced_predictions(project_id) if 0 < predicted <= MOST_TRACED else [],
    }
    return render(request, "learning/predict.html", context)


def _start_prediction(request: SignedInRequest, project: Project) -> HttpResponse:
    number = request.POST.get("model", "")
    try:
        if not number.isdecimal() or len(number) > 18:
            raise ValidationError("Choose a model first.")
        model = open_model(request.user, int(number))
        precision = _precision(request.POST.get("precision", DEFAULT), model)
        # what is left alone is said as a filter: what has no prediction yet
        filter_json = {"state": ["unclassified"]} if request.POST.get("replace") == "no" else {}
        job = start_prediction(
            user=request.user, project=project, model=model, filter_json=filter_json, precision=precision
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("learning:predict", project.pk)
    return redirect("jobs:detail", job.pk)


def _precision(text: str, model: Model) -> float | None:
    if text == DEFAULT:
        return model.wanted_precision
    if text == BEST_GUESS:
        return None
    if text not in map(str, PRECISIONS):
        raise ValidationError(f"How sure it has to be is {text!r}, but takes one of the list.")
    return float(text)
