"""Pages of results where nothing counts: a picture, one sentence, one button, as every empty page."""

import pytest

from annotations.projects.actions import create_project
from annotations.results import query_choices
from tests.worlds import shared_rows


@shared_rows
def empty(alice):
    return create_project(title="Nothing yet", owner=alice)


@pytest.mark.parametrize(
    ("page", "sentence", "button"),
    [
        ("", "No object counts here yet", "To the bench"),
        ("spectra/", "No object with a volume counts here yet", "To the bench"),
        ("sections/", "No object counts here yet", "To the bench"),
        ("gradients/", "No object counts here yet", "To the bench"),
        ("compare/", "A comparison needs three samples", "To the bench"),
        ("map/", "No sample with a position and a figure", "Volumes and formulas"),
    ],
)
def test_an_empty_page_has_a_picture_a_sentence_and_a_button(client, alice, empty, page, sentence, button):
    client.force_login(alice)
    text = client.get(f"/projects/{empty.pk}/results/{page}").content.decode()
    nothing = text[text.index('<div class="card empty">') :]
    assert "<svg" in nothing and sentence in nothing
    assert nothing.count('class="button primary"') == 1 and f">{button}</a>" in nothing


@pytest.mark.parametrize("page", ["", "spectra/", "sections/", "gradients/", "compare/", "map/"])
def test_too_many_objects_offer_the_csv(client, alice, tow, monkeypatch, page):
    monkeypatch.setattr(query_choices, "MOST_OBJECTS", 0)
    monkeypatch.setattr(query_choices, "MOST_COUNTED", 0)
    client.force_login(alice)
    text = client.get(f"/projects/{tow.project.pk}/results/{page}").content.decode()
    nothing = text[text.index('<div class="card empty">') :]
    assert "There are too many objects to sum up" in nothing and ">Download the CSV</a>" in nothing
    address = nothing[nothing.index('href="') + 6 :].partition('"')[0].replace("&amp;", "&")
    assert client.get(address).headers["Content-Type"].startswith("text/csv")
