"""Instances by SQL of one's own are what a queryset reads."""

import pytest
from django.db import connection, models

from annotations.accounts.models import User
from annotations.common.stored import by_number, columns_of, instance_of
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create_user("vega", first_name="Vega", preferences={"layout": {"7": "true"}})


def _read(model: type[models.Model], table: str, number: int) -> models.Model:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns_of(model, 'x')} FROM {table} x WHERE x.id = %s", [number])
        return instance_of(model, cursor.fetchone())


def _values(instance: models.Model) -> dict[str, object]:
    return {field.attname: getattr(instance, field.attname) for field in instance._meta.concrete_fields}


def test_a_person_is_as_a_queryset_reads_them(person: User) -> None:
    read = _read(User, "accounts_user", person.pk)
    assert _values(read) == _values(User.objects.get(pk=person.pk))
    assert read == person and not read._state.adding


def test_what_is_read_can_be_saved(person: User) -> None:
    read = _read(User, "accounts_user", person.pk)
    read.first_name = "Lyra"
    read.save()
    assert User.objects.get(pk=person.pk).display_name == "Lyra"


def test_an_opened_project_is_as_a_queryset_reads_it(person: User) -> None:
    project = Project.objects.create(title="Tow", description="Two nets.")
    project.memberships.create(user=person, role=Role.EXPERT)
    opened = open_project(person, project.pk)
    assert _values(opened) == _values(Project.objects.get(pk=project.pk))
    assert opened.role is Role.EXPERT


def test_a_row_is_found_by_its_number(person: User) -> None:
    read_again = by_number(User, person.pk)
    assert read_again is not None and _values(read_again) == _values(User.objects.get(pk=person.pk))
    assert by_number(User, person.pk + 1) is None
