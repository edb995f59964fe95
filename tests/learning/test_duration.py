"""What the form of a training says that it will do, measured by what has been trained here."""

import re
from datetime import UTC, datetime

import pytest

from annotations.jobs.models import Job
from annotations.learning import duration
from annotations.learning.actions import start_training
from annotations.learning.duration import Expected, PlannedTraining, Training, network_of, usual_method
from annotations.learning.models import DeviceSpeed, Model
from annotations.learning.speeds import keep_speed
from annotations.samples.models import Object
from tests.learning.models import make_ready

HOUR = {"method": "network", "network": "resnet18", "image_size": "", "device": "cpu"}


def expected(trainings, method, objects, network="", speeds=(), **more):
    return duration.expected(trainings, list(speeds), PlannedTraining(method, objects, network, **more))


def test_minutes_grow_with_objects_and_epochs():
    trainings = [Training(**HOUR, minutes=60, objects=1000, epochs=30)]
    assert expected(trainings, "network", 500, "resnet18").text == (
        "about 30 minutes, measured by an earlier training here (cpu)"
    )
    assert expected(trainings, "network", 500, "resnet18", epochs=10).minutes == pytest.approx(10)


def test_the_middle_of_several_counts_and_only_of_those_that_are_alike():
    trainings = [Training(**HOUR, minutes=minutes, objects=1000, epochs=30) for minutes in (50, 60, 900)]
    trainings.append(Training(**HOUR | {"network": "resnet50"}, minutes=1, objects=1000, epochs=30))
    forecast = expected(trainings, "network", 1000, "resnet18")
    assert (forecast.minutes, forecast.measured) == (pytest.approx(60), "by 3 earlier trainings here (cpu)")
    assert expected(trainings, "network", 9000, "resnet18").text.startswith("about 9.0 hours")


def test_a_larger_set_is_not_seen_as_often_as_a_small_one_was():
    small = Training(**HOUR | {"network": "compact_resnet"}, minutes=1, objects=1000, epochs=100)
    forecast = expected([small], "network", 20_000, "compact_resnet")
    assert forecast.minutes == pytest.approx(20 * 50 / 100)


@pytest.mark.parametrize(
    ("method", "network", "objects"),
    [("features", "resnet18", 10), ("network", "vgg", 10), ("network", "resnet18", 0)],
)
def test_what_was_never_measured_has_no_number(method, network, objects):
    trainings = [Training(**HOUR, minutes=60, objects=1000, epochs=30)]
    assert expected(trainings, method, objects, network) is None


def test_another_device_says_nothing_of_this_one():
    last = Training(**HOUR | {"device": "cuda"}, minutes=1, objects=1000, epochs=30)
    slow = Training(**HOUR, minutes=60, objects=1000, epochs=30)
    assert expected([last, slow, slow], "network", 1000, "resnet18").minutes == pytest.approx(1)


def test_features_of_a_network_that_has_learnt_nothing_are_patches():
    assert network_of("features", "resnet18", has_learnt=False) == "patches"
    assert network_of("features", "resnet18", has_learnt=True) == "resnet18"


@pytest.mark.parametrize(
    ("device", "minutes", "objects", "method", "why"),
    [
        ("cpu", 20, 9000, "network", "on a CPU"),
        ("cpu", 200, 90_000, "features", "A network would take about 3.3 hours here"),
        ("cuda", 2, 9000, "network", "on a GPU"),
        ("cuda", 1, 999, "features", "fewer than 1,000 objects"),
        ("cpu", None, 1000, "network", "on a CPU"),
        (None, None, 0, "network", "isn’t known"),
    ],
)
def test_the_usual_method_serves_best_on_the_device_at_hand(device, minutes, objects, method, why):
    usual, reason = usual_method(device, Expected(minutes, "here") if minutes else None, objects)
    assert usual == method
    assert why in reason


# --- Measured by a job ------------------------------------------------------------------------------------------------


def speed(**more) -> DeviceSpeed:
    measured = datetime(2026, 11, 28, tzinfo=UTC)
    facts = {
        "worker": "tursiops",
        "device": "cpu",
        "method": "network",
        "network": "resnet18",
        "image_size": 96,
    }
    return DeviceSpeed(**facts | {"seconds_once": 0.06, "seconds_epoch": 0.12, "measured": measured} | more)


def test_what_was_measured_on_the_device_tells_where_nothing_was_trained():
    forecast = expected([], "network", 1000, "resnet18", [speed()], epochs=10)
    assert forecast.minutes == pytest.approx(1000 * (0.06 + 10 * 0.12) / 60)
    assert forecast.text == "about 21 minutes, measured on tursiops (cpu) on 2026-11-28"


def test_a_training_tells_more_than_a_measurement():
    trainings = [Training(**HOUR, minutes=60, objects=1000, epochs=30)]
    assert "an earlier training" in expected(trainings, "network", 1000, "resnet18", [speed()]).text


