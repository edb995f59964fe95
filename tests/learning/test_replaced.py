"""Before a prediction starts: what it would replace, and where that came from."""

from io import StringIO

from django.core.management import call_command

from annotations.jobs.models import Job
from annotations.labels.actions import label_objects, log_imported, write_predictions
from annotations.labels.models import Batch, BatchKind
from annotations.labels.targets import Target
from annotations.labels.undoing import undo_batch
from annotations.learning.models import Model
from annotations.learning.replaced import Replaced, replaced_predictions
from annotations.projects.models import Role
from annotations.samples.models import Object, State
from tests.plankton import tow
from tests.worlds import shared_rows

__all__ = ["tow"]


@shared_rows
def model(tow) -> Model:
    model = Model.objects.create(name="Lake, forest", is_ready=True)
    model.projects.add(tow.project)
    return model


@shared_rows
def imported(tow) -> Batch:
    """Four predictions came with a package."""
    batch = Batch.objects.create(project=tow.project, kind=BatchKind.IMPORT)
    log_imported(batch=batch, object_ids=[o.pk for o in tow.objects])
    return batch


def predict(tow, model: Model, numbers: list[int]) -> Batch:
    batch = Batch.objects.create(project=tow.project, kind=BatchKind.PREDICTION, model_id=model.pk)
    write_predictions(batch=batch, rows=[(tow.objects[n].pk, tow.copepoda, 0.9, 0.5, 0.2) for n in numbers])
    return batch


def test_by_model_and_package_through_undos(tow, imported, model, bob):
    assert replaced_predictions(tow.project.pk) == [Replaced(None, "came with a package", 4)]
    first = predict(tow, model, [0, 7, 8])
    assert replaced_predictions(tow.project.pk) == [
        Replaced(model.pk, "Lake, forest", 3),
        Replaced(None, "came with a package", 3),
    ]
    created = Object.objects.get(pk=tow.objects[0].pk)
    target = [Target(created.pk, created.version)]
    label = label_objects(project=tow.project, user=bob, targets=target, state=State.DUBIOUS)
    undo_batch(batch=Batch.objects.get(pk=label.batch), user=bob, role=Role.ANNOTATOR)
    assert replaced_predictions(tow.project.pk)[0].count == 3
    undo_batch(batch=first, user=None, role=Role.MANAGER)
    assert replaced_predictions(tow.project.pk) == [Replaced(None, "came with a package", 4)]


def test_the_page_says_it_and_can_leave_them(tow, imported, model, client, alice):
    client.force_login(alice)
    url = f"/projects/{tow.project.pk}/predict/"
    page = " ".join(client.get(url).content.decode().split())
    assert 'have predictions now: <span class="number">4</span> came with a package.' in page
    client.post(url, {"model": model.pk, "replace": "no"})
    assert Job.objects.get(kind="predict").params["filter"] == {"state": ["unclassified"]}


def test_nothing_is_said_where_there_is_nothing(tow, model, client, alice):
    Object.objects.filter(state=State.PREDICTED).delete()
    client.force_login(alice)
    assert (
        "Predictions that are there"
        not in client.get(f"/projects/{tow.project.pk}/predict/").content.decode()
    )


def test_the_api_says_it_before_and_with_the_job(tow, imported, model, client, alice):
    client.force_login(alice)
    url = f"/api/v1/projects/{tow.project.pk}/predictions/"
    four = [{"model": None, "source": "came with a package", "count": 4}]
    assert client.get(url, {"model": model.pk}).json()["replaces"] == four
    assert client.get(url, {"model": model.pk, "state": "unclassified"}).json()["replaces"] == []
    body = {"model": model.pk, "filter": {"score_min": 0.65}}
    answer = client.post(url, body, content_type="application/json")
    assert (answer.status_code, answer.json()["replaces"]) == (202, [{**four[0], "count": 2}])


def test_the_command_says_it_and_can_stop_there(tow, imported, model):
    def command(**options: bool) -> str:
        out = StringIO()
        call_command(
            "predict", model=model.pk, project=tow.project.title, dry_run=True, stdout=out, **options
        )
        return out.getvalue()

    output = command()
    assert "7 objects that nobody has settled would be predicted." in output
    assert "It replaces 4 predictions that are there: 4 came with a package." in output
    output = command(leave=True)
    assert "3 objects" in output and "It leaves 4 predictions" in output
    assert not Job.objects.exists()
