"""The pages of models: who sees what, in each state of a model."""

import re

import pytest
from django.utils.timezone import now

from annotations.jobs.models import Job
from annotations.learning.models import HeldOut, Model, PredictionPreview
from annotations.projects.actions import create_project, set_role
from annotations.projects.models import Role
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Taxon
from tests.learning.models import HISTORY, further_metrics, make_large, make_model, make_old, make_ready
from tests.worlds import shared_rows


@pytest.fixture
def open_page(client):
    """The text of a page, or its status where it is not 200."""

    def opened(person, url: str, **headers) -> str | int:
        client.force_login(person)
        answer = client.get(url, headers=headers)
        return answer.content.decode() if answer.status_code == 200 else answer.status_code

    return opened


@pytest.fixture
def unfold(open_page):
    """The text of a model's page, and of all that it has folded away."""

    def unfolded(person, model: Model) -> str:
        page = open_page(person, f"/models/{model.pk}/")
        addresses = re.findall(r'<details[^>]*hx-get="([^"]+)"', page)
        assert addresses
        return "\n".join([page, *(open_page(person, url, HX_Request="true") for url in addresses)])

    return unfolded


def test_a_guest_is_sent_to_sign_in(client, project):
    model = make_model(project, "running")
    for url in ("/models/", "/models/new/", f"/models/{model.pk}/", f"/projects/{project.pk}/predict/"):
        assert client.get(url).url.startswith("/accounts/sign-in/"), url


@pytest.mark.parametrize(
    ("person", "detail", "new", "predict"),
    [
        ("alice", 200, 200, 200),
        ("root", 200, 200, 200),
        ("carla", 200, 403, 403),
        ("bob", 200, 403, 403),
        ("vera", 200, 403, 403),
        ("dan", 404, 403, 404),
    ],
)
def test_rights(client, lake, request, person, detail, new, predict):
    model = make_ready(lake.project, lake.disc, lake.bar)
    client.force_login(request.getfixturevalue(person))
    assert client.get(f"/models/{model.pk}/").status_code == detail
    assert client.get("/models/new/").status_code == new
    assert client.post("/models/new/", {"project": lake.project.pk}).status_code in (new, 302)
    assert client.get(f"/projects/{lake.project.pk}/predict/").status_code == predict
    predicted = client.post(f"/projects/{lake.project.pk}/predict/", {"model": model.pk})
    assert predicted.status_code == (302 if predict == 200 else predict)
    assert Job.objects.filter(kind="predict").exists() == (predict == 200)


def test_the_list_shows_the_models_of_ones_projects(open_page, lake, vera, dan, alice):
    make_ready(lake.project, lake.disc, lake.bar, name="Ready one")
    make_model(lake.project, "failed", name="Failed one")
    page = open_page(vera, "/models/")
    assert "Ready one" in page
    assert "0.974" in page
    assert "0.959" in page
    assert "Failed one" in page
    assert "Train a model" not in page
    assert "Train a model" in open_page(alice, "/models/")
    assert "No model yet" in open_page(dan, "/models/")


def test_while_it_trains_the_page_asks_again_and_draws_the_curves(open_page, project, vera):
    model = make_model(project, "running", history=HISTORY[:2])
    page = open_page(vera, f"/models/{model.pk}/")
    assert 'hx-trigger="every 1s"' in page
    assert "Epoch 2 of 3" in page
    assert page.count("<polyline") == 4
    again = open_page(vera, f"/models/{model.pk}/", HX_Request="true")
    assert "<html" not in again
    assert "Accuracy over 2 epochs" in again


def test_before_the_first_epoch_the_page_says_so(open_page, project, vera):
    model = make_model(project, "queued")
    assert "The curves begin with the first epoch." in open_page(vera, f"/models/{model.pk}/")


def test_of_what_has_no_epochs_no_curves_are_announced(open_page, project, vera):
    model = make_model(project, "running")
    Model.objects.filter(pk=model.pk).update(method="features")
    page = open_page(vera, f"/models/{model.pk}/")
    assert "The curves begin" not in page
    assert "without epochs" in page


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_a_training_that_came_to_nothing_stops_asking(client, project, vera, state):
    model = make_model(project, state)
    client.force_login(vera)
    page = client.get(f"/models/{model.pk}/").content.decode()
    assert "hx-trigger" not in page
    assert f'data-state="{state}"' in page
    answer = client.get(f"/models/{model.pk}/", headers={"HX-Request": "true"})
    assert answer["HX-Refresh"] == "true"