@pytest.mark.parametrize(
    ("objects", "fine_tuned", "epochs"), [(1000, False, 100), (1000, True, 15), (100_000, False, 10)]
)
def test_as_many_epochs_are_counted_as_the_training_would_take(objects, fine_tuned, epochs):
    forecast = expected([], "network", objects, "resnet18", [speed(seconds_once=0)], fine_tuned=fine_tuned)
    assert forecast.minutes == pytest.approx(objects * epochs * 0.12 / 60)


def test_the_compact_network_looks_more_often_at_smaller_pictures():
    compact = speed(network="compact_resnet", image_size=48, seconds_once=0)
    for objects, epochs in ((1000, 100), (20_000, 50), (1_000_000, 10)):
        forecast = expected([], "network", objects, "compact_resnet", [compact])
        assert forecast.minutes == pytest.approx(objects * epochs * 0.12 / 60)


@pytest.mark.parametrize(
    "other", [{"image_size": "224"}, {"head": "boosting"}, {"network": "vgg11"}, {"method": "features"}]
)
def test_another_size_head_network_or_method_was_not_measured(other):
    plan = {"method": "network", "objects": 10, "network": "resnet18"} | other
    assert expected([], speeds=[speed()], **plan) is None


@pytest.mark.django_db
def test_what_is_measured_again_takes_the_place_of_what_was():
    for seconds in (1.0, 2.0):
        keep_speed(worker="tursiops", device="cpu", speed=speed(seconds_epoch=seconds))
    assert [one.seconds_epoch for one in DeviceSpeed.objects.all()] == [2.0]


# --- The form ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def ask(client, alice):
    client.force_login(alice)

    def answer(target: str, **fields) -> str:
        headers = {"HX-Request": "true", "HX-Target": target}
        return client.get("/models/new/", fields, headers=headers).content.decode()

    return answer


def amount(page: str) -> list[str]:
    """Objects, taxa, samples."""
    match = re.search(
        r"learn from <strong[^>]*>(\d+)</strong> objects? of (\d+) tax(?:on|a) in (\d+) sample", page
    )
    return list(match.groups()) if match else []


def test_the_form_counts_what_is_chosen(ask, lake):
    whole = ask("taxa", project=lake.project.pk)
    assert "3 taxa with validated objects" in whole
    objects, taxa, samples = map(int, amount(whole))
    assert (objects, taxa) == (Object.objects.filter(project=lake.project, state="V").count(), 3)
    some = ask("plan", project=lake.project.pk, taxa_shown=1, taxon=[lake.disc, lake.bar])
    assert "<html" not in some
    assert int(amount(some)[0]) < objects
    assert amount(some)[1:] == ["2", str(samples)]
    assert "There is nothing to learn from yet" in ask("plan")


def test_the_form_says_minutes_that_were_measured_here_and_no_others(ask, lake):
    plan = ask("plan", project=lake.project.pk)
    assert plan.count("how long isn’t known") == 3
    model = make_ready(lake.project, lake.disc, lake.bar)
    model.method = Model.Method.MEASURE
    model.save()
    plan = ask("plan", project=lake.project.pk)
    assert plan.count("measured by an earlier training here (cpu)") == 1
    assert plan.count("how long isn’t known") == 2


def test_who_may_train_may_have_it_measured_and_sees_how_far_that_is(ask, client, lake):
    assert "Measure now" in ask("plan", project=lake.project.pk)
    fields = {"project": lake.project.pk, "method": "network", "backbone": "vgg11", "image_size": 48}
    answer = client.post("/models/measure-device/", fields, headers={"HX-Request": "true"}).content.decode()
    job = Job.objects.get(kind="measure_device")
    assert (
        "is being measured" in answer and f"/jobs/{job.pk}/" in answer and 'hx-trigger="every 2s"' in answer
    )
    assert (job.params["networks"][-1], job.params["image_sizes"][0], job.queue) == ("vgg11", 48, "gpu")
    Job.objects.update(state="done")
    DeviceSpeed.objects.bulk_create([speed(method="measure", network="", image_size=0), speed()])
    page = ask("measured", project=lake.project.pk, pretrained="on")
    assert "measured on tursiops (cpu) on" in page and "every 2s" not in page
    assert "ResNet 18: less than a minute" in page


def test_who_manages_nothing_measures_nothing(client, bob):
    client.force_login(bob)
    assert client.post("/models/measure-device/").status_code == 403


def test_a_model_is_not_named_after_a_network_that_it_does_not_use(lake, alice):
    def name_of(**options) -> str:
        job = start_training(user=alice, projects=[lake.project], method="features", **options)
        return Model.objects.get(pk=job.params["model"]).name

    assert name_of(backbone="resnet18") == "Villefranche 2026, features of patches"
    assert name_of(backbone="resnet18", pretrained=True) == "Villefranche 2026, features of resnet18"


def test_the_form_starts_with_the_method_that_serves_best(client, lake, alice):
    client.force_login(alice)
    page = client.get(f"/models/new/?project={lake.project.pk}").content.decode()
    assert re.search(r'value="features"[^>]*checked', page)
    assert "features are patches that are learnt from your own images" in page
