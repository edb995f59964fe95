"""Models side by side."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, cleaned, status_of
from annotations.learning.comparing import FEW_OBJECTS, compare, models_to_compare
from annotations.learning.forms import ComparisonForm
from annotations.learning.models import Model
from annotations.learning.queries import registry
from annotations.learning.taxon_counts import FIGURES

COLUMNS = {"accuracy": "Accuracy", "balanced_accuracy": "Balanced accuracy", "macro_f1": "Macro-F1"}


@login_required
@require_GET
def comparison(request: SignedInRequest) -> HttpResponse:
    """Two or more models on the held-out objects that they share; `models` as 1,2 or given more than once."""
    form = ComparisonForm(request.GET, user=request.user)
    text = cleaned(form)["models"]
    if "," in text:
        with RefusedIn(form):
            return _side_by_side(request, models_to_compare(request.user, text))
    return _choose(request, form)


def _side_by_side(request: SignedInRequest, models: list[Model]) -> HttpResponse:
    compared = compare(models, request.user)
    context = {"few": FEW_OBJECTS, "models": models, "comparison": compared, **_tables(models, compared)}
    return render(request, "learning/compare.html", context)


def _choose(request: SignedInRequest, form: ComparisonForm) -> HttpResponse:
    """The form, with what was ticked already."""
    context = {
        "form": form,
        "has_models": registry(request.user).filter(is_ready=True).exists(),
    }
    return render(request, "learning/compare.html", context, status=status_of(form))


def _tables(models: list[Model], comparison: dict) -> dict:
    by_number = {model.pk: model for model in models}
    total = comparison["objects"] + comparison["left_out"]
    return {
        "coverage": round(100 * comparison["objects"] / total) if total else 0,
        "rows": _rows(models, comparison),
        "agreement": [
            {"pair": [by_number[pk] for pk in entry["models"]], "percent": 100 * entry["share"]}
            for entry in comparison["agreement"]
        ],
        "per_taxon": [
            {
                **row,
                "bars": [{"value": f1, "percent": round(100 * f1)} for f1 in row["f1"]],
                "order": row["f1"][-1] - row["f1"][0],
                "difference": _signed(row["f1"][-1] - row["f1"][0]),
            }
            for row in comparison["per_taxon"]
        ],
    }


def _rows(models: list[Model], comparison: dict) -> list[dict]:
    """One a model: its figures, and how far they are from those of the first."""
    differences = {entry["model"]: entry for entry in comparison["differences"]}
    rows = []
    for model, entry in zip(models, comparison["figures"], strict=False):
        cells = [
            {
                "name": COLUMNS[name],
                "value": entry[name],
                "interval": entry["intervals"][name],
                "against": _verdict(differences[model.pk][name]) if model.pk in differences else None,
            }
            for name in FIGURES
        ]
        rows.append({"model": model, "cells": cells})
    return rows


def _signed(difference: float) -> str:
    """With two decimals, without a sign where they are zero."""
    text = f"{difference:+.2f}"
    return "0.00" if text in ("+0.00", "-0.00") else text.replace("-", "−")


def _verdict(difference: dict) -> dict:
    """In words that line up: sign and size. `is_sure` only where the interval leaves zero out."""
    low, high = difference["interval"]
    return {
        "text": f"{difference['difference']:+.3f} ({low:+.3f} to {high:+.3f})".replace("-", "−"),
        "is_sure": low > 0 or high < 0,
    }
