"""Moving and copying what a filter matches, and merging projects: who may, what is refused, what a stop leaves."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from annotations.deletions.actions import delete_project
from annotations.jobs.errors import JobCancelled, JobUnderWay
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.learning.models import Model, Prediction
from annotations.moving import jobs
from annotations.moving.actions import start_move
from annotations.moving.models import Move
from annotations.moving.planning import plan_transfer
from annotations.moving.queries import merged_into
from annotations.projects.actions import create_project, set_role
from annotations.projects.models import Role
from annotations.readings.actions import close_reading, start_reading
from annotations.samples.following import Transfer
from annotations.samples.models import (
    Acquisition,
    FreeColumn,
    Object,
    ObjectFields,
    ParentImage,
    Sample,
    State,
)
from annotations.search.filter import Filter
from annotations.search.models import RankedObject
from annotations.similarity.models import EmbeddingSpace
from annotations.traits.models import Trait
from tests.moving.project_content import portrait
from tests.run_jobs import work

pytestmark = pytest.mark.django_db
EVERYTHING, UNCLASSIFIED = Filter(), Filter(state=(State.UNCLASSIFIED,))


def in_target(target) -> int:
    return Object.objects.filter(project=target).count()


def test_what_matches_goes_and_both_projects_say_so(full, target, alice):
    transfer = Transfer(full.project, target, alice)
    job = work(start_move(transfer=transfer, criteria=UNCLASSIFIED, expected=2))
    assert (job.state, job.owner) == ("done", alice)
    assert job.message == "2 objects moved to another project, with everything on them."
    assert (in_target(full.project), in_target(target)) == (8, 2)
    move = Move.objects.get()
    assert (move.objects_done, move.user, move.verb, move.job) == (2, alice, "moved", job)
    assert move.finished is not None


def test_a_copy_leaves_the_original(full, target, alice):
    before = portrait(full.project)
    transfer = Transfer(full.project, target, alice, is_copy=True)
    job = work(start_move(transfer=transfer, criteria=EVERYTHING, expected=10))
    assert job.message == "10 objects copied to another project, with everything on them."
    assert portrait(full.project) == before and in_target(target) == 10


@pytest.mark.parametrize("person", ["bob", "carla", "vera", "dan"])
def test_only_who_manages_both_moves(request, full, target, person, alice):
    """Bob only looks at the target; to manage the source alone is not enough."""
    somebody = request.getfixturevalue(person)
    if person == "bob":
        set_role(project=full.project, user=somebody, role=Role.MANAGER)
    for transfer in (Transfer(full.project, target, somebody), Transfer(target, full.project, somebody)):
        with pytest.raises(PermissionDenied):
            start_move(transfer=transfer, criteria=EVERYTHING, expected=10)
    assert not Move.objects.exists()


def test_who_is_no_manager_any_more_moves_nothing(full, target, alice, carla):
    job = start_move(transfer=Transfer(full.project, target, alice), criteria=EVERYTHING, expected=10)
    set_role(project=target, user=carla, role=Role.MANAGER)
    set_role(project=target, user=alice, role=Role.VIEWER)
    ended = work(job)
    assert ended.state == "failed" and "manages both projects" in ended.message
    assert in_target(target) == 0


def test_a_project_that_is_deleted_meanwhile_gets_no_more(full, target, alice, monkeypatch):
    """Each chunk asks anew: what is over there stays there."""
    monkeypatch.setattr(jobs, "CHUNK", 4)
    job = start_move(transfer=Transfer(full.project, target, alice), criteria=EVERYTHING, expected=10)
    carry, titles = jobs.carry, []

    def carry_and_delete(**chunk):
        count = carry(**chunk)
        if not titles:
            titles.append(delete_project(project=target, user=alice, title=target.title).title)
            Job.objects.update(cancel_requested=False)
        return count

    monkeypatch.setattr(jobs, "carry", carry_and_delete)
    ended = work(job)
    assert ended.state == "failed" and "manages both projects" in ended.message
    assert (in_target(full.project), in_target(target)) == (6, 4)


def test_what_goes_into_a_project_that_is_deleted_is_cancelled(full, target, alice):
    job = start_move(transfer=Transfer(full.project, target, alice), criteria=EVERYTHING, expected=10)
    delete_project(project=target, user=alice, title=target.title)
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_one_move_at_a_time_touches_a_project(full, target, alice):
    """Not out of one into which objects come, nor back again."""
    start_move(transfer=Transfer(full.project, target, alice), criteria=EVERYTHING, expected=10)
    third = create_project(title="Trieste 2026", owner=alice)
    stranger(target)
    for other in (third, full.project):
        with pytest.raises(JobUnderWay):
            start_move(transfer=Transfer(target, other, alice), criteria=EVERYTHING, expected=1)


@pytest.mark.parametrize("expected", [None, 9, 11])
def test_the_number_must_be_that_of_what_matches(full, target, alice, expected):
    with pytest.raises(ValidationError, match="Type 10 to move them"):
        start_move(transfer=Transfer(full.project, target, alice), criteria=EVERYTHING, expected=expected)


def test_a_project_does_not_move_into_itself(full, alice):
    with pytest.raises(ValidationError, match="in this project already"):
        start_move(transfer=Transfer(full.project, full.project, alice), criteria=EVERYTHING, expected=10)


def test_another_work_on_the_objects_comes_first(full, target, alice):
    Job.objects.create(kind="predict", project=target, owner=alice)
    with pytest.raises(JobUnderWay):
        start_move(transfer=Transfer(full.project, target, alice), criteria=EVERYTHING, expected=10)


# --- Conflicts --------------------------------------------------------------------------------------------------------


def conflicts(full, target, alice, is_copy: bool = False) -> list[str]:
    transfer = Transfer(full.project, target, alice, is_copy)
    conflicts_named = plan_transfer(transfer, EVERYTHING).conflicts
    if conflicts_named:
        with pytest.raises(ValidationError):
            start_move(transfer=transfer, criteria=EVERYTHING, expected=10)
        assert in_target(full.project) == 10
    return [str(conflict) for conflict in conflicts_named]


def stranger(target, name: str = "tow_1", original_id: str = "other", **more) -> Object:
    """An object that the target has already."""
    sample = Sample.objects.create(project=target, original_id=name, **more)
    acquisition = Acquisition.objects.create(sample=sample, original_id="acq_1", pixel_um=50)
    created = Object.objects.create(project=target, sample=sample, acquisition=acquisition)
    ObjectFields.objects.create(object=created, project=target, original_id=original_id)
    return created


def test_ids_that_are_there_already(full, target, alice):
    stranger(target, "another", "obj_3")
    assert conflicts(full, target, alice) == [
        "Object obj_3. 1 of these ids are there already: delete those there, or leave them out of the filter."
    ]


def test_a_sample_that_says_something_else_there(full, target, alice):
    Sample.objects.filter(project=full.project).update(fields={"ship": "Tara", "net": "WP2"})
    stranger(target, fields={"ship": "Sagitta", "depth": "30"})
    (sentence,) = conflicts(full, target, alice)
    assert sentence.startswith("Sample tow_1, ship: Tara here, Sagitta there.")


def test_a_sample_that_lies_elsewhere_there(full, target, alice):
    Object.objects.filter(project=full.project).update(latitude=43.7, longitude=7.3)
    Object.objects.filter(pk=stranger(target).pk).update(latitude=40.8, longitude=14.2)
    Sample.objects.filter(project=full.project).update(latitude=43.7, longitude=7.3)
    Sample.objects.filter(project=target).update(latitude=40.8, longitude=14.2)
    (sentence,) = conflicts(full, target, alice)
    assert sentence.startswith("Sample tow_1: 43.70000, 7.30000 here, 40.80000, 14.20000 there.")


def test_an_acquisition_of_another_pixel_size(full, target, alice):
    created = stranger(target)
    Acquisition.objects.filter(pk=created.acquisition_id).update(pixel_um=20)
    (sentence,) = conflicts(full, target, alice)
    assert sentence.startswith("Acquisition acq_1, pixel size, µm: 50 here, 20 there.")


def test_objects_join_the_same_sample_and_it_gets_what_it_lacks(full, target, alice):
    Sample.objects.filter(project=full.project).update(fields={"ship": "Tara"})
    sample = stranger(target, fields={"depth": "30"}).sample
    assert conflicts(full, target, alice) == []
    work(start_move(transfer=Transfer(full.project, target, alice), criteria=EVERYTHING, expected=10))
    sample.refresh_from_db()
    assert sample.fields == {"ship": "Tara", "depth": "30"}
    assert Object.objects.filter(sample=sample).count() == 11


def test_a_column_that_holds_texts_there(full, target, alice):
    FreeColumn.objects.filter(project=target, name="area").update(is_number=False, position=None)
    (sentence,) = conflicts(full, target, alice)
    assert sentence.startswith("Free column object_area: numbers here, texts there.")


def test_a_trait_of_another_kind_there(full, target, alice):
    Trait.objects.create(project=target, key="eggs", name="Eggs", kind="text")
    (sentence,) = conflicts(full, target, alice)
    assert sentence.startswith("Trait eggs: count here, text there.")


def test_an_open_second_reading_holds_its_objects(full, target, alice, bob, carla):
    reading = start_reading(project=full.project, user=alice, name="Twice", size=3, readers=[bob, carla])
    (sentence,) = conflicts(full, target, alice)
    assert sentence == "Second reading Twice. It is open and reads 3 of these: close it first."
    assert conflicts(full, target, alice, is_copy=True) == []
    close_reading(reading=reading)
    assert conflicts(full, target, alice) == []


# --- Stops ------------------------------------------------------------------------------------------------------------


def test_a_cancel_leaves_whole_chunks_says_so_and_goes_on(full, target, alice, monkeypatch):
    before = portrait(full.project)
    monkeypatch.setattr(jobs, "CHUNK", 4)
    job = start_move(transfer=Transfer(full.project, target, alice), criteria=EVERYTHING, expected=10)
    Job.objects.filter(pk=job.pk).update(state="running")

    class Cancelled(Progress):
        def update(self, done, total, message=""):
            raise JobCancelled

    job.refresh_from_db()
    with pytest.raises(JobCancelled, match=r"4 objects moved to another project.*others are where they were"):
        jobs.move_matching(job, Cancelled(job))
    assert in_target(target) == 4
    Job.objects.filter(pk=job.pk).update(state="cancelled")
    work(start_move(transfer=Transfer(full.project, target, alice), criteria=EVERYTHING, expected=6))
    assert portrait(target) == before


def test_a_worker_that_dies_inside_a_chunk_leaves_it_whole_and_another_goes_on(
    full, target, alice, monkeypatch
):
    before = portrait(full.project)
    monkeypatch.setattr(jobs, "CHUNK", 4)
    job = start_move(transfer=Transfer(full.project, target, alice), criteria=EVERYTHING, expected=10)
    Job.objects.filter(pk=job.pk).update(state="running")
    job.refresh_from_db()
    keeps, notes = Progress.checkpoint, []

    def dying(self, **note):
        notes.append(note)
        if len(notes) == 2:
            raise SystemExit
        keeps(self, **note)

    with monkeypatch.context() as patch:
        patch.setattr(Progress, "checkpoint", dying)
        with pytest.raises(SystemExit):
            jobs.move_matching(job, Progress(job))
    assert in_target(target) == 4 and in_target(full.project) == 6
    job.refresh_from_db()
    assert jobs.move_matching(job, Progress(job))["objects"] == 10
    assert portrait(target) == before
    assert not full.project.samples.exists()


def test_a_copy_that_is_taken_up_again_makes_nothing_twice(full, target, alice, monkeypatch):
    monkeypatch.setattr(jobs, "CHUNK", 4)
    transfer = Transfer(full.project, target, alice, is_copy=True)
    job = start_move(transfer=transfer, criteria=EVERYTHING, expected=10)
    Job.objects.filter(pk=job.pk).update(state="running")

    class Cancelled(Progress):
        def update(self, done, total, message=""):
            raise JobCancelled

    job.refresh_from_db()
    with pytest.raises(JobCancelled):
        jobs.move_matching(job, Cancelled(job))
    job.refresh_from_db()
    assert jobs.move_matching(job, Progress(job))["objects"] == 10
    assert in_target(target) == 10


class Cancelled(Progress):
    """Hears of the cancel after each chunk."""

    def update(self, done, total, message=""):
        raise JobCancelled


def running(job: Job) -> Job:
    Job.objects.filter(pk=job.pk).update(state="running")
    job.refresh_from_db()
    return job


def first_four_in_another_sample(full) -> None:
    sample = Sample.objects.create(project=full.project, original_id="tow_0")
    acquisition = Acquisition.objects.create(sample=sample, original_id="acq_1", pixel_um=50)
    four = [each.pk for each in full.objects[:4]]
    Object.objects.filter(pk__in=four).update(sample=sample, acquisition=acquisition)
    ParentImage.objects.filter(regions__object__in=four).update(acquisition=acquisition)


def test_a_cancel_leaves_no_empty_sample(full, target, alice, monkeypatch):
    first_four_in_another_sample(full)
    monkeypatch.setattr(jobs, "CHUNK", 4)
    job = start_move(transfer=Transfer(full.project, target, alice), criteria=EVERYTHING, expected=10)
    with pytest.raises(JobCancelled):
        jobs.move_matching(running(job), Cancelled(job))
    assert [sample.original_id for sample in full.project.samples.all()] == ["tow_1"]


def test_a_conflict_on_the_way_leaves_no_empty_sample(full, target, alice, monkeypatch):
    first_four_in_another_sample(full)
    monkeypatch.setattr(jobs, "CHUNK", 4)
    job = start_move(transfer=Transfer(full.project, target, alice), criteria=EVERYTHING, expected=10)
    stranger(target, "another", ObjectFields.objects.get(object=full.objects[9]).original_id)
    assert work(job).state == "failed"
    assert "Then something was in the way." in job.message and full.project.samples.count() == 1


def test_a_cancel_after_the_last_object_comes_too_late(full, target, alice):
    transfer = Transfer(full.project, target, alice)
    job = running(start_move(transfer=transfer, criteria=EVERYTHING, expected=10, adds_members=True))
    assert jobs.move_matching(job, Cancelled(job))["objects"] == 10
    assert Move.objects.get().finished and not full.project.samples.exists()
    assert target.memberships.count() == 4


# --- What is worked out anew ------------------------------------------------------------------------------------------


def test_samples_lie_where_their_objects_are_by_now(full, target, alice):
    Object.objects.filter(project=full.project).update(latitude=43.7, longitude=7.3)
    Object.objects.filter(project=full.project, state=State.UNCLASSIFIED).update(latitude=43.1)
    sample = stranger(target).sample
    work(start_move(transfer=Transfer(full.project, target, alice), criteria=UNCLASSIFIED, expected=2))
    sample.refresh_from_db()
    assert (sample.latitude, sample.longitude) == (43.1, 7.3)
    assert full.project.samples.get().latitude == 43.7


@pytest.mark.parametrize("is_copy", [False, True])
def test_what_models_disagree_about_is_ordered_there_too(full, target, alice, is_copy):
    other = Model.objects.create(name="other", is_ready=True)
    Prediction.objects.create(
        object=full.objects[0], model=other, taxa=[full.copepoda], scores=[0.7], is_current=False
    )
    transfer = Transfer(full.project, target, alice, is_copy=is_copy)
    work(start_move(transfer=transfer, criteria=EVERYTHING, expected=10))
    (ranked,) = RankedObject.objects.filter(project=target, name="disagreement")
    assert ObjectFields.objects.get(object=ranked.object_id).original_id == "obj_0" and ranked.rank < 0


def test_measurements_are_compared_there_too(full, target, alice):
    EmbeddingSpace.objects.create(kind="measurements", name="m", project=full.project, dimensions=2)
    work(start_move(transfer=Transfer(full.project, target, alice), criteria=UNCLASSIFIED, expected=2))
    assert Job.objects.filter(kind="embed_measurements", project=target).exists()


# --- Merging ----------------------------------------------------------------------------------------------------------


def test_a_project_is_merged_with_its_members(full, target, alice, bob, carla, vera):
    job = start_move(
        transfer=Transfer(full.project, target, alice), criteria=EVERYTHING, expected=10, adds_members=True
    )
    assert work(job).message.endswith("everything on them. 2 people are members there now.")
    roles = dict(target.memberships.values_list("user__username", "role"))
    assert roles == {"alice": "manager", "bob": "viewer", "carla": "expert", "vera": "viewer"}
    assert not full.project.samples.exists() and full.project.memberships.count() == 4
    assert Move.objects.get().verb == "merged"


def test_members_come_along_with_all_objects_only(client, full, target, alice):
    transfer = Transfer(full.project, target, alice)
    with pytest.raises(ValidationError, match="leave out the filter"):
        start_move(transfer=transfer, criteria=UNCLASSIFIED, expected=2, adds_members=True)
    client.force_login(alice)
    body = {"target": target.pk, "filter": {"state": "unclassified"}, "expected": 2, "add_members": True}
    address = f"/api/v1/projects/{full.project.pk}/moves/"
    answer = client.post(address, body, content_type="application/json")
    assert answer.status_code == 400 and "leave out the filter" in answer.json()["detail"]
    assert target.memberships.count() == 2


def test_an_emptied_project_says_where_its_objects_are(client, full, target, alice, vera):
    work(start_move(transfer=Transfer(full.project, target, alice), criteria=EVERYTHING, expected=10))
    address = f"/projects/{full.project.pk}/"
    client.force_login(alice)
    page = client.get(address).content.decode()
    assert f'All its objects were merged into <a href="/projects/{target.pk}/">Naples 2026</a> on ' in page
    client.force_login(vera)  # to whom the other project does not exist
    page = client.get(address).content.decode()
    assert "All its objects were merged into another project on " in page and "Naples" not in page


def test_a_merge_before_other_objects_came_is_no_reason(full, target, alice):
    """An import after it, or a move into the project: what emptied it since is another thing."""
    work(start_move(transfer=Transfer(full.project, target, alice), criteria=EVERYTHING, expected=10))
    assert merged_into(full.project).target == target
    imported = Job.objects.create(
        kind="import_package", project=full.project, state="done", finished=timezone.now()
    )
    assert merged_into(full.project) is None
    imported.delete()
    work(start_move(transfer=Transfer(target, full.project, alice), criteria=UNCLASSIFIED, expected=2))
    work(start_move(transfer=Transfer(full.project, target, alice), criteria=UNCLASSIFIED, expected=2))
    assert merged_into(full.project) is None


def test_a_manager_of_one_does_not_learn_the_title_of_the_other(client, full, target, alice, dan):
    work(start_move(transfer=Transfer(full.project, target, alice), criteria=UNCLASSIFIED, expected=2))
    set_role(project=target, user=dan, role=Role.MANAGER)
    client.force_login(dan)
    page = client.get(f"/projects/{target.pk}/moves/").content.decode()
    assert "2 objects moved" in page and "another project" in page and "Villefranche" not in page
    (line,) = client.get(f"/api/v1/projects/{target.pk}/moves/").json()["results"]
    assert (line["source"], line["source_title"]) == (None, "another project")


def test_members_of_the_source_learn_nothing_of_the_target(client, full, target, alice, vera):
    """Vera, who sees the source alone, reads its jobs: also one that a conflict stopped."""
    ended = work(
        start_move(transfer=Transfer(full.project, target, alice), criteria=UNCLASSIFIED, expected=2)
    )
    stopped = start_move(transfer=Transfer(full.project, target, alice), criteria=EVERYTHING, expected=8)
    Sample.objects.filter(project=full.project).update(fields={"ship": "Tara"})
    Sample.objects.filter(project=target).update(fields={"ship": "Sagitta"})
    assert "ship" in str(work(stopped).errors)
    client.force_login(vera)
    for job in (ended, stopped):
        page = client.get(f"/jobs/{job.pk}/").content.decode()
        answer = client.get(f"/api/v1/jobs/{job.pk}/").json()
        assert "another project" in page and "another project" in answer["message"]
        for text in ("Naples", "Sagitta", f"/projects/{target.pk}/"):
            assert text not in page and text not in str(answer)
        assert "target" not in answer["result"]
    client.force_login(alice)
    page = client.get(f"/jobs/{ended.pk}/").content.decode()
    assert f'<a href="/projects/{target.pk}/">Naples 2026</a>' in page


# --- The page and the API ---------------------------------------------------------------------------------------------


def test_the_page_shows_what_would_happen_and_asks_for_the_number(client, full, target, alice):
    client.force_login(alice)
    address = f"/projects/{full.project.pk}/move/?state=unclassified"
    assert "Move or copy 2 objects" in client.get(address).content.decode()
    chosen = f"{address}&target={target.pk}&act=move"
    page = client.get(chosen).content.decode()
    assert "2 objects of 1 sample go from Villefranche 2026 to Naples 2026." in page
    assert "1 sample will be new there." in page and "All free columns are there already." in page
    refused = client.post(chosen, {"expected": "5"})
    assert refused.status_code == 400 and "Type 2 to move them." in refused.content.decode()
    work(Job.objects.get(pk=client.post(chosen, {"expected": "2"}).url.split("/")[-2]))
    assert in_target(target) == 2
    for project in (full.project, target):
        assert "2 objects moved" in client.get(f"/projects/{project.pk}/moves/").content.decode()


def test_a_single_object_goes_and_comes_back_without_choosing_or_counting(client, full, target, alice):
    """What a move to where the last one went would do is shown at once, and the number of one is written already."""
    client.force_login(alice)
    address = f"/projects/{full.project.pk}/move/?id={full.objects[0].pk}"
    chosen = f"{address}&target={target.pk}&act=move"
    page = client.get(chosen).content.decode()
    assert "1 object of 1 sample goes from" in page and 'value="1"' in page
    job = work(Job.objects.get(pk=client.post(chosen, {"expected": "1"}).url.split("/")[-2]))
    assert job.message == "1 object moved to another project, with everything on it."
    answer = client.get(f"/projects/{target.pk}/move/?id={full.objects[0].pk}", follow=True)
    back = answer.content.decode()
    assert answer.redirect_chain[0][0].endswith(f"&target={full.project.pk}&act=move"), (
        "a number is sent there"
    )
    assert f'<option value="{full.project.pk}" selected>' in back
    assert "1 object of 1 sample goes from" in back and 'value="1"' in back
    merge = client.get(f"/projects/{target.pk}/move/").content.decode()
    assert f'<option value="{full.project.pk}" selected>' not in merge


def test_the_page_shows_conflicts_and_no_button(client, full, target, alice):
    stranger(target, "another", "obj_3")
    client.force_login(alice)
    page = client.get(f"/projects/{full.project.pk}/move/?target={target.pk}&act=move").content.decode()
    assert "This is in the way" in page and "Object obj_3" in page and 'name="expected"' not in page


def test_nothing_is_not_offered_to_be_moved(client, full, target, alice):
    client.force_login(alice)
    page = client.get(f"/projects/{full.project.pk}/move/?depth_min=99999").content.decode()
    assert "there is nothing to move or copy" in page and target.title not in page
    assert "This project has no object" in client.get(f"/projects/{target.pk}/move/").content.decode()


def test_only_projects_that_one_manages_are_offered(client, full, target, alice, bob):
    create_project(title="Bob's own", owner=bob)
    client.force_login(alice)
    page = client.get(f"/projects/{full.project.pk}/move/").content.decode()
    assert "Naples 2026" in page and "Bob's own" not in page and "Bob&#x27;s own" not in page


def test_by_the_api(client, full, target, alice):
    client.force_login(alice)
    address = f"/api/v1/projects/{full.project.pk}/moves/"
    body = {"target": target.pk, "filter": {"state": "unclassified"}, "expected": 2}
    plan = client.post(address, {**body, "dry_run": True}, content_type="application/json")
    assert plan.json() == {"objects": 2, "samples": 1, "new_samples": 1, "new_columns": [], "conflicts": []}
    answer = client.post(address, body, content_type="application/json")
    assert (answer.status_code, answer.json()["kind"]) == (202, "move_objects")
    work(Job.objects.get(pk=answer.json()["id"]))
    (line,) = client.get(f"/api/v1/projects/{target.pk}/moves/").json()["results"]
    assert (line["source"], line["objects_done"], line["user"]) == (full.project.pk, 2, "Alice")
