"""What goes wrong on the way: refusals, a server that is away, pictures that are cut off, workers that are killed."""

from collections.abc import Callable

import pytest

from annotations.common.outgoing.errors import OutgoingRefused, ServerAway
from annotations.jobs.errors import ClaimLost, JobCancelled
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.pulls import object_pages
from annotations.pulls.actions import go_on, titles_of
from annotations.pulls.errors import NoRight, NotThere, OtherAnswer, SignInRefused
from annotations.pulls.models import PullToken
from annotations.pulls.pace import RequestPace
from annotations.pulls.pictures import RemotePicture
from annotations.pulls.server import EcotaxaServer, server_address
from annotations.samples.models import Image, Object
from tests.pulls.remote import ACCOUNT, PASSWORD, TOKEN, predicted, remote_object, validated
from tests.pulls.run_pulls import begin, pull, signed_in, work
from worker.tasks import sweep_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def stocked(remote, monkeypatch):
    """Seven objects of two samples, in pages of two."""
    monkeypatch.setattr(object_pages, "SIZE", 2)
    remote.add(*(validated(number) for number in range(1, 6)))
    remote.add(*(predicted(number, sample=101, acquisid=1001) for number in (6, 7)))
    return remote


def what_is_here() -> list[tuple]:
    objects = Object.objects.order_by("wide__original_id").select_related("wide", "taxon", "annotator")
    return [
        (
            each.wide.original_id,
            each.state,
            each.taxon.name,
            str(each.annotator),
            each.wide.values,
            each.version,
        )
        for each in objects
    ] + list(Image.objects.order_by("file_name").values_list("file_name", "key", "rank"))


# --- Refusals ---------------------------------------------------------------------------------------------------------


def test_a_wrong_password(remote):
    with pytest.raises(SignInRefused, match="does not know this account and password"):
        EcotaxaServer(remote.address).sign_in("ann@lab.example", "wrong")


def test_a_project_that_is_not_there_or_may_not_be_seen(remote):
    server = signed_in(remote)
    remote.forbidden.add(43)
    with pytest.raises(NotThere, match="no project 77"):
        titles_of([42, 77], server)
    with pytest.raises(NoRight, match="may not see this project"):
        titles_of([43], server)


def test_a_server_that_is_no_ecotaxa(file_server):
    file_server.files["/api/login"] = b"<html>Hello</html>"
    with pytest.raises(OtherAnswer, match="does not answer as an EcoTaxa server does"):
        EcotaxaServer(file_server.address).sign_in("ann", "secret")


def test_a_server_inside_the_network_is_not_called(remote, settings):
    settings.PRIVATE_HOSTS = []
    with pytest.raises(OutgoingRefused, match="private network"):
        signed_in(remote)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("ecotaxa.obs-vlfr.fr", "https://ecotaxa.obs-vlfr.fr"),
        (" https://ecotaxa.obs-vlfr.fr/prj/1234 ", "https://ecotaxa.obs-vlfr.fr"),
        ("https://lab.example:8443/api", "https://lab.example:8443"),
    ],
)
def test_the_address_of_a_server_is_read_from_any_of_its_pages(typed, address):
    assert server_address(typed) == address


def test_a_password_goes_nowhere_unencrypted():
    with pytest.raises(OutgoingRefused, match="would go to ecotaxa"):
        server_address("http://ecotaxa.obs-vlfr.fr")


def test_a_right_that_is_withdrawn_fails_the_job(stocked, project, alice):
    job = begin(stocked, project, alice)
    stocked.forbidden.add(42)
    assert work(job).state == "failed"
    assert "may not see this project" in job.message
    assert not PullToken.objects.exists()


# --- A server that is away --------------------------------------------------------------------------------------------


def test_a_server_that_stumbles_is_asked_again(stocked, project, alice):
    job = begin(stocked, project, alice)
    stocked.statuses = [500, 502, 503]
    assert work(job).state == "done"


def test_a_server_that_stays_away_puts_the_job_back(stocked, project, alice):
    job = begin(stocked, project, alice)
    stocked.statuses = [500] * 5
    assert work(job).state == "queued"
    assert PullToken.objects.filter(job=job).exists()
    Job.objects.filter(pk=job.pk).update(not_before=None)
    assert work(job).state == "done"


def test_a_picture_that_is_cut_off_is_fetched_again(stocked, project, alice):
    stocked.breaks_after = [20]
    fetching, imported = pull(stocked, project, alice)
    assert (fetching.result["pictures"], fetching.result["missing"], imported.result["images"]) == (7, 0, 7)


# --- Pictures that can't come -----------------------------------------------------------------------------------------


def test_an_object_whose_picture_is_missing_comes_without(stocked, project, alice):
    stocked.lost_pictures = {30}
    stocked.pictures[40] = b"no picture at all"
    fetching, imported = pull(stocked, project, alice)
    assert "2 pictures are missing: their objects come without." in fetching.message
    warnings = [warning["message"] for warning in fetching.warnings]
    assert warnings[0] == "o3: the picture 0000/0030.png is not on the server any more"
    assert warnings[1].startswith("o4: the picture 0000/0040.png could not be read: ")
    assert (imported.result["objects"], imported.result["images"]) == (7, 5)
    assert "here already" not in imported.message


# --- Projects that change meanwhile -----------------------------------------------------------------------------------


def test_objects_that_go_and_come_meanwhile_hide_no_others(stocked, project, alice):
    def change(path: str) -> None:
        if "window_start=1&" in path and 1 in stocked.objects:  # the second page
            del stocked.objects[1]
            stocked.add(remote_object(8))

    stocked.before_answer = change
    fetching, _ = pull(stocked, project, alice)
    assert set(Object.objects.values_list("wide__original_id", flat=True)) == {f"o{n}" for n in range(1, 9)}
    assert "had 7 objects when it was begun, and 8 were fetched" in fetching.warnings[0]["message"]


