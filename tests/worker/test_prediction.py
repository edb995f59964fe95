"""Prediction as a job: what it writes, what it leaves alone, what a killed worker leaves."""

import re
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from annotations.demo.growing import grow
from annotations.jobs.models import Job, JobState
from annotations.jobs.progress import Progress
from annotations.jobs.sharing import END, JobShare
from annotations.labels.actions import label_objects
from annotations.labels.models import Batch, BatchKind, Change
from annotations.labels.tally import project_counts
from annotations.labels.targets import Target
from annotations.learning.models import Model, Prediction
from annotations.projects.models import Role
from annotations.samples.models import Image, Object, State
from annotations.similarity.actions import space_of
from annotations.similarity.models import Embedding
from annotations.taxonomy.models import Taxon
from annotations.traits import undoing
from annotations.traits.models import TraitChange, TraitValue
from annotations.traits.undoing import undo_whole
from annotations.traits.vocabulary import define_trait
from tests.lake import UNSETTLED
from tests.worker.oracle import make_oracle, speak_for
from tests.worker.runs import Killed, die_at, new_prediction, new_training, run, trained
from worker.prediction import job as predicting
from worker.prediction import writer as prediction_writer
from worker.prediction.job import predict_project
from worker.prediction.waiting_objects import NEXT_WAITING, WaitingObjects
from worker.prediction.writer import PredictionWriter

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def modelled_lake(lake, monkeypatch) -> SimpleNamespace:
    """The lake with a model: of the unsettled, the odd ones are bars, with a score that falls from one to the next."""
    lake.model, lake.oracle = make_oracle(lake.project, lake.disc, lake.bar)
    for n, each in enumerate(lake.unsettled):
        best = str(lake.bar if n % 2 else lake.disc)
        lake.oracle.says[each.pk] = {"best": best, "score": 0.95 - n / 40, "novelty": n / 10}
    speak_for(lake.oracle, monkeypatch, predicting)
    return lake


def labels(objects: list[Object]) -> list[tuple]:
    return list(
        Object.objects.filter(pk__in=[o.pk for o in objects])
        .order_by("pk")
        .values_list("pk", "taxon_id", "state", "score", "margin", "entropy", "annotator_id", "version")
    )


def test_a_trained_model_predicts(lake):
    model = trained(lake)
    job = run(new_prediction(lake, model), predict_project)
    assert (job.state, job.result["predicted"]) == (JobState.DONE, UNSETTLED), job.message
    for prediction in Prediction.objects.select_related("object"):
        assert prediction.object.taxon_id in prediction.taxa
        assert sum(prediction.scores) == pytest.approx(1, abs=1e-5)
        assert set(prediction.candidates) <= {lake.disc, lake.bar} and prediction.candidates
        assert prediction.novelty is None or 0 <= prediction.novelty <= 1


def test_it_predicts_what_nobody_has_settled_and_nothing_else(modelled_lake):
    before = labels(modelled_lake.settled)
    job = run(new_prediction(modelled_lake, modelled_lake.model), predict_project)
    everything = UNSETTLED + len(modelled_lake.settled)
    assert (job.state, job.result["predicted"]) == (JobState.DONE, UNSETTLED)
    assert (job.done, job.total) == (everything, everything), "it looks at what is settled, too"
    assert job.message == "10 objects predicted. What people have settled was left alone."
    assert labels(modelled_lake.settled) == before
    for n, (_, taxon, state, score, margin, entropy, annotator, version) in enumerate(
        labels(modelled_lake.unsettled)
    ):
        assert taxon == (modelled_lake.bar if n % 2 else modelled_lake.disc)
        assert (state, annotator, version) == (State.PREDICTED, None, 2)
        assert score == pytest.approx(0.95 - n / 40)
        assert margin == pytest.approx(2 * score - 1)
        assert entropy == 0.5
    batch = Batch.objects.get(pk=job.result["batch"])
    assert (batch.kind, batch.model_id, batch.changed) == (
        BatchKind.PREDICTION,
        modelled_lake.model.pk,
        UNSETTLED,
    )
    assert Change.objects.filter(batch=batch).count() == UNSETTLED
    predicted = sum(count for _, state, count in project_counts(modelled_lake.project.pk) if state == "P")
    assert predicted == UNSETTLED


