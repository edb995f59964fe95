"""Inviting people by a link, and joining by it."""

from typing import cast

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from annotations.accounts.forms import AccountForm
from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import status_of
from annotations.projects.access import open_project
from annotations.projects.forms import InvitationForm
from annotations.projects.invitations import (
    accept_invitation,
    create_invitation,
    find_invitation,
    revoke_invitation,
    send_invitation,
)
from annotations.projects.models import Invitation, Role
from annotations.projects.views import settings_context


@login_required
@require_POST
@never_cache
def invite(request: SignedInRequest, project_id: int) -> HttpResponse:
    """A new invitation. Its link is on the page that answers, and never again."""
    project = open_project(request.user, project_id, Role.MANAGER)
    form = InvitationForm(request.POST)
    if not form.is_valid():
        context = settings_context(request.user, project, invitation_form=form)
        return render(request, "projects/settings.html", context, status=400)
    invitation, key = create_invitation(project=project, by=request.user, **form.cleaned_data)
    url = request.build_absolute_uri(reverse("projects:join", args=[key]))
    if not send_invitation(invitation, url):
        messages.warning(request, "The letter could not be sent just now: hand the link over yourself.")
    context = settings_context(request.user, project, new_invitation=invitation, invitation_url=url)
    return render(request, "projects/settings.html", context)


@login_required
@require_POST
def revoke(request: SignedInRequest, project_id: int, invitation_id: int) -> HttpResponse:
    project = open_project(request.user, project_id, Role.MANAGER)
    revoke_invitation(invitation=get_object_or_404(project.invitations, pk=invitation_id))
    messages.success(request, "The invitation is revoked: its link no longer works.")
    return redirect(reverse("projects:settings", args=[project.pk]) + "#invitations")


@require_http_methods(["GET", "POST"])
@never_cache
def join(request: HttpRequest, key: str) -> HttpResponse:
    """Where the link leads: who is signed in joins with a click, everybody else signs in or makes an account."""
    invitation = find_invitation(key)
    if invitation is None:
        return render(request, "projects/no_invitation.html", status=404)
    if request.user.is_authenticated:
        return _join(cast(SignedInRequest, request), invitation, key)
    form = AccountForm(request.POST or None)
    if form.is_valid():
        return _make_account(request, form, key)
    context = {"invitation": invitation, "form": form}
    return render(request, "projects/join.html", context, status=status_of(form))


def _join(request: SignedInRequest, invitation: Invitation, key: str) -> HttpResponse:
    if request.method == "GET":
        return render(request, "projects/join.html", {"invitation": invitation})
    membership = accept_invitation(key=key, user=request.user)
    return redirect("gallery:bench", membership.project_id)


def _make_account(request: HttpRequest, form: AccountForm, key: str) -> HttpResponse:
    """The account and the membership, or neither."""
    with transaction.atomic():
        user = form.save()
        membership = accept_invitation(key=key, user=user, account_made=True)
    login(request, user)
    return redirect("gallery:bench", membership.project_id)
