from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, cleaned, posted, status_of
from annotations.common.refusals import back_to
from annotations.jobs.models import Job
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role
from annotations.pulls.actions import go_on, open_earlier_pull, start_pulls, titles_of
from annotations.pulls.forms import ChoiceForm, CredentialsForm, EcotaxaSignInForm
from annotations.pulls.server import EcotaxaServer
from annotations.pulls.signing_in import opened_sign_in, refusals_in_words, sealed_sign_in, signed_in_server

SECRETS = ("password", "token", "sealed")


@login_required
@sensitive_post_parameters(*SECRETS)
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The sign-in at the server; then the choice of its projects."""
    project = open_project(request.user, project_id, Role.MANAGER)
    form = EcotaxaSignInForm(posted(request))
    if form.is_valid():
        with RefusedIn(form):
            return _choice(request, project, signed_in_server(**form.cleaned_data))
    return render(request, "pulls/new.html", {"project": project, "form": form}, status=status_of(form))


def _choice(request: SignedInRequest, project: Project, server: EcotaxaServer) -> HttpResponse:
    with refusals_in_words():
        projects = server.projects()
    form = ChoiceForm(initial={"sealed": sealed_sign_in(server, request.user)}, projects=projects)
    context = {"project": project, "form": form, "address": server.address, "are_listed": bool(projects)}
    return render(request, "pulls/choice.html", context)


@login_required
@sensitive_post_parameters(*SECRETS)
@require_POST
@back_to("pulls:new", "project_id")
def start(request: SignedInRequest, project_id: int) -> HttpResponse:
    project = open_project(request.user, project_id, Role.MANAGER)
    form = ChoiceForm(request.POST)
    if form.is_valid():
        with RefusedIn(form):
            return _started(request, _start(request, project, form))
    context = {"project": project, "form": form, "are_listed": False}
    return render(request, "pulls/choice.html", context, status=status_of(form))


def _start(request: SignedInRequest, project: Project, form: ChoiceForm) -> list[Job]:
    server = opened_sign_in(form.cleaned_data["sealed"], request.user)
    with refusals_in_words():
        titles = titles_of(form.numbers_chosen(), server)
    return start_pulls(
        project=project,
        user=request.user,
        server=server,
        sources=titles,
        options=form.options(),
        apart=form.cleaned_data["target"] == "apart",
    )


def _started(request: SignedInRequest, jobs: list[Job]) -> HttpResponse:
    if len(jobs) == 1:
        return redirect("jobs:detail", jobs[0].pk)
    messages.success(request, f"{len(jobs)} projects are being fetched.")
    return redirect("jobs:list")


@login_required
@sensitive_post_parameters(*SECRETS)
@require_POST
@back_to("pulls:new", "project_id")
def again(request: SignedInRequest, project_id: int, import_id: int) -> HttpResponse:
    """Goes on with a job that stopped, after a new sign-in, also with another manager's."""
    project = open_project(request.user, project_id, Role.MANAGER)
    earlier = open_earlier_pull(project, import_id)
    credentials = cleaned(CredentialsForm(request.POST))
    server = signed_in_server(address=earlier.params["server"], **credentials)
    return redirect("jobs:detail", go_on(job=earlier, user=request.user, server=server).pk)