def test_a_model_whose_job_is_gone_still_opens(open_page, project, vera):
    model = make_model(project, "failed")
    model.job.delete()
    assert "never trained" in open_page(vera, f"/models/{model.pk}/")
    assert "Not trained" in open_page(vera, "/models/")


def test_a_ready_model_shows_its_figures(unfold, lake, vera):
    model = make_ready(lake.project, lake.disc, lake.bar)
    page = unfold(vera, model)
    for figure in ("0.974", "0.938", "0.959", "0.031", "0.612"):
        assert figure in page
    assert "whole samples that it never saw" in page
    assert "A warning to be seen." in page
    assert "Random forest on region measurements" in page
    assert "Noctiluca" in page
    assert 'class="few"' in page  # Noctiluca has 8 held-out objects
    assert "score 60%: 50% right of 8" in page
    assert "150 objects of 2 taxa from 3 samples" in page


def test_a_ready_model_leads_to_its_prediction_for_who_may_predict(open_page, lake, alice, vera):
    model = make_ready(lake.project, lake.disc, lake.bar)
    address = f"/projects/{lake.project.pk}/predict/?model={model.pk}"
    page = f"/models/{model.pk}/?project={lake.project.pk}"
    assert address in open_page(alice, page)
    assert 'name="model"' in open_page(alice, address)
    assert address not in open_page(vera, page)
    Model.objects.filter(pk=model.pk).update(archived=now())
    assert address not in open_page(alice, page), "an archived model is not offered"


def test_who_compares_before_there_is_a_model_is_led_to_the_models(open_page, project, alice):
    assert '<a href="/models/">See the models</a>' in open_page(alice, "/models/compare/")


def test_a_cell_of_the_confusion_matrix_opens_its_objects(open_page, lake, vera):
    model = make_ready(lake.project, lake.disc, lake.bar)
    page = open_page(vera, f"/models/{model.pk}/")
    url = f"/projects/{lake.project.pk}/?held_out={model.pk}:{lake.disc}:{lake.bar}"
    assert url in page
    assert 'aria-label="1: Noctiluca, called Chaetognatha"' in page  # else a list of links reads: 7, 1, 30
    assert open_page(vera, url) not in (403, 404)


@pytest.fixture
def with_cell(lake):
    """A model that took three of Noctiluca for Chaetognatha, with the numbers of both taxa."""
    model = make_ready(lake.project, lake.disc, lake.bar)
    HeldOut.objects.bulk_create(
        HeldOut(model=model, object=each, taxon_id=lake.disc, predicted_id=lake.bar, score=score)
        for each, score in zip(lake.settled, (0.6, 0.9, 0.7), strict=False)
    )
    return model, f"/models/{model.pk}/parts/cell/?cell={lake.disc}:{lake.bar}"


def test_a_cell_shows_its_objects_the_surest_first(open_page, lake, with_cell, vera):
    model, url = with_cell
    part = open_page(vera, url, HX_Request="true")
    assert "1 × Noctiluca, called Chaetognatha" in part  # as the matrix counts them
    assert [part.index(f"?id={lake.settled[k].pk}") for k in (1, 2, 0)] == sorted(
        part.index(f"?id={lake.settled[k].pk}") for k in (0, 1, 2)
    )
    assert part.count("/vignettes/v/") == 3
    assert f"/projects/{lake.project.pk}/?held_out={model.pk}:{lake.disc}:{lake.bar}" in part


def test_a_cell_of_others_or_none_has_no_page(client, open_page, lake, with_cell, vera, dan):
    model, url = with_cell
    assert open_page(dan, url) == 404
    other = create_project(title="Dan's own", owner=dan)
    model.projects.add(other)
    assert "/vignettes/" not in open_page(dan, url)
    assert open_page(vera, url + "0") == 404
    client.force_login(vera)
    answer = client.get(f"/models/{model.pk}/parts/cell/?cell=nonsense", headers={"HX-Request": "true"})
    assert "takes the numbers of two taxa" in answer.content.decode()


def test_a_model_says_first_what_to_rely_on(open_page, lake, vera):
    page = open_page(vera, f"/models/{make_ready(lake.project, lake.disc, lake.bar).pk}/")
    assert "Names 37 of 38 right" in page
    assert "<b>Rely on</b> Chaetognatha." in page
    assert '<p class="error">A warning to be seen.</p>' in page
    assert "Check what it calls</b> Noctiluca (7 of 8 found)." in page
    assert page.index("Names 37 of 38 right") < page.index("Confusion matrix") < page.index("How sure is it?")


