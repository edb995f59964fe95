"""The page of abundances, its files and its API: numbers with units, what they stand on, what to do next."""

import csv
import io

import pyarrow.parquet as pq
import pytest
from django.test import Client
from django.urls import reverse

from annotations.abundance.models import DrawnObject, ValidationPlan
from annotations.abundance.plans import draw_plan
from annotations.abundance.wording import count_in_words, interval_in_words
from annotations.jobs.actions import cancel_job
from annotations.jobs.models import Job, JobState
from annotations.labels.models import Batch
from annotations.learning.models import HeldOut, Model, Prediction
from annotations.projects.models import Project
from annotations.projects.optionlists import CARRIED
from annotations.samples.models import Acquisition, Object, Sample
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from tests.run_jobs import work

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(catch, client: Client, bob) -> str:
    client.force_login(bob)
    return reverse("abundance:table", args=[catch.project.pk])


def words_of(response) -> str:
    return " ".join(response.content.decode().replace("<wbr>", "").split())


@pytest.fixture
def counted(catch, count, bob):
    """In tow_1 three of ten are validated, in tow_2 all four."""
    created = catch.haul("tow_1", [0.8] * 10)
    catch.name(bob, created[:3], catch.copepod)
    catch.name(bob, catch.haul("tow_2", [0.9] * 4), catch.copepod)
    count()
    return catch


def test_an_empty_page_says_what_to_do(page, client):
    words = words_of(client.get(page))
    assert "Count the samples" in words and "every number has its interval" in words


def test_without_a_model_it_leads_who_may_predict_to_one(page, client, catch, alice):
    Batch.objects.filter(project=catch.project).delete()
    predict = reverse("learning:predict", args=[catch.project.pk])
    words = words_of(client.get(page))
    assert "No model has predicted here yet" in words and predict not in words
    client.force_login(alice)
    assert predict in words_of(client.get(page))


def test_without_a_model_what_is_validated_is_counted_and_it_says_so(page, client, catch, count, bob):
    created = catch.haul("tow_1", [0.9] * 4)
    catch.name(bob, created[:1], catch.copepod)
    Batch.objects.filter(project=catch.project).update(model_id=None)
    count()
    words = words_of(client.get(page))
    assert "validated alone</span>, 1 sample" in words and "by no model" in words
    assert '<td class="n" data-is="Objects">1</td> <td class="n" data-is="95 % interval">1 to 4</td>' in words
    assert "3 objects stand under no taxon: neither a person nor a model has named them." in words


def test_the_button_counts(page, client, catch):
    catch.haul("tow_1", [0.9] * 4)
    response = client.post(page, {"model": catch.model.pk})
    job = Job.objects.get(kind="estimate_abundance")
    assert response.url == reverse("jobs:detail", args=[job.pk])
    assert work(job).message == "Counted 4 objects of 1 samples."
    assert "See the abundances" in words_of(client.get(response.url))


def test_each_number_stands_with_its_interval_and_its_basis(page, client, counted):
    words = words_of(client.get(page))
    assert (
        '<td class="n" data-is="Objects">8.6</td> <td class="n" data-is="95 % interval">3 to 10</td>' in words
    )
    assert '<td class="n" data-is="Objects">4</td> <td class="n" data-is="95 % interval">exact</td>' in words
    assert "model alone</span>, 1 sample" in words and "counted</span>, 1 sample" in words
    assert "People have validated 7 of them; 0 of these were drawn by chance" in words


def test_a_sample_shows_its_taxa(page, client, counted):
    sample = Sample.objects.get(original_id="tow_1")
    words = words_of(client.get(page, {"sample": sample.pk}))
    assert "Chaetognatha" in words and "Copepoda" in words and ">tow_1</h2>" in words


def test_a_taxon_that_is_not_in_the_table_is_a_page_of_404(page, client, counted):
    assert client.get(page, {"taxon": 999_999}).status_code == 404


def volume(catch, sample: str, total: str, *parts: str) -> None:
    """Of the sample, and of its acquisitions one each."""
    row = Sample.objects.get(original_id=sample)
    row.fields = {"tot_vol": total}
    row.save()
    Acquisition.objects.filter(sample=row).update(fields={"sub_part": parts[0]})
    for number, part in enumerate(parts[1:]):
        Acquisition.objects.create(sample=row, original_id=f"more_{number}", fields={"sub_part": part})


