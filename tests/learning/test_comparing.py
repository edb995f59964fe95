"""Models side by side: only on what none of them has learnt from, with figures that scikit-learn agrees with."""

import itertools
import re

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import Http404
from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score

from annotations.learning import common_objects
from annotations.learning.comparing import compare, models_to_compare
from annotations.learning.models import HeldOut, Model
from annotations.learning.seriation import by_confusion
from annotations.projects.actions import create_project
from annotations.samples.models import Acquisition, Object, Sample, State
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from tests.lake import add_image, draw
from tests.learning.models import make_model, make_ready
from tests.worlds import shared_rows

SAMPLES, EACH = 6, 20


@shared_rows
def taxa(db) -> list[int]:
    return list(
        ensure_taxa([TaxonName(name) for name in ("Noctiluca", "Oithona", "Sagitta", "egg")]).values()
    )


@shared_rows
def objects(project, taxa) -> list[Object]:
    """120 validated objects of six samples, mostly of the first taxon."""
    rng = np.random.default_rng(3)
    created = []
    for k in range(SAMPLES):
        sample = Sample.objects.create(project=project, original_id=f"tow {k}")
        tow = Acquisition.objects.create(sample=sample, original_id=f"acq {k}")
        created += [
            Object(
                project=project, sample=sample, acquisition=tow, taxon_id=taxa[label], state=State.VALIDATED
            )
            for label in rng.choice(3, EACH, p=[0.6, 0.3, 0.1])
        ]
    return Object.objects.bulk_create(created)


def held_out(model: Model, objects: list[Object], predicted: list[int], fold: str = "test") -> None:
    HeldOut.objects.bulk_create(
        HeldOut(model=model, object=o, taxon_id=o.taxon_id, predicted_id=taxon, score=0.8, fold=fold)
        for o, taxon in zip(objects, predicted, strict=True)
    )


def called(objects: list[Object], taxa: list[int], right: float, seed: int) -> list[int]:
    rng = np.random.default_rng(seed)
    return [int(o.taxon_id) if rng.random() < right else int(rng.choice(taxa)) for o in objects]


@shared_rows
def pair(project, taxa, objects) -> list[Model]:
    models = [make_ready(project, *taxa[:2], name=name) for name in ("Good", "Bad")]
    for seed, (model, right) in enumerate(zip(models, (0.95, 0.4), strict=True)):
        Model.objects.filter(pk=model.pk).update(classes=taxa, learning_set=models[0].learning_set)
        held_out(model, objects, called(objects, taxa, right, seed))
    return list(Model.objects.filter(pk__in=[m.pk for m in models]).order_by("id"))


def test_figures_are_those_of_an_independent_implementation(pair, objects, taxa, alice):
    result = compare(pair, alice)
    truth = [o.taxon_id for o in objects]
    assert (result["objects"], result["samples"], result["left_out"]) == (len(objects), SAMPLES, 0)
    assert result["is_enough"] and result["shares_set"]
    for model, entry in zip(pair, result["figures"], strict=True):
        predicted = dict(HeldOut.objects.filter(model=model).values_list("object", "predicted"))
        predicted = [predicted[o.pk] for o in objects]
        present = sorted(set(truth))
        assert entry["accuracy"] == pytest.approx(accuracy_score(truth, predicted))
        assert entry["balanced_accuracy"] == pytest.approx(balanced_accuracy_score(truth, predicted))
        assert entry["macro_f1"] == pytest.approx(f1_score(truth, predicted, labels=present, average="macro"))
        by_taxon = f1_score(truth, predicted, labels=present, average=None)
        place = pair.index(model)
        f1_scores = {row["taxon"]["id"]: row["f1"][place] for row in result["per_taxon"]}
        assert [f1_scores[taxon] for taxon in present] == pytest.approx(by_taxon)
        low, high = entry["intervals"]["macro_f1"]
        assert low < entry["macro_f1"] < high


def test_what_a_forebear_has_learnt_from_does_not_count(pair, project, taxa, objects, alice):
    """The second model started from one that held other objects of the project out."""
    forebear = make_ready(project, *taxa[:2], name="Forebear")
    forebear.learning_set.projects.set([project])
    held_out(forebear, objects[:50], [o.taxon_id for o in objects[:50]])
    middle = make_ready(project, *taxa[:2], name="Middle")
    Model.objects.filter(pk=middle.pk).update(parent=forebear, learning_set=None)
    Model.objects.filter(pk=pair[1].pk).update(parent=middle)
    pair[1].refresh_from_db()
    assert compare(pair, alice)["objects"] == 50
    forebear.learning_set.projects.set([create_project(title="Elsewhere", owner=alice)])
    assert compare(pair, alice)["objects"] == len(objects), "it has learnt from none of these"


