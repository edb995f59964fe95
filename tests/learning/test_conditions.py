"""What a filter asks of models: what is novel, doubted, may be of a taxon, or was confused."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from annotations.gallery.queries import object_detail
from annotations.labels.models import Batch, BatchKind
from annotations.learning.models import HeldOut, Model, Prediction
from annotations.projects.actions import create_project
from annotations.samples.models import Object
from annotations.search.filter import Filter
from annotations.search.queries import counts, page
from annotations.taxonomy.models import Taxon
from tests.plankton import tow
from tests.search.form import form_choices
from tests.worlds import shared_rows

__all__ = ["tow"]
MANY = 3000  # objects: of a few the planner reads all, or an index that happens to be small
pytestmark = pytest.mark.django_db


@shared_rows
def looked_at(tow):
    """Novelty rises from 0.90 by hundredths; every other object may be an appendicularian; two labels are doubted."""
    tow.model = Model.objects.create(
        name="Doubter", is_ready=True, classes=[tow.copepoda, tow.appendicularia], wanted_precision=None
    )
    tow.model.projects.set([tow.project])
    Batch.objects.create(project=tow.project, kind=BatchKind.PREDICTION, model_id=tow.model.pk)
    for n, each in enumerate(tow.objects):
        candidates = [tow.copepoda, tow.appendicularia] if n % 2 else [tow.copepoda]
        Prediction.objects.create(
            object=each,
            model=tow.model,
            taxa=[tow.copepoda],
            scores=[0.9],
            candidates=candidates,
            novelty=None if n == 9 else 0.9 + n / 100,
        )
    for n, fold, is_suspect in ((4, "test", True), (5, "tune", True), (6, "test", False)):
        HeldOut.objects.create(
            model=tow.model,
            object=tow.objects[n],
            taxon_id=tow.copepoda,
            predicted_id=tow.appendicularia,
            score=0.7,
            fold=fold,
            is_suspect=is_suspect,
        )
    return tow


def matching_ids(tow, params: dict, asker=None) -> list[int]:
    expected = Filter.parse(params, asker)
    ids = {o["id"] for o in page(tow.project.pk, expected, "id", 50).objects}
    assert sum(entry["count"] for entry in counts(tow.project.pk, expected)) == len(ids)
    return [n for n, each in enumerate(tow.objects) if each.pk in ids]


def test_each_finds_what_it_says(looked_at, vera):
    assert matching_ids(looked_at, {"novel": 97}) == [7, 8]
    assert matching_ids(looked_at, {"novel": "95", "state": "predicted"}) == []
    assert matching_ids(looked_at, {"candidate": looked_at.appendicularia}) == [1, 3, 5, 7, 9]
    assert matching_ids(looked_at, {"suspect": looked_at.model.pk}, vera) == [4, 5], "of both folds"
    cell = f"{looked_at.model.pk}:{looked_at.copepoda}:{looked_at.appendicularia}"
    assert matching_ids(looked_at, {"held_out": cell}) == [4, 6], "the matrix counts the fold `test` alone"


def test_chips_say_it_in_words(looked_at, vera):
    params = {"novel": 99, "candidate": looked_at.copepoda, "suspect": looked_at.model.pk}
    assert {str(condition) for condition in Filter.parse(params, vera).conditions} == {
        "unlike 99 % of what the model knows",
        "may be Copepoda",
        f"label doubted by model {looked_at.model.pk}",
    }


@pytest.mark.parametrize("percent", ["94.9", "101", "very", "nan"])
def test_novelty_is_a_percentage_that_the_index_has(percent):
    with pytest.raises(ValidationError, match="`novel`"):
        Filter.parse({"novel": percent})


def test_doubts_are_told_to_who_sees_the_model(looked_at, client, dan, vera):
    dans = create_project(title="Dan's own", owner=dan)
    client.force_login(dan)
    answer = client.get(f"/projects/{dans.pk}/?suspect={looked_at.model.pk}")
    assert answer.status_code == 400
    assert "not for you to see" in answer.content.decode()
    with pytest.raises(ValidationError, match="`suspect`"):
        Filter.parse({"suspect": looked_at.model.pk})
    client.force_login(vera)
    assert client.get(f"/projects/{looked_at.project.pk}/?suspect={looked_at.model.pk}").status_code == 200


def test_the_form_offers_models_and_taxa(looked_at, client, vera):
    assert form_choices("suspect", looked_at.project, vera) == [(looked_at.model.pk, "Doubter")]
    assert [name for _, name in form_choices("candidate", looked_at.project, vera)] == [
        "Appendicularia",
        "Copepoda",
    ]
    client.force_login(vera)
    query = f"novel=99&candidate={looked_at.copepoda}&suspect={looked_at.model.pk}"
    form = client.get(f"/projects/{looked_at.project.pk}/filters/?{query}").content.decode()
    assert 'name="novel" value="99" checked' in form
    for chosen in (looked_at.copepoda, looked_at.model.pk):
        assert f'value="{chosen}" selected' in form


def test_the_panel_beside_the_image_shows_what_the_model_thinks(looked_at, client, vera):
    client.force_login(vera)
    Prediction.objects.filter(object=looked_at.objects[7]).update(novelty=0.995)

    def panel(n: int) -> str:
        return client.get(
            f"/projects/{looked_at.project.pk}/vignettes/{looked_at.objects[n].pk}/"
        ).content.decode()

    assert "Unlike anything that the model has learnt" in panel(7)
    assert "Nine times in ten" not in panel(7), "of what is unlike all that it knows, no more can be said"
    assert "Unlike anything" not in panel(8)
    assert "Nine times in ten it is this: Copepoda." in panel(8)
    prediction = object_detail(looked_at.project.pk, looked_at.objects[7].pk)["prediction"]
    assert (prediction["novelty"], [taxon["name"] for taxon in prediction["candidates"]]) == (
        0.995,
        ["Copepoda", "Appendicularia"],
    )


def _many_more(looked_at) -> None:
    """Objects of which none is novel or suspect, each with a candidate of its own; the planner knows it."""
    like = looked_at.objects[0]
    created = Object.objects.bulk_create(
        Object(project=like.project, sample=like.sample, acquisition=like.acquisition) for _ in range(MANY)
    )
    Prediction.objects.bulk_create(
        Prediction(
            object=each, model=looked_at.model, taxa=[], scores=[], candidates=[10**9 + n], novelty=0.1
        )
        for n, each in enumerate(created)
    )
    taxa = list(Taxon.objects.values_list("pk", flat=True))
    HeldOut.objects.bulk_create(
        HeldOut(
            model=looked_at.model,
            object=each,
            taxon_id=taxa[n % len(taxa)],
            predicted_id=taxa[n // len(taxa) % len(taxa)],
            score=0.5,
        )
        for n, each in enumerate(created)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE samples_object, learning_prediction, learning_heldout")


@pytest.mark.parametrize(
    ("params", "index"),
    [
        ({"novel": 99}, "prediction_novel"),
        ({"candidate": 3}, "prediction_candidate"),
        ({"suspect": 3}, "held_out_suspect"),
        ({"held_out": "1:2:3"}, "held_out_cell"),
    ],
)
def test_each_looks_into_an_index(looked_at, root, params, index):
    """Among many objects, with the ways made unattractive that read all rows, or look up one by one."""
    _many_more(looked_at)
    if "suspect" in params:
        params = {"suspect": looked_at.model.pk}
    condition, arguments = Filter.parse(params, root).where(looked_at.project.pk)
    with connection.cursor() as cursor:
        for way in ("seqscan", "indexscan", "indexonlyscan", "nestloop", "mergejoin"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN SELECT o.id FROM samples_object o WHERE {condition}", arguments)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert index in plan
