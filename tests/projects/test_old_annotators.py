"""Annotators whom packages brought before projects had annotators of their own."""

from importlib import import_module
from types import SimpleNamespace

from django.apps import apps
from django.db import connection

from annotations.accounts.models import User
from annotations.projects.actions import create_project
from annotations.projects.annotators import imported_annotator
from annotations.projects.models import ImportedAnnotator
from annotations.samples.models import Object
from tests.plankton import make_tow, tow
from tests.worlds import shared_rows

__all__ = ["tow"]


def old_account(username: str, name: str = "", email: str = "") -> User:
    first, _, last = name.partition(" ")
    person = User(username=username, email=email, first_name=first, last_name=last, is_active=False)
    person.set_unusable_password()
    person.save()
    return person


def give(person: User, objects: list[Object]) -> None:
    Object.objects.filter(pk__in=[each.pk for each in objects]).update(annotator=person)


def migrate() -> None:
    migration = import_module("annotations.taxon_matching.migrations.0004_annotators_of_old_packages")
    migration.link_old_annotators(apps, SimpleNamespace(connection=connection))


def annotators_of_labels(project) -> set[int]:
    return set(
        Object.objects.filter(project=project).exclude(annotator=None).values_list("annotator", flat=True)
    )


@shared_rows
def second(alice):
    return make_tow(create_project(title="Roscoff 2025", owner=alice))


def test_a_manager_can_link_them(client, tow, alice, bob):
    give(old_account("ada", "Ada Storm", "ada@example.org"), tow.objects[:2])
    migrate()
    row = tow.project.imported_annotators.get()
    assert (row.name, row.email, row.user.username) == ("Ada Storm", "ada@example.org", "ada")
    client.force_login(alice)
    client.post(f"/projects/{tow.project.pk}/annotators/{row.pk}/", {"member": bob.pk})
    row.refresh_from_db()
    assert row.member == bob


def test_in_each_project_it_is_somebody_of_its_own(tow, second):
    ada = old_account("ada", email="ada@example.org")
    give(ada, tow.objects[:2])
    give(ada, second.objects[:1])
    migrate()
    first, other = ImportedAnnotator.objects.order_by("id")
    assert (first.user, other.user == ada) == (ada, False)
    assert [annotators_of_labels(each.project) for each in (tow, second)] == [{ada.pk}, {other.user_id}]
    assert {(row.name, row.email, str(row)) for row in (first, other)} == {
        ("", "ada@example.org", "Annotator 1")
    }


def test_who_came_again_is_one(tow):
    ada = imported_annotator(project=tow.project, name="Ada Storm", email="ada@example.org")
    give(old_account("ada", "ada storm", "ADA@example.org"), tow.objects[:2])
    migrate()
    assert annotators_of_labels(tow.project) == {ada.pk}
    assert tow.project.imported_annotators.count() == 1


def test_people_are_left_alone(tow, bob):
    bob.is_active = False
    bob.save()
    give(bob, tow.objects[:2])
    migrate()
    assert not ImportedAnnotator.objects.exists()