def test_on_its_own_held_out_objects_a_model_has_the_intervals_of_its_page(pair, objects, alice):
    intervals = {name: [0.9, 0.97] for name in ("accuracy", "balanced_accuracy", "macro_f1")}
    pair[0].metrics |= {"n_held_out": len(objects), "intervals": intervals}
    pair[1].metrics |= {"n_held_out": len(objects) + 1, "intervals": intervals}  # of more than these
    result = compare(pair, alice)["figures"]
    assert result[0]["intervals"] == intervals
    assert result[1]["intervals"] != intervals


def test_no_interval_is_narrower_than_of_independent_objects(pair, objects, alice):
    """Samples that happen to agree leave no room; and few samples are drawn too alike."""
    HeldOut.objects.filter(model=pair[0]).update(predicted=F("taxon"))
    low, high = compare(pair, alice)["figures"][0]["intervals"]["accuracy"]
    assert high == 1
    assert low == pytest.approx(0.025 ** (1 / len(objects)))


def test_the_difference_is_of_the_same_draws(pair, alice):
    (worse,) = compare(pair, alice)["differences"]
    low, high = worse["accuracy"]["interval"]
    assert worse["accuracy"]["difference"] < -0.3
    assert low < worse["accuracy"]["difference"] < high < 0


def test_the_order_of_the_models_is_kept(pair, alice):
    forth, back = compare(pair, alice), compare(pair[::-1], alice)
    assert forth["figures"] == back["figures"][::-1]
    assert back["differences"][0]["accuracy"]["difference"] > 0.3


def test_the_bootstrap_of_one_sample_draws_objects(pair, objects, alice):
    Object.objects.update(sample=objects[0].sample)
    result = compare(pair, alice)
    rng = np.random.default_rng(5)
    truth = np.array([o.taxon_id for o in objects])
    predicted = dict(HeldOut.objects.filter(model=pair[0]).values_list("object", "predicted"))
    right = np.array([predicted[o.pk] for o in objects]) == truth
    slow = [right[rng.integers(0, len(right), len(right))].mean() for _ in range(2000)]
    assert result["samples"] == 1
    assert result["figures"][0]["intervals"]["accuracy"] == pytest.approx(
        np.percentile(slow, [2.5, 97.5]), abs=0.02
    )


def test_one_object_in_common_tells_nothing_of_what_may_be(project, taxa, objects, alice, client):
    models = [make_ready(project, *taxa[:2], name=name) for name in ("One", "Other")]
    for model in models:
        Model.objects.filter(pk=model.pk).update(classes=taxa)
        held_out(model, objects[:1], [objects[0].taxon_id])
    client.force_login(alice)
    answer = client.get(f"/api/v1/models/compare/?models={models[0].pk},{models[1].pk}")
    (difference,) = answer.json()["differences"]
    assert difference["accuracy"] == {"difference": 0, "interval": [-1, 1]}


def test_only_what_all_hold_out_counts(pair, project, taxa, objects, alice):
    third = make_ready(project, *taxa[:2], name="Third")
    held_out(third, objects[:70], [o.taxon_id for o in objects[:70]])
    held_out(third, objects[70:], [o.taxon_id for o in objects[70:]], fold="tune")
    Model.objects.filter(pk=third.pk).update(classes=taxa)
    third.refresh_from_db()
    result = compare([*pair, third], alice)
    assert result["objects"] == 70
    assert not result["shares_set"]
    assert len(result["agreement"]) == 3
    assert result["figures"][2]["accuracy"] == 1


def test_taxa_that_not_all_know_are_left_out_and_counted(pair, taxa, objects, alice):
    pair[1].classes = taxa[:2]
    result = compare(pair, alice)
    rare = sum(o.taxon_id == taxa[2] for o in objects)
    assert (result["left_out"], result["objects"]) == (rare, len(objects) - rare)
    assert (result["taxa"], result["taxa_not_shared"]) == (2, 2)


def test_what_was_labelled_anew_between_two_trainings_is_left_out(pair, taxa, objects, alice):
    row = HeldOut.objects.filter(model=pair[1]).first()
    HeldOut.objects.filter(pk=row.pk).update(taxon=next(t for t in taxa[:3] if t != row.taxon_id))
    assert compare(pair, alice)["left_out"] == 1


def test_large_ones_are_bounded(pair, alice, monkeypatch):
    monkeypatch.setattr(common_objects, "MOST_OBJECTS", 30)
    assert compare(pair, alice)["objects"] == 30