def test_numbers_per_cubic_metre_where_the_volume_is_certain(page, client, counted):
    """Four copepods in a quarter of what 8 m³ held are sixteen, 2 in each m³."""
    volume(counted, "tow_2", "8", "4")
    volume(counted, "tow_1", "8", "4", "2")
    words = words_of(client.get(page, {"volume_unit": "m3"}))
    assert '<td class="n" data-is="Per m³">2</td>' in words
    tables = page.replace("abundance", "results")
    assert f'sub-sampled differently: <a href="{tables}">Results › Tables</a> works out a number' in words
    assert '<td class="n" data-is="Per m³">2,000</td>' in words_of(client.get(page, {"volume_unit": "l"}))


def test_nobody_guesses_the_unit_of_a_volume(page, client, counted):
    volume(counted, "tow_2", "8", "4")
    words = words_of(client.get(page))
    assert "Per m³" not in words and "Say in which unit" in words


def read_csv(response) -> list[dict]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_files_have_every_sample_and_taxon(page, client, counted):
    volume(counted, "tow_2", "8", "4")
    address = reverse("abundance:download", args=[counted.project.pk])
    rows = read_csv(client.get(address, {"volume_unit": "m3"}))
    by_key = {(row["sample"], row["taxon"]): row for row in rows}
    assert len(rows) == 3
    exact = by_key["tow_2", "Copepoda"]
    assert (exact["validated"], exact["objects"], exact["basis"], exact["objects_per_m3"]) == (
        "4",
        "4.0",
        "exact",
        "2.0",
    )
    assert (
        by_key["tow_1", "Copepoda"]["why_no_volume"]
        == "No number in sample.tot_vol, ssm.sub_part of tow_1: fill it in under Data › Samples and Data › "
        "Acquisitions, or choose another formula under Volumes and formulas."
    )
    parquet = client.get(address, {"format": "parquet"})
    table = pq.read_table(io.BytesIO(b"".join(parquet.streaming_content)))
    assert table["high"].to_pylist()[0] == float(rows[0]["high"])
    assert table["sample"].to_pylist() == [row["sample"] for row in rows]


@pytest.fixture
def counted_otherwise(counted, count):
    for name in ("past_1", "past_2", "past_3"):
        counted.hold_out(name, [[8, 2], [1, 9]])
    count()
    return counted


def test_adjusted_counts_and_em_stand_beside_with_intervals(page, client, counted_otherwise):
    figure = counted_otherwise.figure("tow_1", counted_otherwise.copepod)
    words = words_of(client.get(page))
    for name, count, low, high in (
        ("Adjusted count", figure.adjusted, figure.adjusted_low, figure.adjusted_high),
        ("Saerens’ EM", figure.em, figure.em_low, figure.em_high),
    ):
        interval = f'<span class="hint">{interval_in_words(low, high)}</span>'
        assert f'data-is="{name}">{count_in_words(count)} {interval}</td>' in words
    assert "Which number to trust" in words and "They have no intervals here" not in words


def test_the_page_says_why_they_have_no_intervals(page, client, counted_otherwise, count):
    HeldOut.objects.filter(object__sample__original_id="past_3").delete()
    count()
    words = words_of(client.get(page))
    assert "held-out objects are of fewer than three samples" in words


def test_without_held_out_objects_neither_is_spoken_of(page, client, counted):
    words = words_of(client.get(page))
    assert "Adjusted count" not in words and "Saerens" not in words


def test_files_and_api_have_them(page, client, counted_otherwise):
    figure = counted_otherwise.figure("tow_1", counted_otherwise.copepod)
    rows = read_csv(client.get(reverse("abundance:download", args=[counted_otherwise.project.pk])))
    line = next(row for row in rows if (row["sample"], row["taxon"]) == ("tow_1", "Copepoda"))
    route = reverse("api:abundance", args=[counted_otherwise.project.pk])
    answer = client.get(route, {"taxon": counted_otherwise.copepod}).json()["rows"]
    row = next(row for row in answer if row["sample_name"] == "tow_1")
    for name in ("adjusted", "adjusted_low", "adjusted_high", "em", "em_low", "em_high"):
        assert float(line[name]) == row[name] == getattr(figure, name) is not None


def test_a_job_that_is_cancelled_leaves_the_former_table(page, client, counted):
    client.post(page, {"model": counted.model.pk})
    job = cancel_job(job=Job.objects.filter(kind="estimate_abundance").latest("pk"))
    assert work(job).state == JobState.CANCELLED
    assert counted.figure("tow_2", counted.copepod).estimate == 4


# --- What to validate next --------------------------------------------------------------------------------------------


