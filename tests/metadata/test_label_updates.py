"""An update with labels: looked at before, never over what somebody decided later, written and taken back as one."""

from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from annotations.imports.modes import checked_mode
from annotations.jobs.errors import ClaimLost, JobCancelled
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.labels.actions import label_objects
from annotations.labels.models import Batch, Change
from annotations.labels.queries import history
from annotations.labels.targets import Target
from annotations.labels.undoing import undo_batch
from annotations.metadata.models import PackageLabel, PackageUpdate
from annotations.metadata.packages import planning
from annotations.metadata.packages.labels import undoing, writing
from annotations.metadata.packages.labels.queries import label_page
from annotations.metadata.packages.undoing import take_back_update
from annotations.projects.models import Role
from annotations.samples.models import Object
from annotations.taxon_matching.actions import map_name
from annotations.taxon_matching.models import PendingLabel, PendingName
from annotations.taxonomy.actions import add_taxon
from tests.imports.packages import import_job, import_package, run_import
from tests.imports.test_rerunning import full, packed
from tests.imports.test_updating import lines
from tests.metadata.test_package_updates import follow, page_of
from tests.run_jobs import work
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db
LATER = {"object_annotation_date": "20990101"}


@pytest.fixture
def alices(client, alice):
    client.force_login(alice)
    return client


@shared_rows
def taxa(db):
    return {name: add_taxon(name=name, parent=None) for name in ("Calanus", "Copepoda")}


@shared_rows
def imported(project, tmp_path, taxa):
    """o0 to o3: predicted Copepoda."""
    run_import(project, packed(tmp_path / "p.zip", *(full(n) for n in range(4))))


def corrected(number: int, **more: object) -> dict:
    """As the package says it anew: a Calanus, validated by Ada in 2025."""
    label = {
        "object_annotation_status": "validated",
        "object_annotation_category": "Calanus",
        "object_annotation_person_name": "Ada Lovelace",
        "object_annotation_date": "20250304",
        "object_annotation_time": "101500",
    }
    return full(number, **label | more)


def labels() -> list[tuple]:
    rows = Object.objects.order_by("wide__original_id")
    return list(rows.values_list("taxon__name", "state", "annotator__last_name", "labelled_at"))


def short() -> list[str]:
    return [f"{name} {state}" for name, state, _, _ in labels()]


def validated_here(project, alice, taxa, number: int) -> None:
    target = Object.objects.get(wide__original_id=f"o{number}")
    label_objects(
        project=project, user=alice, targets=[Target(target.pk, target.version)], taxon=taxa["Copepoda"]
    )


def update(project, tmp_path, alice, *rows: dict, **more: object) -> dict:
    path = lines(tmp_path / "u.zip", *rows)
    answers: dict = {"mode": "update", "annotations": True, "create_taxa": False} | more
    return run_import(project, path, alice, **answers)


@pytest.mark.usefixtures("imported")
def test_labels_of_the_file_are_taken_with_who_and_when(project, tmp_path, alice):
    result = update(project, tmp_path, alice, *(corrected(n) for n in range(2)), full(2))
    moment = datetime(2025, 3, 4, 10, 15, tzinfo=UTC)
    assert labels()[:2] == [("Calanus", "V", "Lovelace", moment)] * 2 and short()[2:] == ["Copepoda P"] * 2
    batch = Batch.objects.get(kind="update")
    assert (batch.user, batch.changed, batch.details["file"]) == (alice, 2, "u.zip"), "who imported it"
    assert (result["updated"], result["same"], result["labels"]) == (2, 1, {"changes": 2})
    last = history(Object.objects.order_by("id")[0].pk)[0]
    assert (last["kind"], last["user"], last["when"]) == ("update", "Ada Lovelace", moment)
    assert result["message"].startswith("2 updated, 2 labels, 1 the same."), result["message"]


@pytest.mark.usefixtures("imported")
def test_twice_is_all_the_same(project, tmp_path, alice):
    rows = [corrected(0), corrected(1, object_annotation_date="", object_annotation_time="")]
    update(project, tmp_path, alice, *rows)
    before = labels()
    result = update(project, tmp_path, alice, *rows)
    assert (result["updated"], result["same"], result["update"], labels()) == (0, 2, None, before)
    assert Batch.objects.filter(kind="update").count() == 1


