"""A manager chooses what everybody may see, and confirms it."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from annotations.public.actions import change_public_face
from annotations.public.models import PublicFace, PublicFaceChange
from tests.public.public_projects import show_to_everybody

CHOICES = {"is_on": "1", "has_all_states": "0", "summary": "Nets."}


@pytest.fixture
def page(client, alice, tow) -> str:
    client.force_login(alice)
    return reverse("public:settings", args=[tow.project.pk])


def test_the_page_says_in_sentences_what_becomes_visible(client, page):
    text = client.get(page).getvalue().decode()
    assert "2 objects of 1 taxon in 1 sample: validated objects alone" in text
    assert "Only members see the project." in text


def test_it_has_to_be_confirmed(client, page, tow):
    answer = client.post(page, CHOICES)
    assert answer.status_code == 400 and "Say that everybody may see this" in answer.getvalue().decode()
    assert not PublicFace.objects.filter(is_on=True).exists()
    answer = client.post(page, CHOICES | {"has_all_states": "1"})
    assert "10 objects of 2 taxa in 1 sample: all objects" in answer.getvalue().decode()
    assert client.post(page, CHOICES | {"is_confirmed": "on"}).status_code == 302
    assert PublicFace.objects.get(project=tow.project).is_on


def test_the_sentences_are_about_the_embargo_that_is_to_be_confirmed(client, page, tow, alice):
    embargo = "nothing of it: the embargo lasts till then"
    change_public_face(project=tow.project, by=alice, embargo_until=date(2931, 1, 1))
    assert f"Until 2931-01-01 {embargo}" in client.get(page).getvalue().decode()
    lifted = client.post(page, CHOICES).getvalue().decode()
    assert embargo not in lifted and "Only members see the project." in lifted
    assert (
        f"Until 2932-02-03 {embargo}"
        in client.post(page, CHOICES | {"embargo_until": "2932-02-03"}).getvalue().decode()
    )


def test_what_models_proposed_is_visible_with_all_states_and_the_page_says_so(client, page):
    alone = client.get(page).getvalue().decode()
    assert "readings, what models proposed, scores" in alone
    everything = client.post(page, CHOICES | {"has_all_states": "1"}).getvalue().decode()
    assert "those that a model predicted with the taxon that it proposed" in everything
    assert "readings, scores, the log" in everything


def test_the_sentences_name_all_that_the_pages_have(client, page):
    text = client.get(page).getvalue().decode()
    for part in (
        "pixel size",
        "also those that stay hidden",
        "without what cameras wrote into them",
        "in the catalogue",
    ):
        assert part in text, part


def test_each_change_is_logged(client, page, tow, alice):
    client.post(page, CHOICES | {"is_confirmed": "on"})
    client.post(page, CHOICES | {"is_confirmed": "on", "summary": "Nets and tows."})
    client.post(page, CHOICES | {"is_confirmed": "on", "summary": "Nets and tows."})
    client.post(page, CHOICES | {"is_on": "0", "embargo_until": "2031-01-01"})
    changes = PublicFaceChange.objects.filter(project=tow.project)
    assert [(change.by, change.in_words) for change in changes] == [
        (alice, "no longer shown"),
        (alice, "changed: summary"),
        (alice, "shown to everybody"),
    ]
    tow.project.refresh_from_db()
    assert f"{tow.project.embargo_until}" == "2031-01-01"


def test_a_column_that_the_project_lacks_is_refused(tow, alice):
    with pytest.raises(ValidationError, match="no column person"):
        show_to_everybody(tow.project, alice, columns=["person"])


def test_the_preview_is_what_a_stranger_sees_before_it_is_shown(client, page, tow, alice):
    change_public_face(project=tow.project, by=alice, summary="Nets off Villefranche.")
    text = client.get(reverse("public:preview", args=[tow.project.pk])).getvalue().decode()
    assert "Nets off Villefranche." in text and "This is what a stranger sees once everybody may" in text
    assert client.get(reverse("public:project", args=[tow.project.pk])).status_code == 404


def test_only_the_page_that_asks_ends_an_embargo_earlier(client, page, tow, alice):
    settings = reverse("projects:settings", args=[tow.project.pk])
    show_to_everybody(tow.project, alice, embargo_until=date(2931, 1, 1))
    assert "that is shortened there, too" in client.get(settings).getvalue().decode()
    for typed in ("", "2930-12-31"):
        answer = client.post(settings, {"title": tow.project.title, "embargo_until": typed})
        assert (
            answer.status_code == 400 and "Everybody would see the project earlier" in answer.content.decode()
        )
    api = f"/api/v1/projects/{tow.project.pk}/"
    sent = client.patch(api, {"embargo_until": None}, content_type="application/json")
    assert sent.status_code == 400 and "Showing to everybody" in sent.content.decode()
    later = client.post(settings, {"title": tow.project.title, "embargo_until": "2932-01-01"})
    assert later.status_code == 302
    show_to_everybody(tow.project, alice, embargo_until=None)
    assert "Everybody sees the project now." in client.get(settings).getvalue().decode()