def test_genera_are_latin_and_a_trait_without_values_is_no_fault(open_page, lake, vera):
    model = make_ready(lake.project, lake.disc, lake.bar)
    left_out = "The trait Egg sacs was not learnt: fewer than 2 values of it."
    model.metrics["warnings"] = [left_out]
    model.save(update_fields=["metrics"])
    Taxon.objects.filter(pk=lake.disc).update(rank="Genus")
    page = open_page(vera, f"/models/{model.pk}/")
    assert "Check what it calls</b> <i>Noctiluca</i> (7 of 8 found)." in page
    assert f'<p class="hint">{left_out}</p>' in page


def test_accuracy_and_macro_f1_are_the_same_wherever_they_are_told(client, open_page, unfold, lake, alice):
    model = make_ready(lake.project, lake.disc, lake.bar)
    pages = [
        open_page(alice, "/models/"),
        open_page(alice, f"/models/{model.pk}/"),
        open_page(alice, f"/models/{model.pk}/parts/taxa/"),
        open_page(alice, f"/projects/{lake.project.pk}/predict/"),
    ]
    for page in pages:
        assert "0.974" in page
        assert "0.959" in page
    answer = client.get(f"/api/v1/models/{model.pk}/").json()
    metrics = answer["metrics"]
    assert answer["verdict"][1] == "Rely on Chaetognatha."
    assert (metrics["accuracy"], metrics["macro_f1"]) == (0.9737, 0.9586)
    whole = unfold(alice, model)
    assert "would lift macro-F1 by about <strong>0.015</strong>" in whole
    assert "held out 0." not in whole  # the epochs' figures are of the fold that the model is tuned by


def test_titles_of_other_peoples_projects_stay_secret(open_page, unfold, lake, vera, dan):
    model = make_ready(lake.project, lake.disc, lake.bar)
    model.projects.add(create_project(title="Secret survey", owner=dan))
    for page in (open_page(vera, "/models/"), unfold(vera, model)):
        assert "Secret survey" not in page
        assert "1 that you are not a member of" in page


def test_who_is_in_two_of_its_projects_chooses_where_cells_lead(open_page, lake, vera, dan):
    model = make_ready(lake.project, lake.disc, lake.bar)
    other = create_project(title="Other bay", owner=dan)
    set_role(project=other, user=vera, role=Role.VIEWER)
    model.projects.add(other)
    page = open_page(vera, f"/models/{model.pk}/?project={other.pk}")
    assert f"/projects/{other.pk}/?held_out={model.pk}" in page


def test_the_taxa_follow_the_chosen_projects(open_page, lake, alice):
    part = open_page(alice, f"/models/new/?project={lake.project.pk}", HX_Request="true")
    assert "<html" not in part
    assert "3 taxa with validated objects" in part
    assert part.index("Chaetognatha") < part.index("Cladocera")  # the most first
    assert "Choose a project to see its taxa" in open_page(alice, "/models/new/", HX_Request="true")


def test_the_form_starts_a_training(client, lake, alice):
    client.force_login(alice)
    answer = client.post(
        "/models/new/",
        {
            "project": lake.project.pk,
            "taxa_shown": 1,
            "taxon": [lake.disc, lake.bar],
            "backbone": "resnet18",
            "epochs": "3",
            "image_size": "96",
            "name": "Bay",
        },
    )
    model = Model.objects.get(name="Bay")
    assert answer.url == f"/models/{model.pk}/"
    assert model.settings == {"backbone": "resnet18", "pretrained": False, "epochs": 3, "image_size": 96}
    assert model.learning_set.recipe["taxa"] == [lake.disc, lake.bar]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"epochs": "many"}, "Epochs is &#x27;many&#x27;, but takes a whole number from 0 to 500."),
        ({"epochs": "900"}, "takes a whole number from 0 to 500"),
        ({"taxa_shown": 1}, "Tick at least two taxa"),
        ({"project": ""}, "Choose at least one project"),
        ({"backbone": "vgg"}, "takes one of compact_resnet"),
    ],
)
def test_the_form_says_what_is_wrong_and_keeps_what_was_filled_in(client, lake, alice, fields, why):
    client.force_login(alice)
    answer = client.post("/models/new/", {"project": lake.project.pk, "name": "Kept name", **fields})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert why in page
    assert "Kept name" in page
    assert not Model.objects.exists()


