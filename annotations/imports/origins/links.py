"""Which places an import may come from are offered to a person, and the way back up in one."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from annotations.accounts.models import User
from annotations.imports.origins.allowed import places_for
from annotations.imports.origins.places import ImportPlace
from annotations.projects.models import Project


@dataclass(frozen=True)
class OriginLink:
    title: str
    url: str
    is_current: bool


def origin_links(user: User, project: Project, path: str, app: str = "imports") -> list[OriginLink]:
    """Those that exist here for the person; nothing where there are only uploads. `path` is the page's own, `app` has
    the pages."""
    pages = [("Your computer", reverse(f"{app}:new", args=[project.pk]))]
    for place in places_for(user):
        pages.append((place.title, reverse(f"{app}:from_place", args=[project.pk, place.name])))
    if settings.IMPORT_URLS:
        pages.append(("An address (URL)", reverse(f"{app}:from_url", args=[project.pk])))
    return [OriginLink(title, url, url == path) for title, url in pages] if len(pages) > 1 else []


def crumbs_of(place: ImportPlace, path: str) -> list[tuple[str, str]]:
    """Names and addresses, relative to the page, of the place and the folders down to `path`."""
    parts = path.split("/") if path else []
    above = [(name, "/".join(parts[: number + 1])) for number, name in enumerate(parts)]
    return [(name, f"?{urlencode({'path': inner})}") for name, inner in [(place.name, ""), *above]]