def test_the_plan_is_of_the_widest_interval_and_opens_on_the_bench(page, client, counted):
    words = words_of(client.get(page))
    assert "tow_1: Copepoda ± 4" in words
    sample = Sample.objects.get(original_id="tow_1")
    response = client.post(
        reverse("abundance:plans", args=[counted.project.pk]), {"sample": sample.pk, "objects": 5}
    )
    plan = ValidationPlan.objects.get()
    assert response.url.startswith(f"{reverse('gallery:bench', args=[counted.project.pk])}?plan={plan.pk}&")
    validated = {one.pk for one in counted.objects["tow_1"][:3]}
    drawn = set(plan.drawn.values_list("object_id", flat=True))
    assert len(drawn) == 5 and not drawn & validated
    assert "0 of 5" in words_of(client.get(page))


def test_the_filter_of_a_plan_finds_what_was_drawn(counted, client, bob):
    client.force_login(bob)
    sample = Sample.objects.get(original_id="tow_1").pk
    route = reverse("api:validation_plans", args=[counted.project.pk])
    created = client.post(route, {"samples": [sample], "objects": 4}, content_type="application/json").json()
    assert (created["objects"], created["validated"], created["user"]) == (4, 0, "Bob")
    objects = client.get(reverse("api:objects", args=[counted.project.pk]), {"plan": created["id"]}).json()[
        "results"
    ]
    assert {one["id"] for one in objects} == set(DrawnObject.objects.values_list("object_id", flat=True))
    assert client.get(route).json() == {"results": [created], "next": None}


def test_what_is_validated_already_can_not_be_drawn(counted, client, bob):
    client.force_login(bob)
    sample = Sample.objects.get(original_id="tow_2").pk
    route = reverse("api:validation_plans", args=[counted.project.pk])
    response = client.post(route, {"samples": [sample], "objects": 4}, content_type="application/json")
    assert response.status_code == 400
    assert "settled, or drawn already" in response.content.decode()
    assert not ValidationPlan.objects.exists()


# --- By the API -------------------------------------------------------------------------------------------------------


def test_the_api_counts_and_gives_rows(counted, client, bob):
    client.force_login(bob)
    route = reverse("api:abundance", args=[counted.project.pk])
    body = client.get(route, {"taxon": counted.copepod}).json()
    assert [(row["sample_name"], row["basis"], row["validated"]) for row in body["rows"]] == [
        ("tow_1", "model", 3),
        ("tow_2", "exact", 4),
    ]
    assert (body["objects"], body["validated"], body["drawn"]) == (14, 7, 0)
    assert body["proposals"][0]["sample"] == Sample.objects.get(original_id="tow_1").pk
    answer = client.post(route, {"taxa_below": [counted.copepod]}, content_type="application/json")
    assert (
        answer.status_code == 202
        and Job.objects.get(pk=answer.json()["id"]).params["model"] == counted.model.pk
    )


def test_the_api_leads_on_page_by_page(counted, client, bob, monkeypatch):
    monkeypatch.setattr("annotations.api.views.abundance.A_PAGE", 2)
    client.force_login(bob)
    route = reverse("api:abundance", args=[counted.project.pk])
    first = client.get(route).json()
    second = client.get(route, {"cursor": first["next"]}).json()
    rows = first["rows"] + second["rows"]
    assert len({(row["sample"], row["taxon"]) for row in rows}) == 3 and second["next"] is None


def test_a_model_that_has_not_predicted_here_is_refused(counted, client, bob, alice):
    client.force_login(bob)
    other = Model.objects.create(name="Elsewhere", owner=bob)
    route = reverse("api:abundance", args=[counted.project.pk])
    answer = client.post(route, {"model": other.pk}, content_type="application/json")
    assert answer.status_code == 400 and "has predicted nothing in this project" in answer.content.decode()


def test_objects_that_left_are_not_counted_by_a_plan(counted, client, bob):
    sample = Sample.objects.get(original_id="tow_1").pk
    client.force_login(bob)
    route = reverse("api:validation_plans", args=[counted.project.pk])
    client.post(route, {"samples": [sample], "objects": 5}, content_type="application/json")
    Object.objects.get(pk=DrawnObject.objects.first().object_id).delete()
    assert client.get(route).json()["results"][0]["objects"] == 4


def test_a_sample_in_which_a_plan_is_under_way_is_proposed_no_more(page, client, counted):
    sample = Sample.objects.get(original_id="tow_1")
    client.post(reverse("abundance:plans", args=[counted.project.pk]), {"sample": sample.pk, "objects": 5})
    words = words_of(client.get(page))
    assert "tow_1: Copepoda" not in words and "0 of 5" in words


