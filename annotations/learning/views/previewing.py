"""Looking at what a prediction would change, on random objects, before it is started."""

from collections.abc import Callable
from itertools import chain

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from annotations.accounts.models import User
from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import cleaned
from annotations.common.refusals import back_to
from annotations.learning.forms import BEST_GUESS, PreviewForm
from annotations.learning.models import Model
from annotations.learning.previews import PreviewedObjects, Renaming, open_preview, start_preview
from annotations.learning.queries import open_model, pictures_of
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.search.describing import filter_words
from annotations.search.filter import Filter
from annotations.taxonomy.queries import names_of

MOST_CHANGES = 30  # from one name to another, each with pictures


@login_required
@require_POST
@back_to("learning:predict", "project_id")
def start(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Start a preview, of one model or of two side by side."""
    project = open_project(request.user, project_id, Role.MANAGER)
    form = PreviewForm(request.POST, user=request.user)
    chosen = cleaned(form)
    models = [open_model(request.user, number) for number in (chosen["model"], chosen["against"]) if number]
    job = start_preview(
        user=request.user,
        project=project,
        models=models,
        filter_json=form.filter_json(request.user),
        precision=form.precision_of(models[0]),
    )
    return redirect("jobs:detail", job.pk)


@login_required
@require_GET
def preview(request: SignedInRequest, preview_id: int) -> HttpResponse:
    """What a prediction would change, and where two models differ."""
    project, drawn = open_preview(request.user, preview_id)
    params = drawn.job.params
    criteria = Filter.parse(params["filter_json"], request.user)
    objects = PreviewedObjects(drawn)
    models = _models(params["models"])
    changes = [objects.changes(place)[:MOST_CHANGES] for place in range(len(models))]
    differences = objects.differences()[:MOST_CHANGES] if len(models) > 1 else []
    describe = _describer(request.user, [*differences, *chain.from_iterable(changes)], len(objects.objects))
    context = {
        "project": project,
        "drawn": drawn,
        "objects": len(objects.objects),
        "columns": [
            _column(objects, place, model) | {"changes": list(map(describe, changes[place]))}
            for place, model in enumerate(models)
        ],
        "agreed": objects.agreed() if len(models) > 1 else None,
        "differences": list(map(describe, differences)),
        "most": MOST_CHANGES,
        "filter": criteria.as_query(),
        "filter_words": filter_words(project, criteria),
        "precision": BEST_GUESS if params["precision"] is None else params["precision"],
    }
    return render(request, "learning/preview.html", context)


def _models(numbers: list[int]) -> list[Model]:
    by_number = Model.objects.in_bulk(numbers)
    if len(by_number) < len(numbers):
        raise Http404("A model of this preview is gone.")
    return [by_number[number] for number in numbers]


def _column(objects: PreviewedObjects, place: int, model: Model) -> dict:
    """What one model would do."""
    right = objects.expected_right(place)
    return {
        "model": model,
        "named": objects.named(place),
        "renamed": objects.renamed(place),
        "expected_right": None if right is None else round(100 * right),
    }


def _describer(user: User, changes: list[Renaming], total: int) -> Callable[[Renaming], dict]:
    """Says of a change what the page shows of it; names and pictures are looked up once for all."""
    taxa = {taxon for change in changes for taxon in (change.before, change.after) if taxon is not None}
    names = names_of(taxa)
    pictures = pictures_of([number for change in changes for number in change.objects], user)

    def describe(change: Renaming) -> dict:
        pictured = [number for number in change.objects if number in pictures]
        return {
            "before": names.get(change.before or 0, ""),
            "after": names.get(change.after or 0, ""),
            "count": change.count,
            "percent": 100 * change.count / total,
            "pictures": [{"object": number, **pictures[number]} for number in pictured],
        }

    return describe
