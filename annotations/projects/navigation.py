"""Where one may go in a project, in the order of work: data come in, are annotated, teach models, give results."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.urls import reverse

from annotations.accounts.models import User
from annotations.accounts.requests import SignedInRequest
from annotations.projects.access import open_project, projects_seen_by, role_in
from annotations.projects.models import Project, Role

LAST_PROJECT = "last_project"  # in the session
BESIDE_PROJECTS = {
    "learning",
    "learning_sets",
    "backbones",
    "jobs",
}  # apps with pages of the site that one comes to from a project


@dataclass(frozen=True)
class NavigationPage:
    """A page of a project, the current one on the views that `views` names: `app:view`, or `app` for all of an app."""

    name: str
    view: str
    views: tuple[str, ...]
    least: Role = Role.VIEWER
    is_of_site: bool = False  # its address has no project: it is `?project=` then
    query: str = ""  # what tells it from another page of the same view
    level: str = ""  # of a table, which its address names

    def url(self, project: Project) -> str:
        if self.is_of_site:
            return f"{_address(self.view)}?project={project.pk}"
        return _address(self.view, project.pk, self.level) if self.level else _address(self.view, project.pk)

    def is_current(self, request: HttpRequest) -> bool:
        match = request.resolver_match
        if match is None:
            return False
        is_view = match.view_name in self.views or match.app_name in self.views
        is_level = not self.level or self.level == match.kwargs.get("level")
        return is_view and is_level and (not self.query or self.query in request.GET)


@lru_cache(maxsize=4096)  # those of some ninety projects
def _address(view: str, *arguments: int | str) -> str:
    """Routes don't change while the site runs, and every page names forty-five: looked up anew, they take 1.3 ms."""
    return reverse(view, args=arguments)


@dataclass(frozen=True)
class NavigationGroup:
    name: str
    pages: tuple[NavigationPage, ...]


@dataclass(frozen=True)
class SitePage:
    """A page that belongs to no project."""

    name: str
    view: str
    is_for_administrators: bool = False


SITE = (
    SitePage("Projects", "projects:list"),
    SitePage("New project", "projects:new"),
    SitePage("Bin", "deletions:bin"),
    SitePage("Models", "learning:list"),
    SitePage("Learning sets", "learning_sets:list"),
    SitePage("Backbones", "backbones:list"),
    SitePage("Jobs", "jobs:list"),
    SitePage("Explore public projects", "public:explore"),
    SitePage("Catalogue", "public:catalogue"),
    SitePage("Mentions", "discussions:inbox"),
    SitePage("Your account", "accounts:profile"),
    SitePage("Traits of taxa", "taxon_traits:list"),
    SitePage("Tree of taxa", "taxonomy:tree", is_for_administrators=True),
    SitePage("API", "api:docs"),
)

BENCH = NavigationPage("Bench", "gallery:bench", ("gallery:bench",))
REVIEW = NavigationPage("Review", "review:queue", ("review:queue", "review:taxa"))
REVIEW_ON_BENCH = NavigationPage("Review", "gallery:bench", ("gallery:bench",), query="review")

VOLUMES = NavigationPage("Volumes and formulas", "volumes:settings", (), Role.MANAGER)

SAMPLE_VIEWS = (
    "metadata:samples",
    "metadata:table",
    "metadata:correction",
    "metadata:corrections",
    "metadata:package_update",
    "metadata:delete_samples",
)
IMPORT_VIEWS = ("imports:new", "imports:again", "imports:from_url", "imports:from_place")
MAPPING_VIEWS = ("imports:mappings", "imports:mapping")
BIN_VIEWS = ("deletions:objects", "deletions:purge")
ROW_VIEWS = ("metadata:rows", "metadata:take_rows")