def test_a_manager_of_another_project_cannot_train_on_this_one(client, lake, dan):
    create_project(title="Dan's own", owner=dan)
    client.force_login(dan)
    answer = client.post("/models/new/", {"project": lake.project.pk})
    assert answer.status_code == 400
    assert not Model.objects.exists()


def test_the_predict_page_says_how_much_there_is_to_do(client, open_page, lake, alice):
    url = f"/projects/{lake.project.pk}/predict/"
    assert "There is no model yet" in open_page(alice, url)
    model = make_ready(lake.project, lake.disc, lake.bar)
    page = open_page(alice, url)
    assert '<strong class="number">10</strong>' in page
    assert "Bay" in page
    answer = client.post(url, {"model": model.pk})
    job = Job.objects.get(kind="predict")
    assert answer.url == f"/jobs/{job.pk}/"
    assert job.params == {"model": model.pk, "filter": {}, "precision": None}


def test_predicting_without_a_ready_model_says_so(client, lake, alice):
    url = f"/projects/{lake.project.pk}/predict/"
    client.force_login(alice)
    assert "Choose a model first." in client.post(url, {}, follow=True).content.decode()
    unready = make_model(lake.project, "running")
    assert "is not ready" in client.post(url, {"model": unready.pk}, follow=True).content.decode()
    assert client.post(url, {"model": 10**12}).status_code == 404


# --- The whole of a model's figures, and what older models lack -------------------------------------------------------

PARTS = {
    "intervals": "0.930 to 0.980",
    "guess": "Always the most frequent taxon",
    "precision_recall": 'id="curve"',
    "learning_curve": 'id="more-labels"',
    "reliability": 'id="calibration"',
    "hierarchy": 'id="hierarchy"',
    "thresholds": 'id="promises"',
    "conformal": "Stated coverage",
    "novelty": "cosine distance to the 20th neighbour",
    "traits": 'id="traits"',
    "samples": 'id="samples"',
    "watt_hours": "9.5 Wh",
    "device": "<td>cpu</td>",
    "minutes": "12.5 minutes",
    "top5_accuracy": "Among the best five",
}
TOO_FEW_TO_PROMISE = "Too few samples are held out for a promise: 1 that the model did not learn from."


@shared_rows
def whole(lake):
    """A model with all figures, on the lake's own samples and objects."""
    model = make_ready(lake.project, lake.disc, lake.bar)
    samples = [str(pk) for pk in lake.project.samples.values_list("pk", flat=True)]
    objects = [each.pk for each in lake.settled]
    model.metrics |= {
        key: further_metrics(model.metrics["confusion"], samples, objects)[key]
        for key in ("samples", "worst")
    }
    model.save()
    return model


def test_every_part_is_shown_to_who_may_see_it(unfold, whole, vera):
    page = unfold(vera, whole)
    for words in (
        *PARTS.values(),
        "Farthest apart: tow_2: right 84%",
        "The worst mistakes",
        "/vignettes/v/",
        "learning-sets",
    ):
        assert words in page, words
    assert "2 taxa have too few checked objects to promise 95 %" in page
    assert "59 checked objects without an error" in page
    assert "called <b>Chaetognatha</b> <small>0.99</small><br>is <b>Noctiluca</b>" in page
    assert page.count('role="img"') == 7
    assert 'name="wanted_precision"' not in page


def test_taxa_in_too_few_samples_are_named_with_what_would_help(unfold, whole, vera):
    weak = [taxon for taxon, value in whole.metrics["thresholds"]["0.95"].items() if value is None]
    for entry in whole.metrics["back_off"]:
        entry |= {"more_samples": {weak[0]: 7}, "samples": 3}
    whole.save()
    page = unfold(vera, whole)
    assert "1 taxon is in too few samples to promise 95 %" in page
    assert "labels from up to 7 more samples" in page
    assert "1 taxon has too few checked objects to promise 95 %" in page


