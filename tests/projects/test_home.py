"""Home: what is next for whom, and the projects that one sees."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotations.assignments.models import Assignment
from annotations.checks.actions import answer_look, finish_check, start_check
from annotations.checks.models import CheckAnswer
from annotations.discussions.actions import comment
from annotations.jobs.models import Job, JobState
from annotations.projects.actions import create_project, remove_member
from annotations.projects.models import Project
from annotations.projects.queries import A_PAGE
from annotations.projects.waiting import Asker, next_steps
from annotations.readings.actions import choose, start_reading, submit
from annotations.search.filter import Filter
from annotations.taxon_matching.actions import note_pending, refuse_name
from annotations.taxon_matching.models import PendingName
from annotations.taxonomy.actions import TaxonName
from tests.plankton import machine_validated, make_tow


def steps(person, last_project=None) -> list[tuple[int | None, str, str]]:
    return [(step.count, step.text, step.url) for step in next_steps(Asker(person, last_project))]


def test_who_annotates_is_led_to_what_a_model_named_and_who_looks_is_not(tow, bob, vera, dan):
    review = f"/projects/{tow.project.pk}/review/"
    assert steps(bob) == [(4, "predicted objects wait for a person to confirm", review)]
    assert steps(vera) == []
    assert steps(dan) == []


def test_each_project_of_a_person_is_counted_the_last_one_first(tow, bob):
    """In the first nobody has named anything, in the second a model has."""
    other = make_tow(create_project(title="Other", owner=bob))
    for labelled in tow.objects[:4]:
        labelled.delete()
    unclassified = (
        3,
        "unclassified objects wait for a name",
        f"/projects/{tow.project.pk}/?state=unclassified",
    )
    predicted = (
        4,
        "predicted objects wait for a person to confirm",
        f"/projects/{other.project.pk}/review/",
    )
    assert steps(bob) == [predicted, unclassified]
    assert steps(bob, tow.project)[1:] == [unclassified, predicted]


def test_the_samples_given_to_a_person_come_first(tow, bob):
    other = make_tow(create_project(title="Other", owner=bob))
    Assignment.objects.create(sample_id=other.objects[0].sample_id, user=bob)
    url = f"/projects/{other.project.pk}/?state=predicted&assigned={bob.pk}"
    assert steps(bob) == [(4, "predicted objects wait in the samples given to you", url)]


def test_without_predictions_what_nobody_named_waits(tow, bob):
    for each in tow.objects[:4]:
        each.delete()
    Assignment.objects.create(sample_id=tow.objects[5].sample_id, user=bob)
    ((count, text, _),) = steps(bob)
    assert (count, text) == (3, "unclassified objects wait in the samples given to you")


def of_readings(person) -> list[tuple[int | None, str, str]]:
    return [step for step in steps(person) if "/readings/" in step[2]]


def test_a_second_reading_waits_until_it_is_handed_in(tow, alice, carla, bob):
    reading = start_reading(project=tow.project, user=alice, name="Spring", size=5, readers=[bob, carla])
    url = f"/projects/{tow.project.pk}/readings/{reading.pk}/"
    assert of_readings(alice) == []
    assert of_readings(bob) == [(5, "objects to read in a second reading", url)]
    objects = list(reading.reading_objects.values_list("object_id", flat=True))
    choose(reading=reading, user=bob, objects=objects[:4], taxon=None)
    assert of_readings(bob) == [(1, "object to read in a second reading", url)]
    choose(reading=reading, user=bob, objects=objects, taxon=None)
    assert of_readings(bob) == [(None, "Hand in your second reading", url)]
    submit(reading=reading, user=bob)
    assert of_readings(bob) == []


def test_a_quality_check_waits_for_who_began_it_until_it_is_finished(tow, bob, carla):
    check = start_check(project=tow.project, user=bob, criteria=Filter(), least=0.9)
    url = f"/projects/{tow.project.pk}/checks/{check.pk}/"
    expected = (None, "Go on with your quality check", url)
    assert expected in steps(bob)
    assert expected not in steps(carla)
    answer_look(check=check, user=bob, place=1, answer=CheckAnswer.RIGHT)
    finish_check(check=check, user=bob)
    assert expected not in steps(bob)


def test_names_that_packages_brought_wait_for_who_may_settle_them(tow, alice, bob, root):
    note_pending(project=tow.project, names=[TaxonName("Copepods"), TaxonName("Krill"), TaxonName("Jellies")])
    refuse_name(pending=PendingName.objects.get(name="Jellies"), user=alice)
    waiting = (2, "names wait to be settled, and labels with them", f"/projects/{tow.project.pk}/names/")
    assert waiting in steps(alice)
    assert waiting not in steps(bob) and waiting not in steps(root)
    refuse_name(pending=PendingName.objects.get(name="Krill"), user=alice)
    assert (1, "name waits to be settled, and labels with them", waiting[2]) in steps(alice)


def test_mentions_wait_and_nothing_does_of_a_project_that_one_left(tow, alice, bob, carla):
    comment(project=tow.project, author=alice, text="@bob look", object=tow.objects[0])
    start_reading(project=tow.project, user=alice, name="Spring", size=5, readers=[bob, carla])
    assert (1, "new mention of you", "/mentions/") in steps(bob)
    assert len(steps(bob)) == 3
    remove_member(project=tow.project, user=bob)
    assert steps(bob) == []


def test_jobs_under_way_and_failed_are_said_to_who_asked_for_them(project, alice, bob):
    def job(state: JobState, **more: object) -> Job:
        return Job.objects.create(kind="export_project", project=project, owner=alice, state=state, **more)

    failed = job(JobState.FAILED, finished=timezone.now())
    job(JobState.FAILED, finished=timezone.now() - timedelta(days=8))
    for state in (JobState.QUEUED, JobState.RUNNING):
        job(state)
    assert steps(alice) == [
        (1, "of your jobs failed", f"/jobs/{failed.pk}/"),
        (2, "jobs of yours are under way", "/jobs/"),
    ]
    assert steps(bob) == []
    job(JobState.DONE)
    assert [text for _, text, _ in steps(alice)] == ["jobs of yours are under way"]


def test_the_project_that_one_was_in_last_is_one_click_away(client, tow, vera):
    client.force_login(vera)
    assert "Nothing waits for you." in client.get("/").content.decode()
    client.get(f"/projects/{tow.project.pk}/")
    page = client.get("/").content.decode()
    assert "Go on where you were" in page
    remove_member(project=tow.project, user=vera)
    assert "Go on where you were" not in client.get("/").content.decode()


def test_a_project_is_shown_with_pictures_instrument_and_last_work(client, tow, alice, vera):
    tow.objects[0].acquisition.__class__.objects.update(instrument="UVP 6")
    client.force_login(vera)
    page = client.get("/").content.decode()
    assert "UVP 6" in page
    assert "10 objects" in page
    assert "20 % validated" in page
    assert page.count("/vignettes/v/") == 4


def test_projects_are_found_by_title_and_description(client, project, alice):
    create_project(title="Baltic", description="Small mesh", owner=alice)
    client.force_login(alice)
    for text, names in (("villef", ["Villefranche 2026"]), ("mesh BALT", ["Baltic"]), ("nowhere", [])):
        part = client.get("/", {"q": text}, HTTP_HX_REQUEST="true").content.decode()
        assert [title for title in ("Baltic", "Villefranche 2026") if title in part] == names
    assert "No project of yours is called so." in client.get("/", {"q": "nowhere"}).content.decode()


def test_more_projects_than_a_page_follow_after_it(client, root, alice):
    Project.objects.bulk_create(Project(title=f"Cruise {n:03}") for n in range(A_PAGE + 1))
    client.force_login(root)
    first = client.get("/")
    assert b"Cruise 029" in first.content
    assert b"Cruise 030" not in first.content
    second = client.get("/", {"cursor": first.context["next"]})
    assert [entry["project"].title for entry in second.context["entries"]] == ["Cruise 030"]


def test_the_api_says_what_is_next(client, tow, bob):
    client.force_login(bob)
    (step,) = client.get("/api/v1/me/next-steps/").json()
    assert step == {
        "text": "predicted objects wait for a person to confirm",
        "url": f"/projects/{tow.project.pk}/review/",
        "count": 4,
        "where": "Villefranche 2026",
        "is_fault": False,
    }


@pytest.mark.parametrize("cursor", ["nonsense", "WyJpZCIsbnVsbCwxXQ"])
def test_a_damaged_cursor_is_refused(client, alice, cursor):
    client.force_login(alice)
    assert client.get("/", {"cursor": cursor}).status_code == 400


def test_what_a_rule_labelled_does_not_count_as_validated(client, tow, vera):
    client.force_login(vera)
    assert "machine-validated" not in client.get("/").content.decode()
    machine_validated(tow, 0, 1, 2)
    page = client.get("/").content.decode()
    assert "20 % validated" in page
    assert "2 validated, 3 machine-validated, 1 predicted, 1 dubious, 3 unclassified" in page
