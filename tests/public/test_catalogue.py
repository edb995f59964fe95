"""The catalogue of public models and projects, and their descriptions for other catalogues."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from annotations.deletions.actions import delete_project
from annotations.learning.models import Model
from annotations.public.model_actions import change_public_model
from annotations.public.models import PublicModelChange
from tests.learning.models import make_large
from tests.public.public_projects import show_to_everybody
from tests.worlds import shared_rows


@shared_rows
def model(tow) -> Model:
    """Ready, of the project, and called after it."""
    objects = [created.pk for created in tow.objects]
    created = make_large(tow.project, [tow.copepoda, tow.appendicularia], [tow.objects[0].sample_id], objects)
    Model.objects.filter(pk=created.pk).update(
        name="Villefranche 2026, by Alice", notes="ask Bob", is_ready=True
    )
    created.refresh_from_db()
    return created


@shared_rows
def shared(model, tow, alice):
    show_to_everybody(tow.project, alice, summary="Nets.")
    return change_public_model(
        model=model, by=alice, is_on=True, name="Copepods", summary="Of nets.", licence="CC BY 4.0"
    )


def listed(kind: str, **query: str) -> list[dict]:
    return Client().get(reverse(f"api:catalogue_{kind}"), query).json()["results"]


def test_a_model_is_listed_when_a_manager_says_so(model, alice, shared):
    (entry,) = listed("models")
    assert (entry["name"], entry["licence"], entry["taxa"]) == (
        "Copepods",
        "CC BY 4.0",
        ["Copepoda", "Appendicularia"],
    )
    assert listed("models", q="cope") and not listed("models", q="krill")
    change_public_model(model=model, by=alice, is_on=False)
    assert listed("models") == []
    assert Client().get(reverse("public:model", args=[model.pk])).status_code == 404
    assert PublicModelChange.objects.filter(model=model, by=alice).count() == 2


def test_a_list_of_models_reads_no_large_metrics(shared):
    (entry,) = listed("models")
    assert entry["figures"]["Accuracy"]["value"] > 0
    with CaptureQueriesContext(connection) as queries:
        listed("models")
        Client().get(reverse("public:whole", args=["deepaas-models"]))
        Client().get(reverse("public:catalogue"))
    columns = [query["sql"].partition(" FROM ")[0] for query in queries]
    assert not [text for text in columns if '"learning_model"."metrics"' in text]


def test_who_does_not_manage_it_shows_nothing(model, bob):
    with pytest.raises(PermissionDenied):
        change_public_model(model=model, by=bob, is_on=True, name="Copepods")


def test_a_model_that_is_not_ready_is_not_shown(model, alice):
    Model.objects.filter(pk=model.pk).update(is_ready=False)
    model.refresh_from_db()
    with pytest.raises(ValidationError):
        change_public_model(model=model, by=alice, is_on=True, name="Copepods")


def test_its_card_has_figures_and_no_name_of_a_person_project_or_sample(shared):
    for name in ("model", "deepaas", "scivision_model"):
        text = Client().get(reverse(f"public:{name}", args=[shared.pk])).getvalue().decode()
        assert "Copepods" in text
        for secret in ("Villefranche", "Alice", "Bob", "tow_1"):
            assert secret not in text, (name, secret)
    page = Client().get(reverse("public:model", args=[shared.pk])).getvalue().decode()
    assert "Accuracy" in page and "Appendicularia" in page


def test_neither_is_there_under_embargo(shared, tow, alice):
    show_to_everybody(tow.project, alice, embargo_until=timezone.now().date() + timedelta(days=1))
    assert listed("models") == listed("projects") == []
    assert Client().get(reverse("public:model", args=[shared.pk])).status_code == 404


def test_neither_is_there_in_the_bin(shared, tow, alice):
    delete_project(project=tow.project, user=alice, title=tow.project.title)
    assert listed("models") == listed("projects") == []
    assert Client().get(reverse("public:model", args=[shared.pk])).status_code == 404


def test_the_files_are_what_scivision_reads(shared, tow):
    models = Client().get(reverse("public:whole", args=["scivision-models"])).json()
    assert models["catalog_type"] == "scivision model catalog"
    (entry,) = models["entries"]
    assert set(entry) == {
        *("name", "description", "tasks", "pkg_url", "url", "scivision_usable", "institution", "tags"),
    }
    assert entry["tasks"] == ["classification"] and entry["url"].startswith(
        "http://testserver/public/models/"
    )
    sources = Client().get(reverse("public:whole", args=["scivision-datasources"])).json()
    assert sources["catalog_type"] == "scivision datasource catalog"
    (entry,) = sources["entries"]
    assert set(entry) == {
        *("name", "description", "url", "tasks", "labels_provided", "domains", "institution", "tags"),
    }
    one = Client().get(reverse("public:scivision_datasource", args=[tow.project.pk])).json()
    assert one == entry


def test_deepaas_describes_a_model(shared):
    (entry,) = Client().get(reverse("public:whole", args=["deepaas-models"])).json()["models"]
    assert (entry["id"], entry["license"]) == (f"seston-{shared.pk}", "CC BY 4.0")
    assert entry["links"] == [
        {"rel": "self", "href": f"http://testserver/public/models/{shared.pk}/deepaas.json"}
    ]
    assert Client().get(entry["links"][0]["href"]).json() == entry


def test_the_page_lists_both_by_name(shared):
    page = reverse("public:catalogue")
    text = Client().get(page).getvalue().decode()
    assert "Copepods" in text and "Villefranche 2026" in text
    text = Client().get(page, {"q": "copepods"}).getvalue().decode()
    assert "Copepods" in text and "Villefranche 2026" not in text


def test_a_manager_shows_it_on_its_page(client, model, alice):
    client.force_login(alice)
    page = reverse("public:model_settings", args=[model.pk])
    sent = {"is_on": "1", "name": "Copepods", "licence": "CC0 1.0"}
    assert client.post(page, sent).status_code == 302
    assert "everybody sees it, as “Copepods”" in client.get(page).getvalue().decode()
    assert [entry["name"] for entry in listed("models")] == ["Copepods"]