@pytest.mark.parametrize(
    ("able", "words"), [(0, TOO_FEW_TO_PROMISE), (1, "it is a promise for samples like that one")]
)
def test_that_nothing_is_promised_on_one_sample_has_its_reason(unfold, whole, vera, able, words):
    """Beside a verdict that relies on a taxon."""
    taxa = list(whole.metrics["thresholds"]["0.95"])
    promised = {taxon: 0.5 if place < able else None for place, taxon in enumerate(taxa)}
    whole.metrics["thresholds"] = dict.fromkeys(whole.metrics["thresholds"], promised)
    for entry in whole.metrics["back_off"]:
        entry["samples"] = 1
    whole.save()
    page = unfold(vera, whole)
    assert f"At 95 %, {able} of {len(taxa)} taxa can promise it" in page
    assert words in page
    assert (TOO_FEW_TO_PROMISE in page) == (not able)


@pytest.mark.parametrize("missing", PARTS)
def test_a_part_is_absent_where_an_older_model_has_no_figures_for_it(unfold, whole, vera, missing):
    del whole.metrics[missing]
    whole.save()
    page = unfold(vera, whole)
    assert PARTS[missing] not in page
    assert "Confusion matrix" in page


@pytest.mark.parametrize("missing", sorted(PARTS))
def test_a_part_may_be_empty(unfold, whole, vera, missing):
    whole.metrics[missing] = None
    whole.save()
    assert PARTS[missing] not in unfold(vera, whole)


def test_an_old_model_still_shows_what_it_has(unfold, lake, vera):
    model = make_old(lake.project, lake.disc, lake.bar)
    page = unfold(vera, model)
    for part in ("Random forest on region measurements", 'id="calibration"', 'id="made"', "0.959"):
        assert part in page
    for part in ('id="curve"', 'id="promises"', 'id="traits"', "95 % intervals, by drawing"):
        assert part not in page


def test_a_model_without_figures_says_so(open_page, lake, vera):
    model = make_ready(lake.project, lake.disc, lake.bar)
    Model.objects.filter(pk=model.pk).update(metrics={}, history=[{"epoch": 1}])
    assert "No figures came with this model" in open_page(vera, f"/models/{model.pk}/")


def test_samples_and_objects_of_others_stay_secret(client, unfold, whole, lake, dan):
    other = create_project(title="Dan's own", owner=dan)
    whole.projects.add(other)
    page = unfold(dan, whole)
    for secret in ("tow_1", "/vignettes/", f"?id={lake.settled[0].pk}", "Villefranche"):
        assert secret not in page
    assert "a sample of another project" in page
    metrics = client.get(f"/api/v1/models/{whole.pk}/").json()["metrics"]
    assert metrics["worst"] == []
    assert {entry["sample"] for entry in metrics["samples"]} == {None}


def test_the_matrix_turns_to_what_is_confused_and_to_shares(open_page, whole, vera):
    part = open_page(
        vera, f"/models/{whole.pk}/parts/confusion/?order=confusion&cells=shares", HX_Request="true"
    )
    assert "<html" not in part
    assert "Percent of the row." in part
    assert ">88</a>" in part  # 7 of 8
    assert 'aria-current="true" href="?order=confusion' in part


def test_another_taxon_has_another_curve(open_page, whole, lake, vera):
    part = open_page(vera, f"/models/{whole.pk}/parts/curve/?taxon={lake.disc}", HX_Request="true")
    assert "Noctiluca: average precision 0.910" in part
    assert open_page(vera, f"/models/{whole.pk}/parts/curve/?taxon=nonsense", HX_Request="true") != 404
    assert open_page(vera, f"/models/{whole.pk}/parts/secrets/") == 404


def test_all_mistakes_come_when_they_are_asked_for(open_page, whole, vera):
    page = open_page(vera, f"/models/{whole.pk}/")
    assert page.count("<li><a href=") == 12
    part = open_page(vera, f"/models/{whole.pk}/parts/worst/")
    assert part.count("<li><a href=") == len(whole.metrics["worst"])


def test_likely_label_errors_lead_to_each_project(unfold, whole, lake, vera):
    HeldOut.objects.bulk_create(
        HeldOut(
            model=whole, object=each, taxon_id=lake.disc, predicted_id=lake.bar, score=1, is_suspect=k < 2
        )
        for k, each in enumerate(lake.settled[:5])
    )
    page = unfold(vera, whole)
    assert (
        f'<a href="/projects/{lake.project.pk}/?suspect={whole.pk}">2 objects in Villefranche 2026</a>'
        in page
    )