def test_an_object_that_goes_while_its_page_is_read_stops_nothing(stocked, project, alice):
    stocked.add(validated(8, images=[(80, 0), (81, 1)]))

    def change(path: str) -> None:
        if path in ("/api/object/3/history", "/api/object/8"):
            stocked.objects.pop(int(path.split("/")[3]), None)

    stocked.before_answer = change
    fetching, imported = pull(stocked, project, alice)
    assert (fetching.state, imported.result["objects"]) == ("done", 8)


def test_more_columns_than_an_address_holds_come_in_several_answers(stocked, project, alice, monkeypatch):
    monkeypatch.setattr(object_pages, "MOST_ADDRESS", 60)
    pull(stocked, project, alice)
    assert Object.objects.get(wide__original_id="o1").wide.values == [10.0]


def test_a_project_that_would_fill_the_disk_is_refused(stocked, project, alice, settings):
    settings.IMPORT_MAX_BYTES = 1000
    job = work(begin(stocked, project, alice))
    assert job.state == "failed" and "SESTON_IMPORT_MAX_BYTES" in job.message


def test_a_long_name_of_a_picture_fits_a_file_system(stocked):
    picture = RemotePicture(10, 0, "0000/0010.png", "プ" * 100 + ".png")
    assert picture.path == "00000/10_picture.png"


# --- Sign-ins that end ------------------------------------------------------------------------------------------------


def test_a_sign_in_that_ends_stops_the_job_and_a_new_one_goes_on(stocked, project, alice):
    def expire(path: str) -> None:
        if path.startswith("/vault/0000/0050"):
            stocked.tokens.clear()

    stocked.before_answer = expire
    stopped = work(begin(stocked, project, alice))
    assert (stopped.state, stopped.message) == (
        "failed",
        "Your sign-in at the EcoTaxa server has ended. Sign in again: it goes on where it stopped.",
    )
    assert not PullToken.objects.exists()
    stocked.before_answer = lambda path: None
    stocked.requests.clear()
    job = work(go_on(job=stopped, user=alice, server=signed_in(stocked)))
    assert job.state == "done"
    assert not {"/vault/0000/0010.png", "/vault/0000/0050.png"} & set(stocked.paths("/vault/"))
    work(Job.objects.get(pk=job.result["import"]))
    assert Object.objects.count() == 7


def test_a_cancelled_job_forgets_its_token(stocked, project, alice, monkeypatch):
    job = begin(stocked, project, alice)
    assert TOKEN not in PullToken.objects.get(job=job).sealed

    def cancelled(self: Progress) -> None:
        raise JobCancelled

    monkeypatch.setattr(Progress, "check", cancelled)
    assert work(job).state == "cancelled"
    assert not PullToken.objects.exists()


@pytest.mark.parametrize("state", ["cancelled", "failed"])
def test_a_token_goes_with_a_job_that_ended_otherwise(stocked, project, alice, state):
    job = begin(stocked, project, alice)
    sweep_task()
    assert PullToken.objects.exists()
    Job.objects.filter(pk=job.pk).update(state=state)
    sweep_task()
    assert not PullToken.objects.exists()


def test_a_token_of_another_key_asks_for_a_new_sign_in(stocked, project, alice, settings):
    job = begin(stocked, project, alice)
    settings.SECRET_KEY = "another one"
    assert "Sign in again" in work(job).message


# --- Workers that die -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("deaths", [[1], [2], [3], [4, 1], [5], [6], [7], [8], [2, 2, 2]])
def test_whoever_takes_it_up_comes_to_the_same(stocked, project, alice, monkeypatch, deaths):
    """`deaths`: at which of its checkpoints each worker dies, before anything of it stays."""
    job = begin(stocked, project, alice)
    for checkpoint in deaths:
        with monkeypatch.context() as patched:
            patched.setattr(Progress, "checkpoint", dying_at(checkpoint))
            with pytest.raises(AssertionError):
                work(job)
    assert work(job).state == "done", job.message
    assert Job.objects.filter(kind="import_package").count() == 1
    work(Job.objects.get(pk=job.result["import"]))
    assert len(what_is_here()) == 14
    assert [row[0] for row in what_is_here()[:7]] == [f"o{number}" for number in range(1, 8)]
    assert [row[4] for row in what_is_here()[:7]] == [[10.0 * number] for number in range(1, 8)]


def test_who_dies_behind_the_import_is_followed_by_none_who_fetches_again(
    stocked, project, alice, monkeypatch
):
    job = begin(stocked, project, alice)
    with monkeypatch.context() as patched:
        patched.setattr("annotations.pulls.pull_job.forget_token", dying_at(1))
        with pytest.raises(AssertionError):
            work(job)
    work(Job.objects.get(kind="import_package"))  # what was fetched goes with its end
    stocked.requests.clear()
    assert work(job).state == "done"
    assert (stocked.requests, job.result["objects"]) == ([], 7)


def dying_at(checkpoint: int) -> Callable[..., None]:
    """A worker that is killed before its checkpoint of this number stays."""
    alive, keep = iter(range(checkpoint - 1)), Progress.checkpoint

    def keep_or_die(self: Progress, **note: object) -> None:
        if next(alive, None) is None:
            raise ClaimLost
        keep(self, **note)

    return keep_or_die


def test_an_answer_has_a_time_for_all_of_it(remote, monkeypatch):
    monkeypatch.setattr("annotations.pulls.server.MOST_SECONDS", -1)
    server = EcotaxaServer(remote.address, pace=RequestPace(tries=1))
    with pytest.raises(ServerAway, match="too slow"):
        server.sign_in(ACCOUNT, PASSWORD)