def test_of_what_a_rule_labelled_the_label_stays_and_the_opinion_is_kept(modelled_lake):
    ruled = [one for one in modelled_lake.unsettled if one.state == State.PREDICTED]
    Object.objects.filter(pk__in=[one.pk for one in ruled]).update(state=State.MACHINE_VALIDATED, score=0.97)
    before = labels(ruled)
    job = run(new_prediction(modelled_lake, modelled_lake.model), predict_project)
    assert (job.result["predicted"], job.result["unsettled"]) == (UNSETTLED - len(ruled),) * 2
    assert labels(ruled) == before
    opinions = Prediction.objects.filter(object__in=ruled, model=modelled_lake.model)
    assert opinions.count() == len(ruled)


def test_of_what_a_rule_labelled_the_model_that_gave_the_score_stays_the_current_one(modelled_lake, alice):
    """So that what is predicted again, when the rule is undone, is not held for another model's."""
    run(new_prediction(modelled_lake, modelled_lake.model), predict_project)
    first = modelled_lake.model
    Object.objects.filter(project=modelled_lake.project, state="P").update(state=State.MACHINE_VALIDATED)
    current = list(Prediction.objects.order_by("object").values())
    second = Model.objects.create(name="Another", classes=first.classes, is_ready=True)
    second.projects.add(modelled_lake.project)
    for each in modelled_lake.unsettled:
        modelled_lake.oracle.says[each.pk] |= {"best": str(modelled_lake.bar), "score": 0.55}
    for model in (second, second, first):  # that said something before, too
        job = run(new_prediction(modelled_lake, model), predict_project)
        assert list(Prediction.objects.filter(is_current=True).order_by("object").values()) == current
    assert Prediction.objects.filter(is_current=False, model=second).count() == UNSETTLED
    undo_whole(batch=Batch.objects.get(pk=job.result["batch"]), user=alice, role=Role.MANAGER)
    assert list(Prediction.objects.filter(is_current=True).order_by("object").values()) == current


def test_it_keeps_the_best_taxa_with_their_scores_candidates_and_novelty(modelled_lake):
    modelled_lake.oracle.says[modelled_lake.unsettled[3].pk]["candidates"] = [0, 1]
    run(new_prediction(modelled_lake, modelled_lake.model), predict_project)
    rows = list(Prediction.objects.order_by("object").values_list("taxa", "scores", "candidates", "novelty"))
    assert len(rows) == UNSETTLED
    assert rows[3][0] == [modelled_lake.bar, modelled_lake.disc]
    assert rows[3][1] == pytest.approx([0.875, 0.125])
    assert sorted(rows[3][2]) == sorted([modelled_lake.disc, modelled_lake.bar])
    assert rows[2][2] == [modelled_lake.disc]
    assert [row[3] for row in rows] == pytest.approx([n / 10 for n in range(UNSETTLED)])