def test_a_page_of_many_taxa_stays_light(open_page, lake, vera, django_assert_max_num_queries):
    taxa = list(ensure_taxa([TaxonName(f"Copepod number {n}") for n in range(110)]).values())
    model = make_large(lake.project, taxa, [], [each.pk for each in lake.settled])
    with django_assert_max_num_queries(40):
        page = open_page(vera, f"/models/{model.pk}/")
    assert "The 70 rarest taxa are not shown." in page
    assert len(page) < 110_000


# --- Predicting what the bench has filtered, and looking first --------------------------------------------------------


def test_what_the_bench_has_filtered_is_predicted_alone(open_page, client, lake, alice):
    model = make_ready(lake.project, lake.disc, lake.bar)
    url = f"/projects/{lake.project.pk}/predict/"
    page = open_page(
        alice, f"{url}?filter=state%3Dpredicted%26order%3D-score%26sample%3D{lake.unsettled[2].sample_id}"
    )
    of_sample = [
        each for each in lake.unsettled if each.sample_id == lake.unsettled[2].sample_id and each.state == "P"
    ]
    assert f'<strong class="number">{len(of_sample)}</strong> object' in page
    assert "tow_2" in page
    assert "Predict all objects instead" in page
    sent = re.search(r'name="filter" value="([^"]+)"', page).group(1).replace("&amp;", "&")
    client.post(url, {"model": model.pk, "filter": sent, "precision": "guess"})
    job = Job.objects.get(kind="predict")
    assert job.params["filter"] == {"state": ["predicted"], "sample": [lake.unsettled[2].sample_id]}


def test_a_wrong_filter_is_refused_by_name(client, lake, alice):
    client.force_login(alice)
    answer = client.get(f"/projects/{lake.project.pk}/predict/?filter=state%3Dripe")
    assert answer.status_code == 400
    assert "`state` is 'ripe', but takes" in answer.content.decode()


def test_a_preview_is_of_one_model_or_of_two(client, lake, alice):
    one, other = (make_ready(lake.project, lake.disc, lake.bar, name=name) for name in ("One", "Other"))
    client.force_login(alice)
    url = f"/projects/{lake.project.pk}/predict/preview/"
    client.post(
        url, {"model": one.pk, "against": other.pk, "filter": "state=unclassified", "precision": "guess"}
    )
    job = Job.objects.get(kind="preview_prediction")
    assert job.params == {
        "models": [one.pk, other.pk],
        "filter_json": {"state": ["unclassified"]},
        "precision": None,
        "objects": 500,
    }
    twice = client.post(url, {"model": one.pk, "against": one.pk}, follow=True)
    assert "A preview takes one model, or two different ones." in twice.content.decode()


def test_the_page_of_a_preview_says_what_would_change_with_pictures(open_page, lake, alice):
    model = make_ready(lake.project, lake.disc, lake.bar, name="Newer")
    params = {"models": [model.pk], "filter_json": {}, "precision": 0.9, "objects": 500}
    job = Job.objects.create(kind="preview_prediction", project=lake.project, state="done", params=params)
    rows = [[each.pk, each.taxon_id, lake.bar, 0.8] for each in lake.unsettled]
    PredictionPreview.objects.create(job=job, waiting=1000, rows=rows)
    page = " ".join(open_page(alice, f"/previews/{job.pk}/").split())
    assert "drawn by chance from the 1,000 that nobody has settled" in page
    assert '<dd>100 %</dd><dd class="hint">10 objects; 72 to 100 % of all</dd>' in page
    assert "<b>Noctiluca</b>" in page
    assert "<b>no name</b>" in page
    assert page.count('loading="lazy"') == 10
    assert "Predict all 1,000 with it" in page
    assert f'name="precision" value="{0.9}"' in page


def test_what_has_a_label_is_left_within_the_filter_alone(client, lake, alice):
    model = make_ready(lake.project, lake.disc, lake.bar)
    client.force_login(alice)
    url = f"/projects/{lake.project.pk}/predict/"
    sample = lake.unsettled[0].sample_id
    refused = client.post(url, {"model": model.pk, "filter": "state=predicted", "replace": "no"}, follow=True)
    assert "all that the filter matches has a label" in refused.content.decode()
    assert not Job.objects.filter(kind="predict").exists()
    client.post(url, {"model": model.pk, "filter": f"sample={sample}", "replace": "no", "precision": "guess"})
    assert Job.objects.get(kind="predict").params["filter"] == {"state": ["unclassified"], "sample": [sample]}
