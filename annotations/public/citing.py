"""How a public project is cited, and what search engines read of it (schema.org)."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from annotations.projects.models import Licence
from annotations.public.models import PublicFace
from annotations.public.queries import PublicExtent, PublicTaxon

MOST_KEYWORDS = 30


def citation_of(face: PublicFace, address: str) -> str:
    """As the manager wrote it; else without the name of a person, for nobody has agreed to be named."""
    if face.citation:
        return face.citation
    year = f" ({face.since:%Y})" if face.since else ""
    return f"{face.project.title}{year}. {face.project.doi_url or address}"


def licence_in_words(face: PublicFace) -> str:
    return (
        Licence(face.project.licence).label
        if face.project.licence
        else "not said: ask before you use the data"
    )


def address_of(request: HttpRequest, face: PublicFace) -> str:
    return request.build_absolute_uri(reverse("public:project", args=[face.pk]))


def as_dataset(
    face: PublicFace, address: str, extent: PublicExtent, taxa: list[PublicTaxon]
) -> dict[str, Any]:
    """A schema.org Dataset: only what the page says, too."""
    project = face.project
    described = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": project.title,
        "description": face.summary or f"Images of plankton: {project.title}",
        "url": address,
        "identifier": project.doi_url or address,
        "license": project.licence_url,
        "creditText": citation_of(face, address),
        "isAccessibleForFree": True,
        "keywords": ["plankton", "images", *(each.name for each in taxa[:MOST_KEYWORDS] if each.taxon)],
        "temporalCoverage": _times(extent),
        "spatialCoverage": _places(extent),
    }
    return {name: value for name, value in described.items() if value not in ("", None)}


def _times(extent: PublicExtent) -> str:
    if extent.first is None or extent.last is None:
        return ""
    return f"{extent.first:%Y-%m-%d}/{extent.last:%Y-%m-%d}"


def _places(extent: PublicExtent) -> dict | None:
    if extent.south is None:
        return None
    box = f"{extent.south} {extent.west} {extent.north} {extent.east}"
    return {"@type": "Place", "geo": {"@type": "GeoShape", "box": box}}
