"""The clusters of a clustering, arranged into a tree."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from annotations.accounts.requests import SignedInRequest
from annotations.clusters.access import clustering_in
from annotations.clusters.params import ListQuery
from annotations.clusters.queries import clusterings_of
from annotations.clusters.tree.undoing import undoable
from annotations.clusters.tree.visible_rows import DrawnTree, TreeSight, drawn_tree
from annotations.common import live
from annotations.gallery.vignette_labels import trait_choices
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.taxonomy.ranks import italic_among


@login_required
@require_GET
def tree(request: SignedInRequest, project_id: int) -> HttpResponse:
    """A row a cluster or group, what lies in a group below it; for a script of the page the rows alone, of a large tree
    those of the groups that are open there."""
    made_at = live.now()
    project = open_project(request.user, project_id)
    clustering = clustering_in(project_id, ListQuery.read(request.GET).clustering)
    drawn = drawn_tree(clustering, TreeSight.read(request.GET)) if clustering else DrawnTree([])
    context = {
        "made_at": made_at,
        "project": project,
        "tab": "clusters",
        "clustering": clustering,
        "clusterings": clusterings_of(project),
        "drawn": drawn,
        "rows": drawn.rows,
        "italic": italic_among({row.taxon["id"] for row in drawn.rows if row.taxon}),
        "may_label": project.role.rank >= Role.ANNOTATOR.rank,
        "traits": [] if request.htmx else trait_choices(project.pk),
        "undoable": undoable(clustering, request.user) if clustering else None,
    }
    is_fragment = request.htmx
    return render(request, f"clusters/tree.html{'#tree' if is_fragment else ''}", context)