@pytest.mark.usefixtures("imported")
def test_what_was_decided_later_stays_unless_the_file_wins(project, tmp_path, alice, taxa):
    for number in (0, 1, 2):
        validated_here(project, alice, taxa, number)
    undo_batch(batch=Batch.objects.filter(kind="label").latest("id"), user=alice, role=Role.MANAGER)
    rows = [corrected(0), corrected(1, **LATER), corrected(2)]
    planned = update(project, tmp_path, alice, *rows, dry_run=True)
    assert (
        "2 changed, 2 labels" in planned["message"] and "1 label would stay as they are" in planned["message"]
    )
    result = update(project, tmp_path, alice, *rows)
    assert result["labels"] == {"changes": 2, "later": 1}
    assert short()[:3] == ["Copepoda V", "Calanus V", "Calanus V"], "what was taken back is no decision"
    winning = update(project, tmp_path, alice, *rows, file_wins=True)
    assert (winning["labels"], short()[0]) == ({"changes": 1}, "Calanus V")
    undo = Batch.objects.filter(kind="update").latest("id")
    undo_batch(batch=undo, user=alice, role=Role.MANAGER)
    assert short()[0] == "Copepoda V" and labels()[0][2] == alice.last_name


@pytest.mark.usefixtures("imported")
def test_without_a_date_a_decision_here_stays(project, tmp_path, alice, taxa):
    validated_here(project, alice, taxa, 0)
    bare = {"object_annotation_date": "", "object_annotation_time": "", "object_annotation_person_name": ""}
    update(project, tmp_path, alice, corrected(0, **bare), corrected(1, **bare))
    assert short()[:2] == ["Copepoda V", "Calanus V"]


@pytest.mark.usefixtures("imported")
def test_a_prediction_of_the_file_never_overwrites_a_person(project, tmp_path, alice, taxa):
    validated_here(project, alice, taxa, 0)
    prediction = {"object_annotation_status": "predicted", **LATER}
    rows = [corrected(0, **prediction), corrected(1, **prediction, object_seston_score="0.25")]
    result = update(project, tmp_path, alice, *rows, file_wins=True)
    assert short()[:2] == ["Copepoda V", "Calanus P"] and result["labels"] == {"changes": 1, "person": 1}
    assert Object.objects.get(wide__original_id="o1").score == 0.25


@pytest.mark.usefixtures("imported")
def test_an_object_without_a_status_keeps_its_label(project, tmp_path, alice):
    empty = {"object_annotation_status": "", "object_annotation_category": ""}
    assert update(project, tmp_path, alice, full(0, **empty))["same"] == 1 and short()[0] == "Copepoda P"


@pytest.mark.usefixtures("imported")
def test_unknown_taxa_wait_also_over_an_older_label(project, tmp_path, alice, taxa):
    update(project, tmp_path, alice, corrected(0))
    new = {"object_annotation_category": "Oithona", "object_annotation_date": "20250501"}
    rows = [corrected(0, **new), corrected(1, **new)]
    result = update(project, tmp_path, alice, *rows)
    assert result["labels"] == {"waits": 2} and short()[:2] == ["Calanus V", "Copepoda P"]
    assert update(project, tmp_path, alice, *rows)["update"] is None, "they wait already"
    work(map_name(pending=PendingName.objects.get(), taxon=taxa["Copepoda"], user=alice))
    assert short()[:2] == ["Copepoda V", "Copepoda V"]


@pytest.mark.usefixtures("imported")
def test_labels_that_wait_are_taken_back_with_their_update(project, tmp_path, alices, alice):
    result = update(project, tmp_path, alice, corrected(0, object_annotation_category="Oithona"))
    Job.objects.update(state="done")
    assert PendingLabel.objects.count() == 1
    page = alices.get(f"/projects/{project.pk}/updates/{result['update']}/").content.decode()
    assert "So does a label whose taxon was settled since" in page
    follow(alices.post(f"/projects/{project.pk}/updates/{result['update']}/undo/"))
    assert not PendingLabel.objects.exists() and short()[0] == "Copepoda P"


