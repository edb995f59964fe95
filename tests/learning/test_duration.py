"""What the form of a training says that it will do, measured by what has been trained here."""

import re

import pytest

from annotations.learning.actions import start_training
from annotations.learning.duration import Training, expected, network_of, usual_method
from annotations.learning.models import Model
from annotations.samples.models import Object
from tests.learning.models import make_ready

HOUR = {"method": "network", "network": "resnet18", "image_size": "", "device": "cpu"}


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
    assert (forecast.minutes, forecast.trainings) == (pytest.approx(60), 3)
    assert expected(trainings, "network", 9000, "resnet18").text.startswith("about 9.0 hours")


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
    ("device", "method", "why"),
    [("cpu", "features", "on a CPU"), ("cuda", "network", "on a GPU"), (None, "features", "isn’t known")],
)
def test_the_usual_method_serves_best_on_the_device_at_hand(device, method, why):
    trainings = [Training(**HOUR | {"device": device}, minutes=1, objects=1, epochs=1)] if device else []
    usual, reason = usual_method(trainings)
    assert usual == method
    assert why in reason


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
    assert "features are then patches that are learnt from your own images" in page
