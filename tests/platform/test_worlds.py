"""Rows and files that tests share are as they were made, whatever the test before has done to them."""

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import OperationalError, connection

from annotations.accounts.models import User
from annotations.projects.models import Project
from annotations.samples.models import Object
from tests.people import make_person
from tests.plankton import tow
from tests.worlds import FAILURES, Stage, shared_rows

__all__ = ["tow"]
NUMBERS: list[int] = []  # of the project, one a test


@shared_rows
def note(project: Project) -> str:
    return default_storage.save("note.txt", ContentFile(project.title))


@pytest.mark.parametrize("turn", ["first", "second"])
def test_nothing_is_left_of_what_a_test_does(tow, project, note, turn):
    NUMBERS.append(project.pk)
    assert set(NUMBERS) == {project.pk}
    assert tow.project is project
    assert project.title == Project.objects.get().title == "Villefranche 2026"
    assert [each.pk for each in tow.objects] == list(
        Object.objects.order_by("pk").values_list("pk", flat=True)
    )
    assert (settings.ARTEFACTS_FOLDER / "files" / note).read_text() == project.title
    Object.objects.filter(pk=tow.objects[0].pk).delete()
    tow.objects.clear()
    project.title = "Changed"
    project.save()
    (settings.ARTEFACTS_FOLDER / "files" / note).write_text("changed")
    make_person("dan")


def test_who_is_not_in_a_test_is_not_there(project):
    assert set(User.objects.values_list("username", flat=True)) == {"alice", "bob", "carla", "vera"}
    assert not Object.objects.exists()
    assert not default_storage.exists("note.txt")


@pytest.mark.django_db(transaction=True)
def test_what_commits_has_rows_of_its_own(tow, project, note):
    assert project.pk not in NUMBERS
    assert default_storage.exists(note)


def test_rows_are_shared_again(tow):
    assert tow.project.title == "Villefranche 2026"
    assert Project.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("failure", FAILURES)
def test_a_fixture_that_fails_leaves_nothing_and_is_left_to_its_test(failure):
    def broken() -> None:
        make_person("dan")
        raise failure("for this test")

    stage = Stage()
    stage.set_up([broken])
    assert not stage.layers
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_rows_are_made_anew_where_the_connection_was_lost():
    def dan() -> User:
        return make_person("dan")

    stage = Stage()
    stage.set_up([dan])
    with pytest.raises(OperationalError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    stage.set_up([dan])
    assert User.objects.get() == stage.values["dan"]
    stage.clear()
    assert not User.objects.exists()
