"""What is said of the data as a whole: by whom, under which licence, where, when and of what."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone

from annotations.projects.models import Licence, Project
from annotations.publishing.extents import EventExtent
from annotations.publishing.people import NamedPerson, in_citation, person_of
from annotations.publishing.requests import ArchiveRequest
from annotations.publishing.taxa import PublishedTaxon

LANGUAGE = "eng"
KEYWORDS = ("plankton", "imaging", "Samplingevent")  # the last is GBIF's word for the type of the dataset


@dataclass(frozen=True)
class LicenceText:
    """As GBIF's own tools write it, so that programs recognise it."""

    url: str
    title: str
    before: str = "This work is licensed under a "


LICENCE_TEXTS = {  # those that GBIF and OBIS take
    Licence.CC0: LicenceText(
        "http://creativecommons.org/publicdomain/zero/1.0/legalcode",
        "Public Domain (CC0 1.0)",
        "To the extent possible under law, the publisher has waived all rights to these data and has dedicated "
        "them to the ",
    ),
    Licence.CC_BY: LicenceText(
        "http://creativecommons.org/licenses/by/4.0/legalcode",
        "Creative Commons Attribution (CC-BY) 4.0 License",
    ),
    Licence.CC_BY_NC: LicenceText(
        "http://creativecommons.org/licenses/by-nc/4.0/legalcode",
        "Creative Commons Attribution Non Commercial (CC-BY-NC) 4.0 License",
    ),
}


@dataclass(frozen=True)
class CoveredBox:
    west: float
    east: float
    south: float
    north: float


@dataclass(frozen=True)
class DatasetDescription:
    """What `eml.xml` says."""

    package_id: str
    title: str
    abstract: str
    creators: tuple[NamedPerson, ...]
    contact: NamedPerson
    licence: LicenceText
    published: date
    doi_url: str
    citation: str
    box: CoveredBox | None
    first_day: date | None
    last_day: date | None
    taxa: tuple[tuple[str, str], ...]  # rank, name
    methods: str


def description_of(
    project: Project,
    request: ArchiveRequest,
    extents: Iterable[EventExtent],
    taxa: Iterable[PublishedTaxon],
) -> DatasetDescription:
    """The checks have seen to it that there is a contact and a licence."""
    contact = _contact_of(project, request)
    creators = request.creators or (replace(contact, email=""),)
    today, placed = timezone.now().date(), [extent for extent in extents if extent.is_placed]
    return DatasetDescription(
        package_id=project.doi_url or f"seston-{project.pk}",
        title=project.title,
        abstract=project.description.strip(),
        creators=creators,
        contact=contact,
        licence=LICENCE_TEXTS[Licence(project.licence)],
        published=today,
        doi_url=project.doi_url,
        citation=citation_of(project, creators, request.institution, today),
        box=_box(placed),
        first_day=min((extent.first.date() for extent in placed if extent.first), default=None),
        last_day=max((extent.last.date() for extent in placed if extent.last), default=None),
        taxa=tuple(sorted({(taxon.rank.lower(), taxon.name) for taxon in taxa}, key=lambda one: one[1])),
        methods=_methods(request),
    )


def _contact_of(project: Project, request: ArchiveRequest) -> NamedPerson:
    """For everybody somebody who was named for that, else the institution or the project itself."""
    assert project.contact is not None
    if not request.is_for_everybody:
        return person_of(project.contact, request.institution, request.contact_email)
    if request.creators:
        return replace(request.creators[0], email=request.contact_email)
    return NamedPerson("", request.institution or project.title, request.institution, request.contact_email)


def citation_of(project: Project, creators: Iterable[NamedPerson], institution: str, published: date) -> str:
    parts = [f"{in_citation(tuple(creators))} ({published:%Y}): {project.title}."]
    parts += [f"{institution}."] if institution else []
    parts += [f"Dataset/Samplingevent. {project.doi_url}".rstrip()]
    return " ".join(parts)


def _box(extents: list[EventExtent]) -> CoveredBox | None:
    """One that spans the date line goes round the Earth: EML has no other."""
    if not extents:
        return None
    return CoveredBox(
        west=min(extent.west for extent in extents if extent.west is not None),
        east=max(extent.east for extent in extents if extent.east is not None),
        south=min(extent.south for extent in extents if extent.south is not None),
        north=max(extent.north for extent in extents if extent.north is not None),
    )


def _methods(request: ArchiveRequest) -> str:
    labels = (
        "validated by people" if not request.with_predicted else "validated by people or predicted by a model"
    )
    return (
        f"Organisms were imaged, and their images {labels} in Seston. Counts are of images; abundances and "
        "biovolumes are scaled by the share of the sample that was imaged and the volume of water that was sampled."
        + (" Who identified the organisms is left out." if request.is_for_everybody else "")
    )
