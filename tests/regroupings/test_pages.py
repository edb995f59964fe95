"""The pages of regroupings, as a manager and a viewer use them; and the filter that their numbers open."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict

from annotations.projects.actions import create_project
from annotations.regroupings.actions import change_regrouping, create_regrouping
from annotations.regroupings.models import Regrouping
from annotations.samples.models import Object
from annotations.search.filter import Filter
from tests.worlds import shared_rows


@shared_rows
def regrouping(tow, alice):
    return create_regrouping(project=tow.project, user=alice, name="Sorts", rows={tow.copepoda: "Copepods"})


@pytest.fixture
def manager(client, alice):
    client.force_login(alice)
    return client


def test_it_starts_from_the_projects_taxa(manager, tow):
    address = f"/projects/{tow.project.pk}/regroupings/new/"
    answer = manager.post(address, {"name": "Mine", "start": "taxa"}, follow=True)
    made = Regrouping.objects.get(name="Mine")
    assert answer.redirect_chain[-1][0] == f"/projects/{tow.project.pk}/regroupings/{made.pk}/"
    assert set(made.rows.values_list("taxon__display_name", "group__name")) == {
        ("Copepoda", "Copepoda"),
        ("Appendicularia", "Appendicularia"),
    }


def test_a_table_is_looked_at_before_it_is_made(manager, tow):
    address = f"/projects/{tow.project.pk}/regroupings/from-table/"
    file = SimpleUploadedFile("groups.tsv", b"Copepoda\tcrustaceans\nKrill\tcrustaceans\n")
    page = manager.post(address, {"name": "File", "table": file}).content.decode()
    assert "1 taxa in 1 groups" in page and "Krill" in page
    assert not Regrouping.objects.exists()
    manager.post(address, {"name": "File", "text": "Copepoda\tcrustaceans", "is_confirmed": "1"})
    assert Regrouping.objects.get().rows.get().group.name == "crustaceans"


def test_faults_of_a_table_keep_it_from_being_made(manager, tow):
    address = f"/projects/{tow.project.pk}/regroupings/from-table/"
    page = manager.post(address, {"name": "File", "text": "Copepoda", "is_confirmed": "1"})
    assert "Line 1, group: The cell of the group is empty." in page.content.decode()
    assert not Regrouping.objects.exists()


def test_rows_and_groups_are_edited_on_its_page(manager, tow, regrouping):
    address = f"/projects/{tow.project.pk}/regroupings/{regrouping.pk}/"
    page = manager.get(address).content.decode()
    assert f'name="group-{tow.appendicularia}"' in page  # of the project, and in no group yet
    manager.post(
        f"{address}rows/", {"revision": 1, f"group-{tow.appendicularia}": "Jelly", "taxon": "", "group": ""}
    )
    jelly = regrouping.groups.get(name="Jelly")
    copepods = regrouping.groups.get(name="Copepods")
    manager.post(
        f"{address}groups/",
        {"revision": 2, "name": "Sorts", "others": "apart", f"name-{jelly.pk}": "Filterers"}
        | {f"left-out-{jelly.pk}": "on", f"name-{copepods.pk}": "Copepods"},
    )
    regrouping.refresh_from_db()
    assert (regrouping.others, regrouping.revision) == ("apart", 3)
    assert list(regrouping.groups.values_list("name", "is_left_out")) == [
        ("Copepods", False),
        ("Filterers", True),
    ]


def test_a_late_page_is_told_and_nothing_is_overwritten(manager, tow, carla, regrouping):
    address = f"/projects/{tow.project.pk}/regroupings/{regrouping.pk}/"
    change_regrouping(regrouping=regrouping, user=carla, revision=1, rows={tow.appendicularia: "Jelly"})
    answer = manager.post(f"{address}rows/", {"revision": 1, f"group-{tow.copepoda}": "X"})
    page = answer.content.decode()
    assert answer.status_code == 409 and "Somebody changed it while you did" in page
    assert carla.display_name in page and 'value="Copepods" checked' in page and 'value="X"' in page
    assert set(regrouping.rows.values_list("group__name", flat=True)) == {"Copepods", "Jelly"}
    manager.post(f"{address}rows/", {"revision": 2, f"group-{tow.copepoda}": "X"})
    assert set(regrouping.rows.values_list("group__name", flat=True)) == {"X", "Jelly"}


def test_a_late_page_of_groups_keeps_what_was_typed(manager, tow, carla, regrouping):
    address = f"/projects/{tow.project.pk}/regroupings/{regrouping.pk}/"
    group = regrouping.groups.get()
    change_regrouping(regrouping=regrouping, user=carla, revision=1, others="apart")
    typed = {"revision": 1, "name": "Sorts of mine", "others": "together", f"name-{group.pk}": "Copepods"}
    answer = manager.post(f"{address}groups/", typed)
    page = answer.content.decode()
    assert answer.status_code == 409 and "Sorts of mine" in page
    assert "stand as they are labelled" in page and "stand together" in page
    assert f'<input type="hidden" name="name-{group.pk}" value="Copepods">' in page


def test_what_was_typed_for_a_group_that_is_gone_by_now_is_shown(manager, tow, carla, regrouping):
    address = f"/projects/{tow.project.pk}/regroupings/{regrouping.pk}/"
    group = regrouping.groups.get()
    change_regrouping(regrouping=regrouping, user=carla, revision=1, rows={tow.copepoda: "Crustaceans"})
    typed = {"revision": 1, "name": regrouping.name, "others": regrouping.others, f"name-{group.pk}": "Oars"}
    answer = manager.post(f"{address}groups/", typed)
    assert answer.status_code == 409
    assert "had these names, as you typed them: Oars." in answer.content.decode()


def test_what_is_put_back_finds_room_as_what_is_new_does(manager, tow, alice, regrouping, monkeypatch):
    address = f"/projects/{tow.project.pk}/regroupings/{regrouping.pk}/retire/"
    manager.post(address, {"revision": 1, "is_retired": "1"})
    create_regrouping(project=tow.project, user=alice, name="Other", rows={})
    monkeypatch.setattr("annotations.regroupings.actions.MOST_REGROUPINGS", 1)
    answer = manager.post(address, {"revision": 2}, follow=True)
    assert "retire one first" in answer.content.decode()
    regrouping.refresh_from_db()
    assert regrouping.is_retired


def test_a_viewer_reads_without_fields(client, vera, tow, regrouping):
    client.force_login(vera)
    page = client.get(f"/projects/{tow.project.pk}/regroupings/{regrouping.pk}/").content.decode()
    assert "Copepods" in page and "Save the" not in page and 'name="group-' not in page


def matching(project, user, text: str) -> int:
    where, params = Filter.parse(QueryDict(text), user).where(project.pk)
    return len(Object.objects.raw(f"SELECT o.id FROM samples_object o WHERE {where}", params))


def test_a_number_opens_exactly_its_objects(manager, tow, alice, regrouping):
    """Six copepods, one appendicularian, three without a taxon."""
    group = regrouping.groups.get()
    filters = {f"taxon_group={regrouping.pk}:{group.pk}": 6, f"taxon_group={regrouping.pk}:none": 1}
    assert {text: matching(tow.project, alice, text) for text in filters} == filters
    page = manager.get(f"/projects/{tow.project.pk}/regroupings/{regrouping.pk}/").content.decode()
    assert f'?taxon_group={regrouping.pk}:{group.pk}">6</a>' in page
    chips = str(Filter.parse(QueryDict(f"taxon_group={regrouping.pk}:{group.pk}"), alice).conditions[0])
    assert chips == "Sorts: Copepods"


def test_the_filter_says_nothing_of_projects_that_one_does_not_see(tow, dan, regrouping):
    group = regrouping.groups.get()
    with pytest.raises(Exception, match="not for you to see"):
        Filter.parse(QueryDict(f"taxon_group={regrouping.pk}:{group.pk}"), dan)


def test_a_chip_names_no_group_of_another_project(tow, alice, dan, regrouping):
    other = create_project(title="Secret", owner=dan)
    rows = {tow.copepoda: "Unpublished species"}
    group = create_regrouping(project=other, user=dan, name="Secret", rows=rows).groups.get()
    condition = Filter.parse(QueryDict(f"taxon_group={regrouping.pk}:{group.pk}"), alice).conditions[0]
    assert str(condition) == f"Sorts: group {group.pk}"


def test_a_group_without_its_taxon_is_refused(manager, tow, regrouping):
    address = f"/projects/{tow.project.pk}/regroupings/{regrouping.pk}/rows/"
    page = manager.post(address, {"revision": 1, "taxon": "", "group": "Jelly"}, follow=True).content.decode()
    assert "Say which taxon counts for Jelly." in page
