"""What a package names not is said in words, never in a name of ours or EcoTaxa's."""

import pytest
from django.urls import reverse

from annotations.samples.models import Acquisition, Object
from tests.imports.packages import package, run_import
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db
PAGES = [
    ("gallery:bench", "?show=sample"),
    ("gallery:filters", ""),
    ("assignments:progress", ""),
]


@shared_rows
def nameless(project, tmp_path):
    """An object whose package names neither its sample nor its acquisition."""
    run_import(project, package(tmp_path / "p.zip", [{"object_id": "o1", "img_file_name": "o1.png"}]))
    return Object.objects.get()


@pytest.mark.parametrize(("page", "query"), PAGES, ids=lambda value: str(value).partition(":")[2])
def test_pages_say_that_there_is_no_id(client, alice, project, nameless, page, query):
    client.force_login(alice)
    text = client.get(reverse(page, args=[project.pk]) + query).content.decode()
    assert "without id" in text and "DUMMY" not in text


def test_the_panel_of_an_object_says_so_and_no_empty_instrument(client, alice, project, nameless):
    client.force_login(alice)
    text = client.get(reverse("gallery:detail", args=[project.pk, nameless.pk])).content.decode()
    assert "without id" in text and "DUMMY" not in text and "Instrument" not in text
    Acquisition.objects.update(pixel_um=0.75)
    text = client.get(reverse("gallery:detail", args=[project.pk, nameless.pk])).content.decode()
    assert "0.750 µm a pixel" in text
