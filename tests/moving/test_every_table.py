"""No app forgets to say what becomes of its rows when objects go to another project."""

from django.apps import apps

from annotations.projects.models import Project
from annotations.samples.following import FOLLOWING, STAYING
from annotations.samples.models import Object


def test_every_table_that_hangs_on_an_object_or_a_project_is_spoken_for():
    spoken_for = {rows.model for rows in [*FOLLOWING, *STAYING]}
    assert {model.__name__ for model in _hanging() - spoken_for} == set()


def test_nothing_is_spoken_for_that_hangs_on_nothing():
    assert {rows.model.__name__ for rows in [*FOLLOWING, *STAYING]} <= {
        model.__name__ for model in _hanging() | {Object}
    }


def test_every_reason_is_a_reason():
    assert all(len(rows.reason.split()) > 2 for rows in STAYING)


def _hanging() -> set:
    """Models with a key to an object, a project, or to what hangs on one of these."""
    hanging = {Project, Object}
    while more := {model for model in apps.get_models() if _keys(model) & hanging} - hanging:
        hanging |= more
    return hanging - {Project}


def _keys(model) -> set:
    fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
    return {field.related_model for field in fields if field.is_relation}
