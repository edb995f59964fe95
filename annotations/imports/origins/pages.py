"""The pages that bring in what was not uploaded: of a folder or bucket, and of an address. What for says an Intake."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render

from annotations.accounts.models import User
from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, cleaned, posted, status_of
from annotations.imports.forms import PathForm, PlacePackageForm, UrlForm
from annotations.imports.origins.allowed import open_place
from annotations.imports.origins.links import crumbs_of, origin_links
from annotations.imports.origins.places import Incoming, clean_path
from annotations.imports.origins.urls import package_at
from annotations.jobs.models import Job
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role


@dataclass(frozen=True)
class Intake:
    """What is brought in, and how: packages, scans.

    `app` names the routes `new`, `from_place`, `from_url` and the templates `place.html` and `url.html`, `tab` the page
    in the bar; `endings` are the files, small letters, that can be chosen one by one.
    """

    app: str
    tab: str
    choices: Callable[..., forms.Form]
    start: Callable[[Project, User, Incoming, Any], Job]  # with what was sent of `choices`, bound and valid
    endings: tuple[str, ...] = (".zip",)


def url_page(request: SignedInRequest, project_id: int, intake: Intake) -> HttpResponse:
    """The form of an address; the import of what lies there."""
    return _page(
        request, open_project(request.user, project_id, Role.MANAGER), intake, "url", UrlForm, _at_url
    )


def place_page(request: SignedInRequest, project_id: int, place: str, intake: Intake) -> HttpResponse:
    """What lies at a path of a place, to be opened or imported."""
    project = open_project(request.user, project_id, Role.MANAGER)
    opened = open_place(request.user, place)
    path = clean_path(cleaned(PathForm(request.POST or request.GET))["path"])

    def incoming(form: forms.Form) -> Incoming:
        return opened.package(form.cleaned_data["package"])

    def listed() -> dict[str, Any]:
        crumbs, listing = crumbs_of(opened, path), opened.listing(path, intake.endings)
        return {"place": opened, "path": path, "crumbs": crumbs, "listing": listing}

    return _page(request, project, intake, "place", PlacePackageForm, incoming, listed)


def _page(
    request: SignedInRequest,
    project: Project,
    intake: Intake,
    template: str,
    form_class: type[forms.Form],
    incoming: Callable[[forms.Form], Incoming],
    more: Callable[[], dict[str, Any]] = dict,
) -> HttpResponse:
    form, choices = form_class(posted(request)), intake.choices(posted(request))
    job = _started(request.user, project, intake, (form, choices), incoming)
    if job:
        return redirect("jobs:detail", job.pk)
    context = {
        "project": project,
        "tab": intake.tab,
        "form": form,
        "choices": choices,
        "sent": choices if choices.is_bound else None,
        "links": origin_links(request.user, project, request.path, intake.app),
    }
    status = max(status_of(form), status_of(choices))
    return render(request, f"{intake.app}/{template}.html", context | more(), status=status)


def _started(
    user: User,
    project: Project,
    intake: Intake,
    forms_sent: tuple[forms.Form, forms.Form],
    incoming: Callable[[forms.Form], Incoming],
) -> Job | None:
    """None where the page is only opened, or something is refused: one of the forms then says what."""
    form, choices = forms_sent
    if not (form.is_bound and form.is_valid() and choices.is_valid()):
        return None
    with RefusedIn(form):
        package = incoming(form)
        with RefusedIn(choices):
            return intake.start(project, user, package, choices)
    return None


def _at_url(form: forms.Form) -> Incoming:
    return package_at(form.cleaned_data["url"])