def test_what_it_is_not_sure_of_gets_an_ancestor_or_is_left_for_people(modelled_lake, alice):
    above = Taxon.objects.create(name="Animalia", display_name="Animalia")
    Taxon.objects.filter(pk=modelled_lake.bar).update(parent=above, path=[above.pk, modelled_lake.bar])
    new, old = modelled_lake.unsettled[0], modelled_lake.unsettled[2]
    assert (new.state, old.state) == (State.UNCLASSIFIED, State.PREDICTED)
    modelled_lake.oracle.says[modelled_lake.unsettled[1].pk] |= {"label": str(above.pk), "label_score": 0.97}
    modelled_lake.oracle.says[new.pk] |= {"label": "", "label_score": 0.0}
    modelled_lake.oracle.says[old.pk] |= {
        "label": str(modelled_lake.rare),
        "label_score": 0.97,
    }  # not above what it knows
    job = run(new_prediction(modelled_lake, modelled_lake.model, precision=0.95), predict_project)
    assert modelled_lake.oracle.calls[0]["wanted_precision"] == 0.95
    assert job.message == (
        "8 objects predicted. 2 left for people: not sure enough. What people have settled was left alone."
    )
    assert (job.result["predicted"], job.result["left"]) == (8, 2)
    result = {row[0]: row[1:4] for row in labels(modelled_lake.unsettled)}
    assert result[modelled_lake.unsettled[1].pk] == (above.pk, State.PREDICTED, pytest.approx(0.97))
    assert result[new.pk] == result[old.pk] == (None, State.UNCLASSIFIED, None)
    versions = {each.pk: each.version for each in Object.objects.all()}
    assert (versions[new.pk], versions[old.pk]) == (1, 2), (
        "what an earlier model said is taken away, and logged"
    )
    assert Prediction.objects.get(object=new).taxa[0] == modelled_lake.disc, "what it thinks is kept"
    undo_whole(batch=Batch.objects.get(pk=job.result["batch"]), user=alice, role=Role.MANAGER)
    old.refresh_from_db()
    assert (old.taxon_id, old.state) == (modelled_lake.disc, State.PREDICTED)


