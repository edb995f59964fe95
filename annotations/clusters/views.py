"""The gallery of clusters, and one of them on the bench."""

from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.clusters.access import cluster_for, clustering_in
from annotations.clusters.actions import merge_clusters
from annotations.clusters.current_question import open_cluster, question_about
from annotations.clusters.deleting import delete_clustering
from annotations.clusters.forms import ClusteringForm, MergingForm
from annotations.clusters.models import Cluster
from annotations.clusters.pace import pace_of
from annotations.clusters.params import ListQuery
from annotations.clusters.queries import clusterings_of, deleted_clusterings_of, page_of_clusters, taxa_of
from annotations.clusters.starting import start_clustering
from annotations.common.addresses import following
from annotations.common.forms import cleaned
from annotations.gallery.params import Look
from annotations.gallery.views.bench import frame, vignettes_of
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.search.captions import columns_of
from annotations.search.describing import filter_words
from annotations.search.filter import Filter
from annotations.search.rows import rows
from annotations.similarity.queries import own_space
from annotations.taxonomy.ranks import italic_among


@login_required
@require_GET
def clusters(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Clusters that wait, the largest first; or those that are named."""
    project = open_project(request.user, project_id)
    query = ListQuery.read(request.GET)
    clustering = clustering_in(project_id, query.clustering)
    criteria = Filter.parse(QueryDict(query.filter), request.user)
    context = {
        "project": project,
        "tab": "clusters",
        "query": query,
        "clustering": clustering,
        "clusterings": clusterings_of(project),
        "deleted": deleted_clusterings_of(project),
        "may_label": project.role.rank >= Role.ANNOTATOR.rank,
        "is_manager": project.role == Role.MANAGER,
        "has_space": clustering is not None or own_space(project) is not None,
        "form": ClusteringForm(initial={"filter": criteria.as_query()}),
        "filter": criteria.as_query(),
        "filter_words": filter_words(project, criteria),
    }
    if clustering is not None:
        page, cursor = page_of_clusters(clustering, query.which, query.cursor)
        context |= {
            "clusters": page,
            "italic": italic_among(taxa_of(page)),
            "next_query": following(request, cursor) if cursor else None,
            "pace": pace_of(clustering),
        }
    is_fragment = request.htmx and query.cursor
    return render(request, f"clusters/list.html{'#page' if is_fragment else ''}", context)


@login_required
@require_POST
def start(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Starts a clustering of all that nobody settled, or of what matches a filter."""
    project = open_project(request.user, project_id, Role.MANAGER)
    values = cleaned(ClusteringForm(request.POST))
    criteria = Filter.parse(QueryDict(values["filter"]), request.user)
    job = start_clustering(project=project, user=request.user, criteria=criteria, smallest=values["smallest"])
    return redirect("jobs:detail", job.pk)


@login_required
@require_POST
def delete(request: SignedInRequest, project_id: int, clustering_id: int) -> HttpResponse:
    """Deletes a clustering; the labels that came of it stay."""
    project = open_project(request.user, project_id, Role.MANAGER)
    clustering = clustering_in(project.pk, clustering_id)
    assert clustering is not None
    delete_clustering(clustering=clustering, user=request.user)
    messages.success(request, "The clustering is deleted; the labels that came of it stay.")
    return redirect("clusters:list", project.pk)


@login_required
@require_POST
def merge(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Makes one of the clusters that are ticked: the largest, which the others join."""
    project = open_project(request.user, project_id, Role.ANNOTATOR)
    numbers = cleaned(MergingForm(request.POST))["cluster"]
    ticked = list(Cluster.objects.filter(pk__in=numbers, project=project).order_by("-size", "pk"))
    if len(ticked) < 2:
        raise ValidationError("Tick two clusters at least that are the same.")
    into, *others = ticked
    merge_clusters(into=into, user=request.user, others=others)
    return redirect("clusters:cluster", project.pk, into.pk)


@login_required
@require_GET
def cluster(request: SignedInRequest, project_id: int, cluster_id: int) -> HttpResponse:
    """One cluster on the bench: what does not belong is taken out, it grows, it gets its name. Whoever may not label,
    or comes while somebody else has it open, sees its members."""
    project = open_project(request.user, project_id)
    one = cluster_for(request.user, cluster_id)
    if one.project_id != project.pk:
        raise Http404("There is no such cluster in this project.")
    may_label = project.role.rank >= Role.ANNOTATOR.rank
    if may_label:
        one = open_cluster(one, request.user)
    question = question_about(one, request.user)
    look = replace(Look.read(request.GET, project.pk), trait=None)
    context = {
        **frame(request, project, Filter.parse({"cluster": str(one.pk)}, request.user)),
        "chips": [],
        "tab": "clusters",
        "is_review": True,
        "may_label": may_label,
        "review": {"question": question},
        "cluster": one,
        "question": question,
        **vignettes_of(
            request.user, project.pk, rows(project.pk, question["objects"], columns_of(look.captions)), look
        ),
    }
    return render(request, "clusters/cluster.html", context)