def test_coarser_taxa_are_offered_and_hold_what_is_below_them(page, client, catch, count, bob):
    names = [TaxonName("Calanoida", ("Copepoda",)), TaxonName("Cyclopoida", ("Copepoda",))]
    for number, taxon in enumerate(ensure_taxa(names).values()):
        catch.name(bob, catch.haul(f"tow_{number}", [0.9]), taxon)
    catch.name(bob, catch.haul("tow_2", [0.1]), catch.worm)
    count()
    assert '> Copepoda <span class="hint">2 taxa</span>' in words_of(client.get(page))
    client.post(page, {"model": catch.model.pk, "taxa_below": [catch.copepod]})
    work(Job.objects.filter(kind="estimate_abundance").latest("pk"))
    words = words_of(client.get(page))
    assert "Calanoida" not in words and "Coarser taxa: 1" in words


def test_a_sample_in_the_bin_is_left_out(page, client, counted):
    hidden = Project.objects.create(title="Bin", bin_of=counted.project, deleted=counted.project.created)
    Sample.objects.filter(original_id="tow_2").update(project=hidden)
    words = words_of(client.get(page))
    assert "tow_1" in words and "tow_2" not in words
    assert len(read_csv(client.get(reverse("abundance:download", args=[counted.project.pk])))) == 2


def test_a_sample_that_is_counted_without_the_model_says_so(page, client, catch, count, bob):
    catch.haul("tow_1", [0.9] * 40)
    sample = Sample.objects.get(original_id="tow_1")
    plan = draw_plan(user=bob, project=catch.project, samples=[sample.pk], objects=15)
    catch.name(bob, [row.object for row in plan.drawn.select_related("object")], catch.copepod)
    count()
    assert "from the random objects alone" not in words_of(client.get(page))
    Prediction.objects.filter(object__in=plan.drawn.values("object")).delete()
    count()
    assert "In 1 sample the model has not looked at all objects" in words_of(client.get(page))
    Model.objects.filter(pk=catch.model.pk).update(method=Model.Method.REFIT)
    assert "This model is fitted anew while people sort" in words_of(client.get(page))


# --- Of many samples and taxa -----------------------------------------------------------------------------------------


@pytest.fixture
def long_table(catch, count, bob) -> list[str]:
    """Names of taxa, an object of each in a sample of its own: more than a page carries."""
    names = [f"Taxon {number:02}" for number in range(CARRIED + 5)]
    taxa = ensure_taxa([TaxonName(name) for name in names])
    for place, taxon in enumerate(taxa.values()):
        created = catch.haul(f"tow_{place:02}", [0.9])
        Object.objects.filter(pk=created[0].pk).update(taxon_id=taxon, state="V")
    Prediction.objects.all().delete()
    count()
    return names


def test_a_page_carries_no_whole_lists_of_samples_and_taxa(page, client, catch, long_table):
    html = client.get(page).content.decode()
    assert html.count("<option") < 2 * (CARRIED + 5)
    for key in ("counted-taxa", "counted-samples"):
        assert f'data-options="{reverse("api:project_options", args=[catch.project.pk, key])}"' in html


def test_what_a_page_does_not_carry_is_found_by_typing(client, bob, catch, long_table):
    client.force_login(bob)
    for key, text in (("counted-taxa", long_table[-1]), ("counted-samples", "tow_54")):
        route = reverse("api:project_options", args=[catch.project.pk, key])
        assert [one["name"] for one in client.get(route, {"q": text}).json()] == [text]


def test_what_is_chosen_is_in_its_list_though_it_is_far_behind(page, client, long_table):
    sample = Sample.objects.get(original_id="tow_54")
    html = words_of(client.get(page, {"sample": sample.pk}))
    assert f'<option value="{sample.pk}" selected>tow_54</option>' in html


def test_where_nothing_is_chosen_the_most_abundant_taxon_is(page, client, counted):
    """Of copepods there are more than of worms, whose name comes first."""
    html = words_of(client.get(page))
    assert f'<option value="{counted.copepod}" selected>Copepoda</option>' in html
    assert '<h2 id="the-table">Copepoda</h2>' in html


def test_lists_have_what_is_in_the_table_alone(client, bob, counted):
    client.force_login(bob)
    ensure_taxa([TaxonName("Nowhere")])
    route = reverse("api:project_options", args=[counted.project.pk, "counted-taxa"])
    names = [one["name"] for one in client.get(route).json()]
    assert names == ["Chaetognatha", "Copepoda"]