def test_it_counts_what_each_precision_would_name_and_what_is_unlike_anything_learnt(modelled_lake):
    strange = modelled_lake.unsettled[: UNSETTLED // 2]
    for n, each in enumerate(modelled_lake.unsettled):
        novelty = 0.995 if each in strange else 0.2
        modelled_lake.oracle.says[each.pk] = {"novelty": novelty, "steps": [0, 1 if n else 4, -1, -1]}
    job = run(new_prediction(modelled_lake, modelled_lake.model), predict_project)
    result = job.result
    assert (result["unsettled"], result["unlike"]) == (UNSETTLED, len(strange))
    assert result["levels"] == {
        "0.8": [0, UNSETTLED, 0, 0],
        "0.9": [0, 0, UNSETTLED - 1, 1],
        "0.95": [UNSETTLED, 0, 0, 0],
        "0.99": [UNSETTLED, 0, 0, 0],
    }
    assert result["is_unlike"] and result["example"] == strange[0].pk
    assert job.message.startswith(f"{len(strange) / UNSETTLED:.0%} of these objects are unlike anything")


def test_a_worker_killed_between_chunks_leaves_what_an_undisturbed_one_would(modelled_lake, monkeypatch):
    modelled_lake.oracle.says[modelled_lake.unsettled[0].pk] |= {"label": ""}
    undisturbed = run(new_prediction(modelled_lake, modelled_lake.model), predict_project)
    expected = [row[:5] for row in labels(modelled_lake.unsettled)]
    Object.objects.filter(pk__in=[o.pk for o in modelled_lake.unsettled]).update(version=1)
    Embedding.objects.all().delete()
    job, write, chunks = new_prediction(modelled_lake, modelled_lake.model), PredictionWriter.write, []

    def killed_in_the_second_chunk(*arguments):
        write(*arguments)
        chunks.append(arguments)
        if len(chunks) == 2:
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(PredictionWriter, "write", killed_in_the_second_chunk)
        die_at(job, predict_project)
    job.refresh_from_db()
    assert sum(part.note.get("done", 0) for part in job.parts.all()) == 8
    job = run(job, predict_project)
    assert (job.state, job.attempt) == (JobState.DONE, 2)
    for figure in ("predicted", "left", "unreadable", "traits"):
        assert job.result[figure] == undisturbed.result[figure]
    assert [row[:5] for row in labels(modelled_lake.unsettled)] == expected
    assert [row[7] for row in labels(modelled_lake.unsettled)] == [1] + [2] * 9, "each was written once"
    assert Batch.objects.filter(kind=BatchKind.PREDICTION).count() == 2  # one a job


def test_a_chunk_and_its_note_are_kept_together_or_not_at_all(modelled_lake, monkeypatch):
    job = new_prediction(modelled_lake, modelled_lake.model)

    def killed_before_the_note(*arguments, **note):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(JobShare, "advance", killed_before_the_note)
        die_at(job, predict_project)
    assert {row[7] for row in labels(modelled_lake.unsettled)} == {1}
    assert run(job, predict_project).result["predicted"] == UNSETTLED


def test_what_a_person_settles_meanwhile_stays_theirs(modelled_lake, bob, monkeypatch):
    last, write = modelled_lake.unsettled[-1], PredictionWriter.write

    def settled_first(*arguments):
        result = Object.objects.get(pk=last.pk)
        if result.state != State.VALIDATED:
            rare = Taxon.objects.get(pk=modelled_lake.rare)
            label_objects(
                project=modelled_lake.project, user=bob, targets=[Target(last.pk, result.version)], taxon=rare
            )
        write(*arguments)

    monkeypatch.setattr(PredictionWriter, "write", settled_first)
    job = run(new_prediction(modelled_lake, modelled_lake.model), predict_project)
    assert job.result["predicted"] == UNSETTLED - 1
    last.refresh_from_db()
    assert (last.taxon_id, last.state, last.annotator) == (modelled_lake.rare, State.VALIDATED, bob)
    assert not Prediction.objects.filter(object=last).exists()


def test_a_filter_narrows_it(modelled_lake):
    job = run(new_prediction(modelled_lake, modelled_lake.model, state=["unclassified"]), predict_project)
    assert job.result["predicted"] == sum(o.state == State.UNCLASSIFIED for o in modelled_lake.unsettled)
    assert not Object.objects.filter(project=modelled_lake.project, state=State.UNCLASSIFIED).exists()


def test_a_page_of_objects_looks_up_their_embeddings_and_does_not_read_all(modelled_lake, tmp_path):
    """Else a page costs more with each that came before it, and a million objects take hours."""
    job = new_prediction(modelled_lake, modelled_lake.model)
    grow(modelled_lake.project, 3000)
    space = space_of(modelled_lake.model, 1)
    Embedding.objects.bulk_create(
        Embedding(object=each, space=space, project=modelled_lake.project, vector=[1.0])
        for each in Object.objects.filter(project=modelled_lake.project)
    )
    waiting = WaitingObjects(job, modelled_lake.model, {}, tmp_path, JobShare(job, Progress(job)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE samples_object, similarity_embedding, similarity_embeddingspace")
        query = NEXT_WAITING.format(waiting=waiting.condition)
        cursor.execute(f"EXPLAIN (ANALYZE) {query}", [*waiting.params, 0, END, 20])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    rows = [int(n) for n in re.findall(r"similarity_embedding .*rows=(\d+) loops", plan)]
    assert rows and max(rows) <= 1, plan


@pytest.mark.parametrize(("is_here", "rest"), [(True, 1.0), (True, 0.0), (False, 1.0)])
def test_it_rests_between_chunks_while_people_are_at_the_site(
    modelled_lake, monkeypatch, settings, is_here, rest
):
    settings.PREDICTION_REST, rests = rest, []
    monkeypatch.setattr(predicting, "CHUNK", 4)
    monkeypatch.setattr(predicting, "is_attended", lambda: is_here)
    monkeypatch.setattr(Progress, "wait", lambda progress, seconds: rests.append(seconds))
    job = run(new_prediction(modelled_lake, modelled_lake.model), predict_project)
    assert job.state == JobState.DONE
    chunks = -(-job.done // 4)
    assert len(rests) == (chunks if is_here and rest else 0)
    assert all(seconds > 0 for seconds in rests)


def test_unreadable_images_are_counted_and_passed_over(modelled_lake):
    for broken in (modelled_lake.unsettled[2], modelled_lake.unsettled[-1]):
        default_storage.delete(Image.objects.get(object=broken).key)
    job = run(new_prediction(modelled_lake, modelled_lake.model), predict_project)
    assert (job.result["predicted"], job.result["unreadable"]) == (UNSETTLED - 2, 2)
    assert "The images of 2 could not be read." in job.message


def test_nothing_to_predict_is_no_error(modelled_lake):
    job = run(new_prediction(modelled_lake, modelled_lake.model, sample=[10**9]), predict_project)
    assert (job.state, job.result["predicted"]) == (JobState.DONE, 0)


def test_a_cancelled_prediction_keeps_its_finished_chunks(modelled_lake, monkeypatch):
    job, write = new_prediction(modelled_lake, modelled_lake.model), PredictionWriter.write

    def cancelled_after_a_chunk(writer, *arguments):
        write(writer, *arguments)
        writer.progress._cancelled.set()

    monkeypatch.setattr(PredictionWriter, "write", cancelled_after_a_chunk)
    assert run(job, predict_project).state == JobState.CANCELLED
    assert Embedding.objects.count() == 4


@pytest.fixture
def eggs(modelled_lake, alice) -> SimpleNamespace:
    """The model knows egg sacs, and how long one is; the project has both, for discs alone."""
    traits = [{"key": "egg_sac", "kind": "flag", "choices": ["yes", "no"], "name": "Egg sac"}]
    traits.append({"key": "sac_length", "kind": "measure", "choices": [], "name": "Length"})
    modelled_lake.oracle.config["traits"] = [
        *traits,
        {"key": "unknown", "kind": "flag", "choices": [], "name": "?"},
    ]
    modelled_lake.sac = define_trait(
        project=modelled_lake.project,
        user=alice,
        name="Egg sac",
        kind="flag",
        applies_to=[modelled_lake.disc],
    )
    modelled_lake.length = define_trait(
        project=modelled_lake.project,
        user=alice,
        name="Sac length",
        kind="measure",
        unit="µm",
        only_if=modelled_lake.sac,
        only_if_choices=["yes"],
    )
    for each in modelled_lake.unsettled + modelled_lake.settled:
        values = {"egg_sac": "yes" if each.pk % 2 else "no", "sac_length": 100.0 + each.pk, "unknown": "yes"}
        modelled_lake.oracle.says.setdefault(each.pk, {}).update(values)
    return modelled_lake


def test_traits_come_with_the_labels_and_are_undone_with_them(eggs, alice):
    job = run(new_prediction(eggs, eggs.model), predict_project)
    discs = set(Object.objects.filter(taxon=eggs.disc).values_list("pk", flat=True))
    assert set(TraitValue.objects.filter(trait=eggs.sac).values_list("object", flat=True)) == discs
    with_sac = {pk for pk in discs if pk % 2}
    assert set(TraitValue.objects.filter(trait=eggs.length).values_list("object", flat=True)) == with_sac
    values = TraitValue.objects.filter(state=State.PREDICTED, model_id=eggs.model.pk, annotator=None)
    assert values.count() == job.result["traits"] == len(discs) + len(with_sac)
    assert f"{job.result['traits']} values of traits predicted." in job.message
    assert list(values.values_list("score", flat=True)) == pytest.approx([0.9] * values.count())
    batch = Batch.objects.get(pk=job.result["batch"])
    assert TraitChange.objects.filter(batch=batch).count() == job.result["traits"]
    undone = undo_whole(batch=batch, user=alice, role=Role.MANAGER)
    assert (undone.changed, undone.conflicts) == (UNSETTLED + job.result["traits"], [])
    assert not TraitValue.objects.exclude(state=State.UNCLASSIFIED).exists()
    assert {row[2] for row in labels(eggs.unsettled)} == {State.UNCLASSIFIED, State.PREDICTED}
    undo_whole(batch=Batch.objects.get(pk=undone.batch), user=alice, role=Role.MANAGER)
    assert values.count() == job.result["traits"], "undoing the undo redoes"


def free_to_others(project_id: int) -> set[int]:
    """The objects that another connection could lock at this moment."""

    def ask() -> set[int]:
        try:
            with transaction.atomic():
                free = Object.objects.select_for_update(no_key=True, skip_locked=True)
                return set(free.filter(project=project_id).values_list("pk", flat=True))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(ask).result()


def test_no_two_writers_wait_for_each_other(eggs, alice, monkeypatch):
    """Labels and values reach for different objects: all are locked before the first is written, in one order."""
    write, restore, free = prediction_writer.write_predictions, undoing.restore_values, []

    def written(*, batch, rows):
        rows = list(rows)
        free.append(free_to_others(eggs.project.pk) & {row[0] for row in rows})
        return write(batch=batch, rows=rows)

    def restored(undo):
        free.append(free_to_others(eggs.project.pk) & {each.pk for each in eggs.unsettled})
        return restore(undo)

    monkeypatch.setattr(prediction_writer, "write_predictions", written)
    monkeypatch.setattr(undoing, "restore_values", restored)
    job = run(new_prediction(eggs, eggs.model), predict_project)
    assert free and not any(free), "people can't come between a chunk's labels and its values"
    free.clear()
    undo_whole(batch=Batch.objects.get(pk=job.result["batch"]), user=alice, role=Role.MANAGER)
    assert free == [set()], "nor between those that an undo puts back"


def test_settled_objects_are_looked_at_again_only_for_traits_that_nobody_said_anything_of(eggs, alice):
    run(new_prediction(eggs, eggs.model), predict_project)
    again = run(new_prediction(eggs, eggs.model), predict_project)
    assert again.total == UNSETTLED
    TraitValue.objects.filter(trait=eggs.sac, object=eggs.settled[0]).update(state="U")
    assert run(new_prediction(eggs, eggs.model), predict_project).total == UNSETTLED + 1


def test_a_model_without_its_files_is_named(lake):
    model, _ = new_training(lake)
    Model.objects.filter(pk=model.pk).update(is_ready=True)
    job = run(new_prediction(lake, model), predict_project)
    assert job.state == JobState.FAILED
    assert "is no model" in job.message


def test_pictures_of_a_storage_without_paths_are_fetched(modelled_lake, request):
    pictures = {image.key: default_storage.open(image.key).read() for image in Image.objects.all()}
    request.getfixturevalue("bucket")
    for key, content in pictures.items():
        default_storage.save(key, ContentFile(content))
    job = run(new_prediction(modelled_lake, modelled_lake.model), predict_project)
    assert (job.result["predicted"], job.result["unreadable"]) == (UNSETTLED, 0)


def test_the_command_predicts(modelled_lake, capsys):
    call_command("predict", model=modelled_lake.model.pk, project=modelled_lake.project.title, precision=0.9)
    assert "10 objects predicted" in capsys.readouterr().out
    assert Job.objects.get(kind="predict").state == JobState.DONE
    assert modelled_lake.oracle.calls[0]["wanted_precision"] == 0.9


def test_the_command_takes_the_precision_that_the_model_was_given(modelled_lake, capsys):
    Model.objects.update(wanted_precision=0.8)
    call_command("predict", model=modelled_lake.model.pk, project=modelled_lake.project.title)
    assert modelled_lake.oracle.calls[0]["wanted_precision"] == 0.8


def test_the_command_says_why_it_cannot(lake):
    model, _ = new_training(lake)
    with pytest.raises(CommandError, match=r"no model \d+ that is ready"):
        call_command("predict", model=model.pk, project=lake.project.title)
    Model.objects.update(is_ready=True)
    with pytest.raises(CommandError, match="There is no project 'Nowhere'"):
        call_command("predict", model=model.pk, project="Nowhere")


def test_undone_from_its_job_all_is_as_the_model_before_left_it(modelled_lake, alice, client):
    """Labels with score, margin and entropy, and what was thought of: by a button on the job's page."""
    run(new_prediction(modelled_lake, modelled_lake.model), predict_project)
    predictions = list(
        Prediction.objects.order_by("object").values("object", "model", "taxa", "scores", "novelty")
    )
    sure = ("pk", "taxon", "state", "score", "margin", "entropy")
    before = list(Object.objects.order_by("id").values(*sure))
    for each in modelled_lake.unsettled:
        modelled_lake.oracle.says[each.pk] |= {"label": "", "label_score": 0.0, "novelty": 0.99}
    modelled_lake.oracle.says[modelled_lake.unsettled[-1].pk] |= {
        "label": str(modelled_lake.bar),
        "label_score": 0.7,
    }
    job = run(new_prediction(modelled_lake, modelled_lake.model, precision=0.95), predict_project)
    assert (job.result["left"], job.result["replaced"]) == (UNSETTLED - 1, UNSETTLED)
    again = list(Object.objects.order_by("id").values(*sure))
    client.force_login(alice)
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert "10 earlier predictions were replaced or taken away." in page
    assert f"/projects/{modelled_lake.project.pk}/actions/{job.result['batch']}/" in page
    batch = job.result["batch"]
    undone = client.post(f"/api/v1/batches/{batch}/undo/").json()
    assert (undone["changed"], undone["conflicts"]) == (UNSETTLED, [])
    assert list(Object.objects.order_by("id").values(*sure)) == before
    assert (
        list(Prediction.objects.order_by("object").values("object", "model", "taxa", "scores", "novelty"))
        == predictions
    )
    client.post(f"/api/v1/batches/{undone['batch']}/undo/")
    assert list(Object.objects.order_by("id").values(*sure)) == again
    assert set(
        Prediction.objects.filter(object__in=modelled_lake.unsettled).values_list("novelty", flat=True)
    ) == {0.99}
    client.post(f"/api/v1/batches/{batch}/undo/")
    assert list(Object.objects.order_by("id").values(*sure)) == before


def test_another_model_leaves_what_the_first_said_and_undone_shows_it_again(modelled_lake, alice, client):
    """And given again, the second model's is current once more."""
    run(new_prediction(modelled_lake, modelled_lake.model), predict_project)
    before = list(Prediction.objects.order_by("object").values())
    first, modelled_lake.model = modelled_lake.model, Model.objects.create(name="Another", is_ready=True)
    Model.objects.filter(pk=modelled_lake.model.pk).update(classes=first.classes)
    modelled_lake.model.refresh_from_db()
    modelled_lake.model.projects.add(modelled_lake.project)
    for each in modelled_lake.unsettled:
        modelled_lake.oracle.says[each.pk] |= {"best": str(modelled_lake.bar), "score": 0.55, "novelty": 0.99}
    batch = run(new_prediction(modelled_lake, modelled_lake.model), predict_project).result["batch"]
    assert (
        Prediction.objects.filter(is_current=True, model=modelled_lake.model, novelty=0.99).count()
        == UNSETTLED
    )
    others = Prediction.objects.filter(is_current=False).order_by("object").values()
    assert list(others) == [{**row, "is_current": False} for row in before]
    client.force_login(alice)
    undo = client.post(f"/api/v1/batches/{batch}/undo/").json()["batch"]
    assert list(Prediction.objects.filter(is_current=True).order_by("object").values()) == before
    assert Prediction.objects.filter(is_current=False, model=modelled_lake.model).count() == UNSETTLED
    client.post(f"/api/v1/batches/{undo}/undo/")
    assert Prediction.objects.filter(is_current=True, model=modelled_lake.model).count() == UNSETTLED
