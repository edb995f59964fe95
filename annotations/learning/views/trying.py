"""Trying a model: drop an image, see what it says."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from annotations.accounts.requests import SignedInRequest
from annotations.learning.queries import open_model


@login_required
@require_GET
def try_model(request: SignedInRequest, model_id: int) -> HttpResponse:
    """The page; it asks the API for each image."""
    return render(request, "learning/try.html", {"model": open_model(request.user, model_id)})