@pytest.mark.usefixtures("imported")
def test_taxa_are_created_where_that_is_chosen(project, tmp_path, alice):
    rows = [
        corrected(0, object_annotation_category="Oithona"),
        corrected(9, object_annotation_category="Acartia"),
    ]
    result = update(project, tmp_path, alice, *rows, create_taxa=True)
    assert short()[0] == "Oithona V" and [each["name"] for each in result["created_taxa"]] == ["Oithona"]


@pytest.fixture
def checked(alices, project, imported, alice, taxa, tmp_path) -> Job:
    """A package that was only looked at: of o0 a value and the label are otherwise, of o1 the label; o2 was decided."""
    validated_here(project, alice, taxa, 2)
    rows = [corrected(0, object_area="70"), corrected(1), corrected(2), full(3)]
    file = SimpleUploadedFile("tow.zip", lines(tmp_path / "u.zip", *rows).read_bytes())
    fields = {"package": file, "mode": "update", "annotations": "on", "dry_run": "on"}
    answer = alices.post(f"/projects/{project.pk}/import/", fields)
    return work(Job.objects.get(pk=answer.url.split("/")[-2]))


def test_it_is_looked_at_applied_and_taken_back(alices, checked):
    before = labels()
    page = alices.get(page_of(checked)).content.decode()
    assert "2 changed in 1 column, 2 labels, 2 the same." in page and "Stay: decided here later" in page
    page = alices.get(page_of(checked), {"labels": "changes"}).content.decode()
    assert "<del>Copepoda, predicted</del>" in page and "<ins>Calanus, validated</ins>" in page
    assert "Ada Lovelace" in page and "2025-03-04 10:15" in page
    follow(alices.post(f"{page_of(checked)}apply/"))
    assert short() == ["Calanus V", "Calanus V", "Copepoda V", "Copepoda P"]
    undone = follow(alices.post(f"{page_of(checked)}undo/"))
    assert (labels(), undone.message) == (before, "1 row and 2 labels put back to what they were.")
    assert "was taken back already" in alices.post(f"{page_of(checked)}undo/", follow=True).content.decode()


def test_the_file_wins_where_that_is_ticked(alices, checked):
    assert "The file wins: take 1 label" in alices.get(page_of(checked)).content.decode()
    follow(alices.post(f"{page_of(checked)}apply/", {"file_wins": "on"}))
    assert short()[:3] == ["Calanus V"] * 3


def test_what_was_labelled_meanwhile_stays_and_is_named(alices, project, alice, taxa, checked):
    validated_here(project, alice, taxa, 0)
    done = follow(alices.post(f"{page_of(checked)}apply/"))
    assert done.result["labels"] == {"changes": 1, "later": 1, "meanwhile": 1} and short()[0] == "Copepoda V"
    validated_here(project, alice, taxa, 1)
    undone = follow(alices.post(f"{page_of(checked)}undo/"))
    (warning,) = undone.warnings
    assert (
        warning["message"].startswith("o1 is not Calanus, validated, any more") and short()[1] == "Copepoda V"
    )


def test_the_api_lists_labels(alices, checked):
    answer = alices.get(f"/api/v1{page_of(checked)}", {"labels": "later"}).json()
    assert answer["label_groups"] == [{"outcome": "changes", "count": 2}, {"outcome": "later", "count": 1}]
    (line,) = answer["labels"]
    assert (line["row"], line["from_taxon"], line["taxon"]) == ("o2", "Copepoda", "Calanus")


