"""The page on which a taxon is created: of a project, or of the site's tree."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotations.accounts.requests import SignedInRequest
from annotations.projects.access import open_project
from annotations.projects.models import Project
from annotations.taxonomy.creating import SameSpelling, create_taxon, require_taxon_creator
from annotations.taxonomy.editing import require_administrator
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.queries import described, taxon_called


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest, project_id: int | None = None) -> HttpResponse:
    """POST makes the taxon; where some are spelt alike they are shown first."""
    project = None if project_id is None else open_project(request.user, project_id)
    if project is None:
        require_administrator(request.user)
    require_taxon_creator(request.user, project)
    context: dict[str, object] = {
        "project": project,
        "tab": "taxa",
        "given": request.POST,
        "may_be_root": request.user.is_superuser,
    }
    if request.method == "GET":
        return render(request, "taxonomy/new.html", context)
    try:
        taxon = _create(request, project, request.POST)
    except SameSpelling as refusal:
        context |= {"refusal": refusal.messages[0], "alike": described(refusal.taxa)}
    except ValidationError as refusal:
        context |= {"refusal": " ".join(refusal.messages)}
    else:
        messages.success(request, f"{taxon} is created.")
        return (
            redirect("discussions:taxon", project.pk, taxon.pk)
            if project
            else redirect("taxonomy:taxon", taxon.pk)
        )
    return render(request, "taxonomy/new.html", context, status=400)


def _create(request: SignedInRequest, project: Project | None, given: QueryDict) -> Taxon:
    above, aphia = given.get("parent", "").strip(), given.get("aphia_id", "").strip()
    if aphia and not (aphia.isascii() and aphia.isdigit() and len(aphia) <= 10 and 0 < int(aphia) < 2**31):
        raise ValidationError(f"{aphia[:20]!r} is no AphiaID: that is a whole number.")
    return create_taxon(
        user=request.user,
        project=project,
        name=given.get("name", ""),
        parent=taxon_called(above) if above else None,
        kind=given.get("kind", "") if given.get("kind") in ("P", "M") else "",
        rank=given.get("rank", "")[:40],
        aphia_id=int(aphia) if aphia else None,
        is_homonym="homonym" in given,
    )
