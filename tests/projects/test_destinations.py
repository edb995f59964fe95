"""Ctrl+K: what is found for whom, and in which order."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.projects.actions import create_project
from annotations.samples.models import Sample
from annotations.search.models import SavedView
from tests.plankton import make_tow


def destinations(client, person, text, project=None) -> dict[str, list[dict]]:
    client.force_login(person)
    query = {"q": text} if project is None else {"q": text, "project": project.pk}
    return {group["name"]: group["destinations"] for group in client.get("/api/v1/go-to/", query).json()}


def names(group: list[dict]) -> list[str]:
    return [destination["name"] for destination in group]


def test_a_page_is_found_by_how_it_begins_and_by_its_group(client, project, alice):
    pages = destinations(client, alice, "trai", project)["Pages"]
    assert [(page["name"], page["detail"]) for page in pages] == [
        ("Traits", "Annotate"),
        ("Train", "Models"),
        ("Trait tables", "Results"),
        ("Traits of taxa", ""),
    ]
    assert names(destinations(client, alice, "models comp", project)["Pages"]) == ["Compare"]


def test_pages_that_a_role_may_not_open_are_not_found(client, project, alice, vera, root):
    assert names(destinations(client, alice, "import", project)["Pages"]) == ["Import"]
    assert "Pages" not in destinations(client, vera, "import", project)
    assert "Pages" not in destinations(client, alice, "tree of")
    assert names(destinations(client, root, "tree of")["Pages"]) == ["Tree of taxa"]


def test_outside_of_projects_pages_of_the_last_one_are_found(client, project, alice):
    assert "Pages" not in destinations(client, alice, "samples")
    client.get(f"/projects/{project.pk}/")
    pages = destinations(client, alice, "samples")["Pages"]
    assert [(page["name"], page["detail"]) for page in pages] == [
        ("Samples", "Data, Villefranche 2026"),
        ("Map of samples", "Results, Villefranche 2026"),
        ("Compare samples", "Results, Villefranche 2026"),
    ]
    assert "Pages" not in destinations(client, alice, "villefranche"), "a title alone is its project"
    project.memberships.filter(user=alice).delete()
    assert "Pages" not in destinations(client, alice, "samples")


def test_without_a_word_there_are_pages_and_projects(client, project, vera):
    groups = destinations(client, vera, "", project)
    assert list(groups) == ["Pages", "Projects"]
    assert names(groups["Projects"]) == ["Villefranche 2026"]


def test_a_stranger_finds_nothing_of_a_project(client, tow, alice, dan):
    SavedView.objects.create(
        project=tow.project, owner=alice, name="Copepods by size", query="x=1", is_shared=True
    )
    for text in ("Villefranche", "tow", "Copepod"):
        assert destinations(client, dan, text).keys() <= {"Pages"}
    client.force_login(dan)
    assert client.get("/api/v1/go-to/", {"q": "tow", "project": tow.project.pk}).status_code == 404


def test_a_sample_leads_to_its_vignettes_and_those_of_other_projects_say_whose(client, tow, alice):
    other = create_project(title="Other", owner=alice)
    Sample.objects.create(project=other, original_id="tow_1b")
    here, there = destinations(client, alice, "TOW", tow.project)["Samples"]
    sample = tow.objects[0].sample_id
    assert (here["name"], here["url"]) == ("tow_1", f"/projects/{tow.project.pk}/?sample={sample}")
    assert (here["detail"], there["name"], there["detail"]) == ("", "tow_1b", "Other")


def test_a_taxon_leads_to_its_vignettes_and_to_its_page_although_a_letter_is_wrong(client, tow, bob):
    groups = destinations(client, bob, "Coppepoda", tow.project)
    assert [(one["name"], one["detail"], one["url"]) for one in groups["Taxa"]] == [
        ("Copepoda", "6 vignettes", f"/projects/{tow.project.pk}/?taxon={tow.copepoda}")
    ]
    assert [one["url"] for one in groups["Pages of taxa"]] == [
        f"/projects/{tow.project.pk}/taxa/{tow.copepoda}/"
    ]


def test_a_taxon_without_a_project_leads_to_one_that_has_it(client, tow, bob):
    (copepods,) = destinations(client, bob, "copep")["Taxa"]
    assert copepods["detail"] == "6 vignettes in Villefranche 2026"
    assert "Taxa" not in destinations(client, bob, "copep", create_project(title="Empty", owner=bob))


def test_saved_views_are_ones_own_and_those_shared(client, tow, alice, bob):
    for name, is_shared in (("Small copepods", True), ("Small secrets", False)):
        SavedView.objects.create(
            project=tow.project, owner=alice, name=name, query="state=predicted", is_shared=is_shared
        )
    assert names(destinations(client, bob, "small", tow.project)["Saved views"]) == ["Small copepods"]
    (first, _) = destinations(client, alice, "small", tow.project)["Saved views"]
    assert first["url"] == f"/projects/{tow.project.pk}/?state=predicted"


def test_the_group_of_the_best_match_comes_first(client, tow, alice):
    Sample.objects.create(project=tow.project, original_id="export")
    assert list(destinations(client, alice, "export", tow.project)) == ["Pages", "Samples"]
    Sample.objects.create(project=tow.project, original_id="pre")
    assert list(destinations(client, alice, "pre", tow.project)) == ["Samples", "Pages"]


def test_the_number_of_queries_does_not_grow(client, tow, alice, django_assert_num_queries):
    ask = {"q": "t", "project": tow.project.pk}
    client.force_login(alice)
    with CaptureQueriesContext(connection) as few:
        client.get("/api/v1/go-to/", ask)
    for n in range(9):
        Sample.objects.create(project=tow.project, original_id=f"t{n}")
        make_tow(create_project(title=f"t {n}", owner=alice))
    with django_assert_num_queries(len(few)):
        client.get("/api/v1/go-to/", ask)