def test_objects_of_other_projects_are_not_shown(pair, objects, taxa, vera, dan):
    for o in objects[:5]:
        add_image(o, draw(True, o.pk))
    for o in objects[:5]:
        HeldOut.objects.filter(model=pair[1], object=o).update(predicted=taxa[3])
    differing = compare(pair, vera)["differ"]
    assert {entry["object_id"] for entry in differing} == {o.pk for o in objects[:5]}
    assert differing[0]["url"].startswith("/vignettes/")
    assert [prediction["is_right"] for prediction in differing[0]["predictions"]][1] is False
    theirs = create_project(title="Dan's own", owner=dan)
    for model in pair:
        model.projects.add(theirs)
    assert compare(pair, dan)["differ"] == []


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "these are 0"), ("1", "these are 1"), ("1,1", "these are 1"), ("1,x", "numbers of models"),
     ("1,2,3,4,5,6,7", "these are 7")],
)  # fmt: skip
def test_who_names_too_few_or_nonsense_is_told(alice, text, why):
    with pytest.raises(ValidationError, match=why):
        models_to_compare(alice, text)


def test_strangers_and_unready_models_are_refused(pair, project, alice, dan):
    text = ",".join(str(model.pk) for model in pair)
    with pytest.raises(Http404):
        models_to_compare(dan, text)
    unready = make_model(project, "running", name="Not yet")
    with pytest.raises(ValidationError, match="Not yet cannot be compared"):
        models_to_compare(alice, f"{pair[0].pk},{unready.pk}")


# --- The page and the API ---------------------------------------------------------------------------------------------


def test_the_page_puts_them_side_by_side(client, pair, vera):
    client.force_login(vera)
    page = client.get("/models/compare/", {"models": [model.pk for model in pair]}).content.decode()
    for words in ("Side by side", "Good", "Bad", "They say the same of", "F1 by taxon", "Where they differ"):
        assert words in page, words
    assert '<span class="sure">−0.' in page
    assert '<td class="n" data-is="Balanced accuracy">' in page, "on a phone a cell says what it is"
    differences = re.findall(
        r'<td class="n" data-value="(-?[\d.e-]+)" data-is="Difference">([^<]*)</td>', page
    )
    assert differences and all((float(order) < 0) == text.startswith("−") for order, text in differences)


@pytest.mark.parametrize("page", ["/models/", "/models/compare/"])
def test_the_forms_that_lead_there_keep_the_project_of_the_bar(client, pair, project, alice, page):
    other = create_project(title="Another bay", owner=alice)
    client.force_login(alice)
    client.get(f"/projects/{other.pk}/")  # in another tab, meanwhile
    form = client.get(page, {"project": project.pk}).content.decode()
    assert f'<input type="hidden" name="project" value="{project.pk}">' in form
    models = [model.pk for model in pair]
    compared = client.get("/models/compare/", {"models": models, "project": project.pk})
    assert compared.context["bar"]["project"] == project


def test_too_few_objects_are_said_with_the_remedy(client, pair, project, taxa, objects, vera):
    third = make_ready(project, *taxa[:2], name="Third")
    held_out(third, objects[:20], [o.taxon_id for o in objects[:20]])
    client.force_login(vera)
    page = client.get(f"/models/compare/?models={pair[0].pk},{third.pk}").content.decode()
    assert "Fewer than 50 objects are too few" in page
    assert "Train them on one learning set" in page
    HeldOut.objects.filter(model=third).delete()
    page = client.get(f"/models/compare/?models={pair[0].pk},{third.pk}").content.decode()
    assert "There is no such object" in page


def test_with_one_model_the_others_are_offered(client, pair, vera, dan):
    client.force_login(vera)
    page = client.get(f"/models/compare/?models={pair[0].pk}").content.decode()
    assert f'value="{pair[0].pk}" checked' in page
    assert "Bad" in page
    answer = client.get("/models/compare/?models=1,x")
    assert answer.status_code == 400
    client.force_login(dan)
    assert client.get(f"/models/compare/?models={pair[0].pk},{pair[1].pk}").status_code == 404


def test_by_the_api(client, pair, vera, dan, bob):
    client.force_login(vera)
    url = f"/api/v1/models/compare/?models={pair[0].pk},{pair[1].pk}"
    result = client.get(url).json()
    assert result["models"] == [model.pk for model in pair]
    assert result["figures"][0]["accuracy"] > result["figures"][1]["accuracy"]
    assert client.get("/api/v1/models/compare/?models=1").status_code == 400
    client.force_login(dan)
    assert client.get(url).status_code == 404


# --- An order by what is confused -------------------------------------------------------------------------------------


def test_what_is_confused_stands_side_by_side():
    order = [4, 0, 3, 1, 5, 2]  # a chain in a shuffled order, each confused with the next, and 5 with nothing
    matrix = np.eye(7, dtype=int) * 20
    for a, b in itertools.pairwise(order):
        matrix[a, b] = matrix[b, a] = 5
    result = by_confusion(matrix)
    assert result in ([*order, 6], [*order[::-1], 6])
    assert by_confusion(matrix) == result


def test_an_order_is_found_whatever_there_is():
    assert by_confusion(np.zeros((3, 3))) == [0, 1, 2]
    assert sorted(by_confusion(np.random.default_rng(0).integers(0, 9, (40, 40)))) == list(range(40))
