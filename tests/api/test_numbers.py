"""`true` is no number: Python takes it for 1, and so would label the first object of the site."""

import inspect
from importlib import import_module
from pkgutil import iter_modules

import pytest
from rest_framework import serializers

from annotations.api import serializers as api_serializers
from annotations.common.keyset import Cursor
from annotations.labels.models import Batch

BODY_SUFFIXES = ("In", "Change", "Changed", "ToLookAt", "Presets")  # of the names of serializers
NUMBERS = (serializers.IntegerField, serializers.FloatField, serializers.DecimalField)


def numbers_of(shape: serializers.BaseSerializer | serializers.Field, path: str = ""):
    """All fields of a serializer that take a number, also those of lists and serializers within."""
    if isinstance(shape, serializers.Serializer):
        for name, field in shape.fields.items():
            yield from numbers_of(field, f"{path}.{name}")
    elif child := getattr(shape, "child", None):
        yield from numbers_of(child, path)
    elif isinstance(shape, NUMBERS) and not shape.read_only:
        yield path, shape


def request_fields():
    for module in iter_modules(api_serializers.__path__):
        result = import_module(f"annotations.api.serializers.{module.name}")
        for name, shape in inspect.getmembers(result, inspect.isclass):
            if issubclass(shape, serializers.Serializer) and not name.endswith(("Out", "Serializer")):
                yield from numbers_of(shape(), name)


@pytest.mark.parametrize("value", [True, False])
def test_no_shape_takes_it_for_one(value):
    fields = [(path, field) for path, field in request_fields() if path.split(".")[0].endswith(BODY_SUFFIXES)]
    assert len(fields) > 30
    for path, field in fields:
        with pytest.raises(serializers.ValidationError):
            field.run_validation(value)
            pytest.fail(f"{path} takes {value}")


@pytest.mark.parametrize(
    "entry", [{"id": True, "version": 0}, {"id": 1, "version": False}, {"id": 1.0, "version": 0}]
)
@pytest.mark.parametrize("route", ["annotations", "trait-values"])
def test_no_object_is_meant_by_it(alices, tow, entry, route):
    body = {"objects": [entry], "taxon": tow.copepoda} if route == "annotations" else {"objects": [entry]}
    answer = alices.post(f"/api/v1/projects/{tow.project.pk}/{route}/", body)
    assert answer.status_code == 400 and "Entry 0 is no object" in answer.json()["detail"]
    assert not Batch.objects.exists()


@pytest.mark.parametrize("name", ["taxon", "sample", "annotator", "score_min", "batch"])
def test_no_filter_takes_it(alices, tow, name):
    body = {"filter": {name: True}, "state": "validated"}
    answer = alices.post(f"/api/v1/projects/{tow.project.pk}/annotations/", body)
    assert answer.status_code == 400 and f"`{name}` is 'True'" in answer.json()["detail"]


def test_no_cursor_holds_it(alices, tow):
    cursor = Cursor("id", None, True).encode()
    answer = alices.get(f"/api/v1/projects/{tow.project.pk}/objects/?cursor={cursor}")
    assert answer.status_code == 400