GROUPS = (
    NavigationGroup(
        "Data",
        (
            NavigationPage("Import", "imports:new", IMPORT_VIEWS, Role.MANAGER),
            NavigationPage("From EcoTaxa", "pulls:new", ("pulls",), Role.MANAGER),
            NavigationPage("Scans", "scans:list", ("scans",)),
            NavigationPage("Segmentation", "segmentation:runs", ("segmentation",)),
            NavigationPage("Samples", "metadata:samples", SAMPLE_VIEWS),
            NavigationPage("Acquisitions", "metadata:rows", ROW_VIEWS, level="acquisitions"),
            NavigationPage("Processes", "metadata:rows", ROW_VIEWS, level="processes"),
            NavigationPage("Objects", "metadata:rows", ROW_VIEWS, level="objects"),
            NavigationPage("Export", "exports:new", ("exports",)),
            NavigationPage("Mappings", "imports:mappings", MAPPING_VIEWS, Role.MANAGER),
            NavigationPage("Move and merge", "moving:move", ("moving",), Role.MANAGER),
            NavigationPage("Bin", "deletions:objects", BIN_VIEWS, Role.MANAGER),
        ),
    ),
    NavigationGroup(
        "Annotate",
        (
            BENCH,
            REVIEW,
            NavigationPage("Clusters", "clusters:list", ("clusters",)),
            NavigationPage("Map", "maps:map", ("maps",)),
            NavigationPage("Thresholds", "review:thresholds", ("review:thresholds", "review:threshold")),
            NavigationPage("Second readings", "readings:list", ("readings",)),
            NavigationPage("Quality checks", "checks:list", ("checks",)),
            NavigationPage("Near-duplicates", "similarity:duplicates", ("similarity:duplicates",)),
            NavigationPage(
                "Taxa",
                "discussions:taxa",
                ("discussions:taxa", "discussions:taxon", "taxon_matching", "taxonomy"),
            ),
            NavigationPage("Traits", "traits:list", ("traits",)),
            NavigationPage("Actions", "history:list", ("history",), Role.ANNOTATOR),
        ),
    ),
    NavigationGroup(
        "Models",
        (
            NavigationPage(
                "Models",
                "learning:list",
                ("learning:list", "learning:detail", "learning:import"),
                is_of_site=True,
            ),
            NavigationPage("Train", "learning:new", ("learning:new",), Role.MANAGER, is_of_site=True),
            NavigationPage(
                "Predict", "learning:predict", ("learning:predict", "learning:preview"), Role.MANAGER
            ),
            NavigationPage("Retraining", "retraining:list", ("retraining",), Role.MANAGER),
            NavigationPage("Compare", "learning:compare", ("learning:compare",), is_of_site=True),
            NavigationPage("Learning sets", "learning_sets:list", ("learning_sets",), is_of_site=True),
            NavigationPage("Backbones", "backbones:list", ("backbones",), is_of_site=True),
            NavigationPage("Segmenters", "segmenters:list", ("segmenters",)),
        ),
    ),
    NavigationGroup(
        "Results",
        (
            NavigationPage("Tables", "results:table", ("results:table", "volumes")),
            NavigationPage("Size spectra", "results:spectra", ("results:spectra",)),
            NavigationPage("Depth and time", "results:gradients", ("results:gradients",)),
            NavigationPage("Sections", "results:sections", ("results:sections",)),
            NavigationPage("Map of samples", "results:map", ("results:map",)),
            NavigationPage("Compare samples", "results:compare", ("results:compare",)),
            NavigationPage("Regroupings", "regroupings:list", ("regroupings",)),
            NavigationPage("Abundance", "abundance:table", ("abundance",)),
            NavigationPage("Trait tables", "summaries:traits", ("summaries",)),
            NavigationPage("Darwin Core", "publishing:darwin_core", ("publishing",)),
            NavigationPage(
                "Showing to everybody", "public:settings", ("public:settings", "public:preview"), Role.MANAGER
            ),
        ),
    ),
    NavigationGroup(
        "Progress",
        (
            NavigationPage("Progress", "assignments:progress", ("assignments",)),
            NavigationPage("Where the hours go", "effort:report", ("effort",)),
        ),
    ),
    NavigationGroup(
        "Settings",
        (
            NavigationPage(
                "Settings",
                "projects:settings",
                ("projects", "marks", "similarity:spaces", "deletions:delete"),
                Role.MANAGER,
            ),
        ),
    ),
)


def current_pages(request: HttpRequest) -> frozenset[NavigationPage]:
    if REVIEW_ON_BENCH.is_current(request):
        return frozenset([REVIEW])
    return frozenset(page for group in GROUPS for page in group.pages if page.is_current(request))


def groups_for(project: Project, current: Collection[NavigationPage]) -> list[dict]:
    """The groups with the pages that the person may open, each with its address, the current ones marked."""
    groups = []
    for group in GROUPS:
        pages = [
            {
                "name": page.name,
                "url": page.url(project),
                "view": page.view,
                "is_current": page in current,
            }
            for page in pages_open_to(project.role, group)
        ]
        if pages:
            groups.append(
                {"name": group.name, "pages": pages, "is_current": any(page["is_current"] for page in pages)}
            )
    return groups


def pages_open_to(role: Role, group: NavigationGroup) -> list[NavigationPage]:
    return [page for page in group.pages if role.rank >= page.least.rank]


def named_pages(project: Project) -> list[tuple[str, str]]:
    """How sentences call the pages that the person may open, as `Data › Samples`, each with its address."""
    pages = [
        (f"{group.name} › {page.name}", page)
        for group in GROUPS
        for page in pages_open_to(project.role, group)
    ]
    if project.role.rank >= VOLUMES.least.rank:
        pages.append((VOLUMES.name, VOLUMES))
    return [(name, page.url(project)) for name, page in pages]


def site_pages_open_to(user: User) -> list[SitePage]:
    return [page for page in SITE if user.is_superuser or not page.is_for_administrators]


def project_around(request: SignedInRequest, of_page: Project | None) -> Project | None:
    """The project whose bar a page has: its own, else on a page of models and jobs the one that led there."""
    if of_page is None:
        return _led_from(request)
    if not hasattr(of_page, "role"):
        role = role_in(request.user, of_page.pk)
        if role is None:
            return None
        of_page.role = role
    if request.session.get(LAST_PROJECT) != of_page.pk:
        request.session[LAST_PROJECT] = of_page.pk
    return of_page


def last_project_of(user: User, session: SessionBase) -> Project | None:
    """Where the person was last in this browser, with their role; None where they may not see it."""
    number = session.get(LAST_PROJECT)
    project = projects_seen_by(user).filter(pk=number).first() if number else None
    role = role_in(user, project.pk) if project else None
    if project is None or role is None:
        return None
    project.role = role
    return project


def project_of_address(request: SignedInRequest) -> Project | None:
    """The project in whose address somebody was refused, where they may see it: the page that says so is one of it."""
    number = request.resolver_match.kwargs.get("project_id") if request.resolver_match else None
    return _if_seen(request.user, number) if number else None


def _led_from(request: SignedInRequest) -> Project | None:
    if not _is_beside_projects(request):
        return None
    number = request.GET.get("project", "")
    if not number.isdecimal():
        number = str(request.session.get(LAST_PROJECT, ""))
    return _if_seen(request.user, int(number)) if number.isdecimal() and len(number) < 20 else None


def _is_beside_projects(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.app_name in BESIDE_PROJECTS


def _if_seen(user: User, project_id: int) -> Project | None:
    # PostgreSQL fails of a number that no row can have
    if project_id >= 2**63 or role_in(user, project_id) is None:
        return None
    return open_project(user, project_id)