class Mortal(Progress):
    """A worker that dies at one of its steps, with its transaction, or is cancelled there."""

    def __init__(self, job: Job, dies_at: int, with_error: type[Exception] = ClaimLost):
        super().__init__(job)
        self.steps, self.dies_at, self.error = 0, dies_at, with_error

    def checkpoint(self, **note: object) -> None:
        self.steps += 1
        super().checkpoint(**note)
        if self.steps == self.dies_at:
            raise self.error


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize("dies_at", range(1, 17))
def test_a_worker_that_dies_leaves_what_an_uninterrupted_one_does(project, tmp_path, alice, dies_at):
    rows = [corrected(n, object_area=n + 50) for n in range(3)]
    job = import_job(project, lines(tmp_path / "u.zip", *rows), alice, mode="update", annotations=True)
    with patch.object(planning, "CHUNK", 1), patch.object(writing, "CHUNK", 1):
        with pytest.raises(ClaimLost):
            import_package(job, Mortal(job, dies_at))
            raise ClaimLost  # it had fewer steps
        job.refresh_from_db()
        result = import_package(job, Progress(job))
    assert (result["labels"], short()) == ({"changes": 3}, ["Calanus V"] * 3 + ["Copepoda P"])
    assert (
        Change.objects.filter(batch__kind="update").count(),
        Batch.objects.get(kind="update").changed,
    ) == (3, 3)
    update = PackageUpdate.objects.get()
    taking_back = Job.objects.create(
        kind="undo_package_update", owner=alice, project=project, state="running",
        params={"update": update.pk, "total": 6},
    )  # fmt: skip
    with patch.object(undoing, "CHUNK", 1), pytest.raises(ClaimLost):
        take_back_update(taking_back, Mortal(taking_back, dies_at))
        raise ClaimLost
    with patch.object(undoing, "CHUNK", 1):
        taking_back.refresh_from_db()
        take_back_update(taking_back, Progress(taking_back))
    assert short() == ["Copepoda P"] * 4 and PackageUpdate.objects.get().taken_back


@pytest.mark.usefixtures("imported")
def test_labels_before_a_cancel_are_logged_and_taken_back(project, tmp_path, alice, alices):
    job = import_job(
        project,
        lines(tmp_path / "u.zip", *(corrected(n) for n in range(3))),
        alice,
        mode="update",
        annotations=True,
    )

    class Cancelled(Progress):
        def update(self, done: int, total: int, message: str = "") -> None:
            if message.startswith("2 labels"):
                raise JobCancelled

    with patch.object(writing, "CHUNK", 1), pytest.raises(JobCancelled):
        import_package(job, Cancelled(job))
    Job.objects.filter(pk=job.pk).update(state="cancelled")
    update = PackageUpdate.objects.get()
    assert (update.labels, short()[1:3]) == ({"changes": 2}, ["Calanus V", "Copepoda P"])
    assert PackageLabel.objects.count() == 2
    follow(alices.post(f"/projects/{project.pk}/updates/{update.pk}/undo/"))
    assert short() == ["Copepoda P"] * 4


@pytest.mark.parametrize(
    ("mode", "annotations", "file_wins", "field"),
    [("add", True, False, "annotations"), ("update", False, True, "file_wins")],
)
def test_answers_that_do_not_go_together_are_refused(mode, annotations, file_wins, field):
    with pytest.raises(ValidationError) as refused:
        checked_mode(mode, annotations, file_wins)
    assert field in refused.value.message_dict


@pytest.mark.usefixtures("imported")
def test_another_person_or_moment_is_another_label(project, tmp_path, alice):
    update(project, tmp_path, alice, *(corrected(n) for n in range(3)))
    rows = [
        corrected(0, object_annotation_person_name="ada  lovelace"),
        corrected(1, object_annotation_person_name="Jeanne Baret"),
        corrected(2, object_annotation_date="20250310"),
    ]
    planned = update(project, tmp_path, alice, *rows, dry_run=True)
    assert (planned["labels"], planned["same"]) == ({"changes": 2}, 1)
    (line, _), _ = label_page(PackageUpdate.objects.get(pk=planned["update"]), "changes", "")
    assert (line.from_annotator, line.annotator) == ("Ada Lovelace", "Jeanne Baret")
    update(project, tmp_path, alice, *rows)
    assert [who for _, _, who, _ in labels()][:3] == ["Lovelace", "Baret", "Lovelace"]
    assert labels()[2][3] == datetime(2025, 3, 10, 10, 15, tzinfo=UTC)


@pytest.mark.usefixtures("imported")
def test_a_name_of_several_taxa_waits_also_where_taxa_are_made(project, tmp_path, alice, taxa):
    for parent in taxa.values():
        add_taxon(name="egg", parent=parent)
    rows = [corrected(0, object_annotation_category="egg"), corrected(1, object_annotation_category="Krill")]
    planned = update(project, tmp_path, alice, *rows, create_taxa=True, dry_run=True)
    assert planned["labels"] == {"changes": 1, "waits": 1}
    assert update(project, tmp_path, alice, *rows, create_taxa=True)["labels"] == {"changes": 1, "waits": 1}
