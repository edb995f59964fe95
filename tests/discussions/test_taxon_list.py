"""The page of a project's taxa: a page at a time, found by a part of the name, with what there is to read."""

import re

import pytest
from django.core.exceptions import ValidationError

from annotations.discussions import taxon_list
from annotations.discussions.actions import comment, write_note
from annotations.discussions.taxon_list import page_of_taxa
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Taxon
from tests.plankton import tow
from tests.worlds import shared_rows

__all__ = ["tow"]
NAMES = ["acartia", "Akashiwo", "Calanus", "Éphyra", "Oithona"]  # as a person looks them up


@shared_rows
def read(tow, alice) -> list[Taxon]:
    """Taxa that people have said something of, besides those of the objects."""
    created = ensure_taxa([TaxonName(name) for name in reversed(NAMES)]).values()
    taxa = list(Taxon.objects.filter(pk__in=created))
    for taxon in taxa:
        comment(project=tow.project, author=alice, taxon=taxon, text="Look at the antennae.")
    return taxa


def all_pages(project, text: str = "") -> list[list[str]]:
    pages, cursor = [], None
    while cursor or not pages:
        page, cursor = page_of_taxa(project, text, cursor)
        pages.append([entry.taxon.display_name for entry in page])
    return pages


def test_pages_follow_each_other_by_name_and_none_is_lost(tow, read, monkeypatch):
    whole = all_pages(tow.project)[0]
    assert [name for name in whole if name in NAMES] == NAMES
    monkeypatch.setattr(taxon_list, "A_PAGE", 2)
    pages = all_pages(tow.project)
    assert {len(page) for page in pages[:-1]} == {2}
    assert [name for page in pages for name in page] == whole


def test_a_page_says_what_there_is_of_each(tow, alice, read):
    calanus = Taxon.objects.get(display_name="Calanus")
    write_note(project=tow.project, taxon=calanus, author=alice, text="Long antennae.")
    ((entry,), following) = page_of_taxa(tow.project, "cala")
    assert (entry.taxon, entry.objects, entry.comments, entry.images, entry.has_note) == (
        calanus,
        0,
        1,
        0,
        True,
    )
    assert following is None


def test_names_of_genera_are_in_italics(client, tow, alice, read):
    Taxon.objects.filter(display_name="Calanus").update(rank="genus")
    assert {e.taxon.display_name for e in page_of_taxa(tow.project)[0] if e.is_italic} == {"Calanus"}
    client.force_login(alice)
    page = client.get(f"/projects/{tow.project.pk}/taxa/?q=cala").content.decode()
    assert "<i>Calanus</i>" in page
    (link,) = re.findall(r'href="(/projects/\d+/taxa/\d+/)"', page)
    assert "<h1><i>Calanus</i></h1>" in client.get(link).content.decode()


@pytest.mark.parametrize(("text", "names"), [("EPHYRA", ["Éphyra"]), ("hona oit", ["Oithona"]), ("xyz", [])])
def test_a_part_of_the_name_finds_it_without_accents_and_capitals(tow, read, text, names):
    assert all_pages(tow.project, text) == [names]


def test_the_page_leads_to_the_next_one_and_keeps_what_was_looked_for(client, tow, bob, read, monkeypatch):
    monkeypatch.setattr(taxon_list, "A_PAGE", 1)
    client.force_login(bob)
    address = f"/projects/{tow.project.pk}/taxa/"
    first = client.get(address, {"q": "a"}).content.decode()
    assert "acartia" in first and "Akashiwo" not in first
    (more,) = re.findall(r'href="(\?[^"]+cursor=[^"]+)"', first)
    second = client.get(address + more.replace("&amp;", "&")).content.decode()
    assert "Akashiwo" in second and "acartia" not in second
    nothing = client.get(address, {"q": "<b>"}).content.decode()
    assert "<b>" not in nothing


def test_a_cursor_of_something_else_is_refused(tow):
    with pytest.raises(ValidationError, match="start again without it"):
        page_of_taxa(tow.project, cursor="WyJuYW1lIiwxLDFd")  # a number where a name should be
