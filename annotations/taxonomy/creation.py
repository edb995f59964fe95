"""The page on which a taxon is created: of a project, or of the site's tree."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, posted, status_of
from annotations.projects.access import open_project
from annotations.projects.models import Project
from annotations.taxonomy.creating import create_taxon, require_taxon_creator
from annotations.taxonomy.editing import require_administrator
from annotations.taxonomy.forms import NewTaxonForm
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.queries import described


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest, project_id: int | None = None) -> HttpResponse:
    """POST makes the taxon; where some are spelt alike they are shown first."""
    project = None if project_id is None else open_project(request.user, project_id)
    if project is None:
        require_administrator(request.user)
    require_taxon_creator(request.user, project)
    form, creating = NewTaxonForm(posted(request)), None
    if form.is_valid():
        with RefusedIn(form) as creating:
            taxon = create_taxon(user=request.user, project=project, **form.cleaned_data)
            messages.success(request, f"{taxon} is created.")
            return _page_of(project, taxon)
    context = {
        "project": project,
        "tab": "taxa",
        "form": form,
        "alike": described(getattr(creating and creating.refusal, "taxa", [])),
        "may_be_root": request.user.is_superuser,
    }
    return render(request, "taxonomy/new.html", context, status=status_of(form))


def _page_of(project: Project | None, taxon: Taxon) -> HttpResponse:
    if project:
        return redirect("discussions:taxon", project.pk, taxon.pk)
    return redirect("taxonomy:taxon", taxon.pk)
