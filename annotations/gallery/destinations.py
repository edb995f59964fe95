"""What leads to the bench: a sample, a taxon with its page, a saved view. Those of the project one is in come first."""

from django.db import connection
from django.db.models import Case, Q, Value, When
from django.db.models.functions import Length, StrIndex
from django.urls import reverse

from annotations.projects.access import projects_seen_by
from annotations.projects.finding import MOST, Destination, Search, register
from annotations.projects.models import Project
from annotations.samples.models import Sample
from annotations.samples.naming import readable_id
from annotations.search.models import SavedView
from annotations.taxonomy.queries import complete

MOST_PROJECTS = 50  # in which taxa are looked for, where somebody is in none


def find_samples(search: Search) -> list[Destination]:
    if not search.words:
        return []
    samples = Sample.objects.filter(
        search.holds_words("original_id"), project__in=projects_seen_by(search.user)
    )
    place = StrIndex("original_id", Value(search.text.split()[0]))
    nearest = samples.order_by(_here_first(search), place, Length("original_id"), "original_id")
    return [
        Destination(
            "Samples",
            readable_id(sample.original_id),
            _bench(sample.project, f"sample={sample.pk}"),
            _project_if_other(sample.project, search),
        )
        for sample in nearest.select_related("project")[:MOST]
    ]


def find_views(search: Search) -> list[Destination]:
    own_or_shared = Q(owner=search.user) | Q(is_shared=True)
    views = SavedView.objects.filter(
        own_or_shared, search.holds_words("name"), project__in=projects_seen_by(search.user)
    )
    nearest = views.order_by(_here_first(search), "name", "pk").select_related("project")
    return [
        Destination(
            "Saved views",
            view.name,
            _bench(view.project, view.query),
            _project_if_other(view.project, search),
        )
        for view in nearest[:MOST]
    ]


def find_taxa(search: Search) -> list[Destination]:
    """Their vignettes, in the project that one is in or else where most are; then what the project says of them."""
    if not search.words:
        return []
    taxa = complete(search.text, limit=MOST)
    return [*_vignettes(taxa, search), *_pages(taxa, search)]


def _vignettes(taxa: list[dict], search: Search) -> list[Destination]:
    projects = {search.project.pk: search.project} if search.project else _visible_projects(search)
    holders = _holders([taxon["id"] for taxon in taxa], list(projects))
    return [
        Destination(
            "Taxa",
            taxon["name"],
            _bench(projects[project], f"taxon={taxon['id']}"),
            f"{count:,} vignettes{'' if search.project else f' in {projects[project].title}'}",
            taxon["synonym"] or "",
        )
        for taxon, (project, count) in (
            (taxon, holders[taxon["id"]]) for taxon in taxa if taxon["id"] in holders
        )
    ]


def _pages(taxa: list[dict], search: Search) -> list[Destination]:
    if not search.project:
        return []
    return [
        Destination(
            "Pages of taxa",
            taxon["name"],
            reverse("discussions:taxon", args=[search.project.pk, taxon["id"]]),
            " › ".join(taxon["lineage"][:-1][-2:]),
            taxon["synonym"] or "",
        )
        for taxon in taxa
    ]


# The taxa of the tally are few, all below a taxon may be the whole tree: it is asked what those are below.
HOLDERS = """
SELECT DISTINCT ON (a.id) a.id, own.project_id, sum(own.count)::bigint
FROM (SELECT project_id, taxon_id, sum(count) AS count FROM labels_tally
      WHERE project_id = ANY(%(projects)s) AND taxon_id IS NOT NULL GROUP BY 1, 2 HAVING sum(count) > 0) own
JOIN taxonomy_taxon t ON t.id = own.taxon_id
JOIN unnest(%(taxa)s::bigint[]) a (id) ON a.id = ANY(t.path)
GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2
"""


def _holders(taxa: list[int], projects: list[int]) -> dict[int, tuple[int, int]]:
    """taxon → (the project with most of it and what is below it, how many objects); without those that none has."""
    with connection.cursor() as cursor:
        cursor.execute(HOLDERS, {"taxa": taxa, "projects": projects})
        return {taxon: (project, count) for taxon, project, count in cursor.fetchall()}


def _visible_projects(search: Search) -> dict[int, Project]:
    return {project.pk: project for project in projects_seen_by(search.user).order_by("-pk")[:MOST_PROJECTS]}


def _here_first(search: Search) -> Case:
    return Case(When(project=search.project.pk if search.project else 0, then=0), default=1)


def _bench(project: Project, query: str) -> str:
    return f"{reverse('gallery:bench', args=[project.pk])}?{query}"


def _project_if_other(project: Project, search: Search) -> str:
    return "" if search.project and project.pk == search.project.pk else project.title


register(30, find_samples)
register(40, find_taxa)
register(50, find_views)
