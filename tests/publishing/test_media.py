"""Links to pictures: of projects that everybody may see, and only of objects that they show."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from annotations.publishing.archive import write_archive_file
from annotations.publishing.requests import ArchiveRequest
from annotations.samples.models import Image, Object, State
from annotations.search.filter import Filter
from tests.public.public_projects import show_to_everybody
from tests.publishing.rules import ReadArchive, problems_of

SITE = "https://plankton.example.org"


@pytest.fixture
def media(cruise, tmp_path):
    """A picture for each object; what occurrences link, by verification, as an archive has it."""
    for made in Object.objects.filter(project=cruise.project):
        Image.objects.get_or_create(
            object=made, rank=2, defaults={"key": f"v/ab/{made.pk:062x}.png", "width": 9, "height": 9}
        )

    def read(**more) -> dict[str, set[str]]:
        path = tmp_path / "dwca.zip"
        write_archive_file(path, cruise.project, ArchiveRequest(Filter(), **more), lambda counts: None)
        archive = ReadArchive(path)
        assert problems_of(archive) == []
        linked: dict[str, set[str]] = {}
        for row in archive.occurrences:
            linked.setdefault(row["identificationVerificationStatus"], set()).add(row["associatedMedia"])
        return linked

    return read


def test_a_project_for_its_members_links_none(media):
    assert media(site=SITE) == {"ValidatedByHuman": {""}}


def test_a_public_one_links_a_picture_that_everybody_may_open(media, cruise, alice):
    show_to_everybody(cruise.project, alice)
    assert media() == {"ValidatedByHuman": {""}}  # nobody has said what the site is called
    links = media(site=SITE)["ValidatedByHuman"]
    assert len(links) > 1 and "" not in links
    for link in links:
        assert Client().get(link.removeprefix(SITE)).status_code == 302, link


def test_what_is_predicted_is_linked_where_it_is_shown(media, cruise, alice):
    Object.objects.filter(pk=Object.objects.filter(project=cruise.project).first().pk).update(
        state=State.PREDICTED
    )
    show_to_everybody(cruise.project, alice)
    assert media(site=SITE, with_predicted=True)["PredictedByMachine"] == {""}
    show_to_everybody(cruise.project, alice, has_all_states=True)
    assert media(site=SITE, with_predicted=True)["PredictedByMachine"] != {""}


@pytest.mark.parametrize("text", ["plankton", "javascript:alert(1)", "ftp://plankton.example.org"])
def test_an_address_that_is_none_is_refused(text):
    with pytest.raises(ValidationError, match="as https://plankton"):
        ArchiveRequest.read(Filter(), {"site": text})


def test_numbers_begin_with_the_site_and_the_former_ones_are_kept(cruise, tmp_path):
    path = tmp_path / "dwca.zip"
    write_archive_file(path, cruise.project, ArchiveRequest(Filter(), site=SITE), lambda counts: None)
    archive = ReadArchive(path)
    assert problems_of(archive) == []
    host = SITE.partition("://")[2]
    for number, event in archive.events.items():
        former = json.loads(event["dynamicProperties"])["formerEventID"]
        assert number == f"{host}:{former}" and former.startswith(f"seston-{cruise.project.pk}:")
    assert all(row["occurrenceID"] == f"{host}:{row['otherCatalogNumbers']}" for row in archive.occurrences)


def test_a_slash_at_its_end_is_left_out():
    assert ArchiveRequest.read(Filter(), {"site": f"{SITE}/"}).site == SITE
