import pytest

from annotations.jobs.models import FINENESS, Job, JobState
from tests.worlds import shared_rows


@shared_rows
def job(project, bob) -> Job:
    return Job.objects.create(
        kind="export_project",
        owner=bob,
        project=project,
        state=JobState.RUNNING,
        done=1500,
        total=6000,
        message="Writing.",
    )


def url(job: Job) -> str:
    return f"/jobs/{job.pk}/"


def test_a_running_job_shows_how_far_it_is_and_asks_again(client, job, bob):
    client.force_login(bob)
    page = client.get(url(job)).content.decode()
    assert "1,500 of 6,000" in page
    assert 'hx-trigger="every 1s"' in page
    assert "Cancel" in page


def test_a_bar_of_parts_is_a_share_and_no_count_of_anything(client, job, bob):
    Job.objects.filter(pk=job.pk).update(done=320, total=FINENESS)
    client.force_login(bob)
    page = client.get(url(job)).content.decode()
    assert "32 %" in page
    assert "of 1,000" not in page


def test_polling_gets_the_fragment_without_the_page_around_it(client, job, bob):
    client.force_login(bob)
    fragment = client.get(url(job), headers={"HX-Request": "true"}).content.decode()
    assert 'id="job"' in fragment
    assert "<html" not in fragment


def test_a_finished_job_stops_asking_and_links_to_its_result(client, job, bob):
    Job.objects.filter(pk=job.pk).update(
        state=JobState.DONE, message="6,000 objects.", result={"url": f"/exports/{job.pk}/", "bytes": 2048}
    )
    client.force_login(bob)
    fragment = client.get(url(job), headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in fragment
    assert f'href="/exports/{job.pk}/"' in fragment
    assert "Cancel" not in fragment


def test_what_is_done_does_not_look_half_done(client, job, bob):
    Job.objects.filter(pk=job.pk).update(state=JobState.DONE)
    client.force_login(bob)
    assert "1,500 of 6,000" not in client.get(url(job)).content.decode()


@pytest.mark.parametrize("kind", ["embed_measurements", "embed_objects"])
def test_what_was_compared_leads_on_to_clusters_and_map(client, job, bob, project, kind):
    """One comes from the pages that had nothing to compare."""
    Job.objects.filter(pk=job.pk).update(kind=kind, state=JobState.DONE)
    client.force_login(bob)
    card = client.get(url(job), headers={"HX-Request": "true"}).content.decode()
    assert all(
        f'href="/projects/{project.pk}/{place}/"' in card for place in ("clusters", "map", "similarity")
    )


def test_after_a_segmentation_the_bench_has_also_what_a_detector_named(client, job, bob, project):
    Job.objects.filter(pk=job.pk).update(kind="segment", state=JobState.DONE, result={"made": 3})
    client.force_login(bob)
    card = client.get(url(job), headers={"HX-Request": "true"}).content.decode()
    assert f'href="/projects/{project.pk}/?state=unclassified&amp;state=predicted"' in card


def test_errors_name_file_line_and_column(client, job, bob):
    error = {"file": "ecotaxa_a.tsv", "line": 17, "column": "object_lat", "message": "Not a latitude."}
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, errors=[error])
    client.force_login(bob)
    page = client.get(url(job)).content.decode()
    assert all(str(part) in page for part in error.values())


@pytest.mark.parametrize(("count", "is_open"), [(1, True), (300, False)])
def test_warnings_are_apart_from_errors_and_hundreds_are_folded(client, job, bob, count, is_open):
    warnings = [
        {"file": "ecotaxa_a.tsv", "line": n, "column": "img_file_name", "message": f"Found elsewhere {n}."}
        for n in range(count)
    ]
    Job.objects.filter(pk=job.pk).update(state=JobState.DONE, result={"warnings": warnings})
    client.force_login(bob)
    page = client.get(url(job)).content.decode()
    assert f"{count} warning" in page and f"Found elsewhere {count - 1}." in page
    assert "What is wrong" not in page
    assert ('class="warnings" open' in page) == is_open


def test_members_see_the_job_and_strangers_do_not(client, job, vera, dan):
    assert client.get(url(job)).url.startswith("/accounts/sign-in/")
    client.force_login(vera)
    assert client.get(url(job)).status_code == 200
    assert "Cancel</button>" not in client.get(url(job)).content.decode()
    client.force_login(dan)
    assert client.get(url(job)).status_code == 404
    assert f'href="{url(job)}"' not in client.get("/jobs/").content.decode()


def test_who_asked_and_the_manager_may_cancel_and_others_may_not(client, job, alice, carla, dan):
    for person, status in ((dan, 404), (carla, 403), (alice, 302)):
        client.force_login(person)
        assert client.post(f"{url(job)}cancel/").status_code == status
        job.refresh_from_db()
        assert job.cancel_requested is (person == alice)


def test_what_was_cancelled_and_has_not_stopped_yet_says_so(client, job, bob):
    client.force_login(bob)
    client.post(f"{url(job)}cancel/")
    page = client.get(url(job)).content.decode()
    assert "Cancelling: it stops when" in page and "Cancel</button>" not in page
    Job.objects.filter(pk=job.pk).update(state=JobState.CANCELLED, message="Cancelled.")
    assert "Cancelling" not in client.get(url(job)).content.decode()


@pytest.mark.parametrize(("waiting", "inner"), [([7], "7/"), ([7, 9], "")])
def test_a_segmentation_that_waits_leads_to_what_waits(client, job, bob, project, waiting, inner):
    result = {"waiting": waiting}
    Job.objects.filter(pk=job.pk).update(kind="segment", state=JobState.DONE, result=result)
    client.force_login(bob)
    card = client.get(url(job), headers={"HX-Request": "true"}).content.decode()
    assert f'href="/projects/{project.pk}/segmentations/{inner}"' in card


def test_a_failed_import_leads_back_to_the_import(client, job, bob):
    back = f'href="/projects/{job.project_id}/import/">Back to Import'
    client.force_login(bob)
    for state, leads_back in ((JobState.FAILED, True), (JobState.DONE, False), (JobState.RUNNING, False)):
        Job.objects.filter(pk=job.pk).update(kind="import_package", state=state)
        fragment = client.get(url(job), headers={"HX-Request": "true"}).content.decode()
        assert (back in fragment) == leads_back, state


def test_on_a_phone_the_list_says_who_asked_and_when(client, job, bob):
    client.force_login(bob)
    page = client.get("/jobs/").content.decode()
    assert f'data-is="Asked by">{bob.display_name}<' in page
    assert 'data-is="When (UTC)">' in page
    Job.objects.filter(pk=job.pk).update(owner=None)
    assert 'data-is="Asked by"' not in client.get("/jobs/").content.decode(), "nobody asked for it"
