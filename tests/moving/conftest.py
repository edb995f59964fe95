"""A tow on whose objects hangs one of everything, and a second project of the same manager."""

from datetime import UTC, datetime
from types import SimpleNamespace

from django.db import connection

from annotations.discussions.actions import comment, pin
from annotations.labels.actions import label_objects, write_predictions
from annotations.labels.models import Batch, BatchKind
from annotations.labels.targets import Target
from annotations.labels.undoing import undo_batch
from annotations.learning.models import FormerPrediction, Model, Prediction
from annotations.marks.actions import adopt_starter_set, change_mark, make_mark
from annotations.projects.actions import create_project, set_role
from annotations.projects.annotators import imported_annotator
from annotations.projects.models import Project, Role
from annotations.review.models import SetAside
from annotations.samples.models import FreeColumn, Image, Object, ParentImage, State
from annotations.scans.models import Outline, Scan
from annotations.similarity.models import Embedding, EmbeddingSpace
from annotations.taxon_matching.actions import note_pending
from annotations.taxon_matching.models import PendingLabel
from annotations.taxonomy.actions import TaxonName
from annotations.taxonomy.models import Taxon
from annotations.traits.actions import set_trait_values
from annotations.traits.vocabulary import define_trait, show_example
from tests.plankton import make_tow
from tests.worlds import shared_rows


@shared_rows
def target(alice, bob, project) -> Project:
    """Alice's too. It has free columns of its own: the same name stands elsewhere in the arrays."""
    target = create_project(title="Naples 2026", owner=alice)
    set_role(project=target, user=bob, role=Role.VIEWER)
    for place, name in enumerate(("perimeter", "area")):
        FreeColumn.objects.create(project=target, level="object", name=name, is_number=True, position=place)
    return target


@shared_rows
def full(project, alice, bob) -> SimpleNamespace:
    tow = make_tow(project)
    first, second = tow.objects[0], tow.objects[1]
    _label(tow, alice, bob)
    _say(tow, alice)
    _draw(tow, alice)
    _predict(tow, first)
    waiting = note_pending(project=project, names=[TaxonName("Wunderkrebs")])[TaxonName("Wunderkrebs")]
    PendingLabel.objects.create(
        object=tow.objects[8], pending=waiting, state=State.VALIDATED, annotator=tow.ada
    )
    parent = ParentImage.objects.create(
        acquisition=first.acquisition, key="v/sc/an.png", file_name="scan.png", width=900, height=900
    )
    Image.objects.filter(object=second).update(
        parent=parent, region_x=1, region_y=2, region_width=3, region_height=4
    )
    Scan.objects.create(parent=parent, levels=2, tiles_prefix="s/ab/c", added_by=alice)
    Outline.objects.create(
        object=second, parent=parent, x=1, y=2, width=3, height=4, counts=b"0<", source="drawn"
    )
    connection.check_constraints()
    return tow


def targets(*objects: Object) -> list[Target]:
    fresh = Object.objects.filter(pk__in=[each.pk for each in objects])
    return [Target(each.pk, each.version) for each in fresh]


def _label(tow: SimpleNamespace, alice, bob) -> None:
    """Bob names five, Alice takes that back and gives it again; Ada's labels came with a package."""
    crab = Taxon.objects.get(pk=tow.appendicularia)
    tow.batch = label_objects(
        project=tow.project, user=bob, targets=targets(*tow.objects[3:8]), taxon=crab
    ).batch
    undo = undo_batch(batch=Batch.objects.get(pk=tow.batch), user=alice, role=Role.MANAGER).batch
    undo_batch(batch=Batch.objects.get(pk=undo), user=alice, role=Role.MANAGER)
    tow.ada = imported_annotator(project=tow.project, name="Ada Storm", email="ada@example.org")
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    Object.objects.filter(pk=tow.objects[4].pk).update(annotator=tow.ada, labelled_at=moment)
    label_objects(project=tow.project, user=bob, targets=targets(tow.objects[4]), state=State.DUBIOUS)


def _say(tow: SimpleNamespace, alice) -> None:
    first = tow.objects[0]
    sac = define_trait(project=tow.project, user=alice, name="Egg sac", kind="flag")
    eggs = define_trait(
        project=tow.project, user=alice, name="Eggs", kind="count", only_if=sac, only_if_choices=["yes"]
    )
    set_trait_values(
        trait=sac, user=alice, targets=[Target(each.pk, 0) for each in tow.objects[:3]], value="yes"
    )
    tow.trait_batch = set_trait_values(trait=eggs, user=alice, targets=[Target(first.pk, 0)], value=7).batch
    show_example(trait=sac, object_id=first.pk, choice="yes")
    comment(project=tow.project, author=alice, text="@bob, look", object=first)
    pin(
        project=tow.project, taxon=Taxon.objects.get(pk=tow.copepoda), object=first, user=alice, caption="So!"
    )


def _draw(tow: SimpleNamespace, alice) -> None:
    prosome, antenna = adopt_starter_set(project=tow.project)[:2]
    created = make_mark(
        image=tow.objects[0].images.get(),
        label=prosome,
        kind="point",
        geometry={"points": [[1, 2]]},
        author=alice,
    )
    change_mark(mark=created.mark, user=alice, role=Role.MANAGER, version=1, label=antenna)


def _predict(tow: SimpleNamespace, first: Object) -> None:
    model = tow.model = Model.objects.create(name="m", is_ready=True)
    model.projects.add(tow.project)
    batch = Batch.objects.create(project=tow.project, kind=BatchKind.PREDICTION, model_id=model.pk)
    write_predictions(batch=batch, rows=[(first.pk, tow.appendicularia, 0.9, 0.8, 0.1)])
    Prediction.objects.create(
        object=first, model=model, taxa=[tow.appendicularia], scores=[0.9], batch_id=batch.pk
    )
    FormerPrediction.objects.create(batch_id=batch.pk, object=first)
    SetAside.objects.create(object=first)
    space = EmbeddingSpace.objects.create(kind="classifier", name="m", model=model, dimensions=2)
    Embedding.objects.create(object=first, space=space, project=tow.project, vector=[1, 2])
