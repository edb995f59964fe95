"""What a model's page says of held-out objects that those which it started from may have learnt from."""

import itertools

import pytest

from annotations.learning.ancestors import seen_before
from annotations.learning.models import HeldOut, Model
from annotations.projects.actions import create_project
from annotations.samples.models import Object
from tests.learning.models import make_ready
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db


def hold_out(model: Model, objects: list[Object]) -> None:
    HeldOut.objects.bulk_create(
        HeldOut(model=model, object=o, taxon_id=o.taxon_id, predicted_id=o.taxon_id, score=0.9)
        for o in objects
    )


@shared_rows
def validated(lake) -> list[Object]:
    return list(
        Object.objects.filter(project=lake.project, taxon__in=[lake.disc, lake.bar]).order_by("id")[:10]
    )


@shared_rows
def line(lake, validated) -> list[Model]:
    """Grandparent, parent and child, which is tested on ten objects; the grandparent was on four of them."""
    models = [
        make_ready(lake.project, lake.disc, lake.bar, name=name) for name in ("First", "Second", "Third")
    ]
    for older, younger in itertools.pairwise(models):
        Model.objects.filter(pk=younger.pk).update(parent=older)
    for model in models:
        model.learning_set.projects.set([lake.project])
    for model, count in zip(models, (4, 10, 10), strict=True):
        hold_out(model, validated[:count])
    return list(Model.objects.order_by("id"))


def test_what_any_of_its_forebears_learnt_from_is_counted(client, line, alice):
    client.force_login(alice)
    page = client.get(f"/models/{line[2].pk}/").content.decode()
    assert "up to 6 of the 10 held-out objects" in page
    assert "that the model never saw" not in page
    assert "objects that it did not learn from itself" in page
    assert "up to 6 of the 10" in " ".join(client.get(f"/api/v1/models/{line[2].pk}/").json()["verdict"])


def test_what_learnt_elsewhere_has_seen_none_of_them(client, line, alice):
    line[0].learning_set.projects.set([create_project(title="Elsewhere", owner=alice)])
    client.force_login(alice)
    page = client.get(f"/models/{line[2].pk}/").content.decode()
    assert "objects that the model never saw" in page
    assert "held-out objects may be" not in page


def test_what_a_model_learnt_that_was_brought_in_nobody_knows(client, line, alice):
    Model.objects.filter(pk=line[0].pk).update(learning_set=None)
    client.force_login(alice)
    page = client.get(f"/models/{line[2].pk}/").content.decode()
    assert "what that one learnt from is not known here" in page
    assert "that the model never saw" not in page


def test_a_model_that_started_from_nothing_has_nothing_before_it(line, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert not seen_before(line[0])
