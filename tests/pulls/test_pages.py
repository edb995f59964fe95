"""The page, the API and the command with which a person brings projects over."""

import re
import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from annotations.jobs.models import Job
from annotations.projects.models import Project
from annotations.pulls.models import PullToken
from annotations.pulls.signing_in import refusals_in_words
from annotations.samples.models import Object
from tests.pulls.remote import ACCOUNT, PASSWORD, TOKEN, remote_object, validated
from tests.pulls.run_pulls import work

pytestmark = pytest.mark.django_db


@pytest.fixture
def stocked(remote):
    remote.add(validated(1), remote_object(2))
    return remote


@pytest.fixture
def manager(client, alice):
    client.force_login(alice)
    return client


def sign_in(manager, project, remote, **more):
    body = {"address": remote.address, "account": ACCOUNT, "password": PASSWORD, **more}
    return manager.post(f"/projects/{project.pk}/ecotaxa/", body)


def sealed_of(answer) -> str:
    return re.search(r'name="sealed" value="([^"]+)"', answer.content.decode())[1]


def start(manager, project, sealed, **chosen):
    body = {"sealed": sealed, "history": "on", "create_taxa": "on", **chosen}
    return manager.post(f"/projects/{project.pk}/ecotaxa/start/", body)


def test_a_person_signs_in_chooses_and_gets_the_objects(stocked, manager, project):
    answer = sign_in(manager, project, stocked)
    page = answer.content.decode()
    assert "Villefranche 2020 (42; 2 objects)" in page
    assert PASSWORD not in page
    assert TOKEN not in page
    started = start(manager, project, sealed_of(answer), sources=["42"])
    job = Job.objects.get(kind="pull_ecotaxa")
    assert started.url == f"/jobs/{job.pk}/"
    work(Job.objects.get(pk=work(job).result["import"]))
    assert Object.objects.filter(project=project).count() == 2
    assert (
        f'href="/jobs/{job.result["import"]}/">Go on to the import'
        in manager.get(started.url).content.decode()
    )


def test_several_projects_come_each_into_one_of_their_own(stocked, manager, project):
    sealed = sealed_of(sign_in(manager, project, stocked))
    answer = start(manager, project, sealed, sources=["42"], numbers="43", target="apart")
    assert answer.url == "/jobs/"
    titles = set(Job.objects.filter(kind="pull_ecotaxa").values_list("project__title", flat=True))
    assert titles == {"Villefranche 2020", "Nice 2021"}


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"password": "wrong"}, "does not know this account and password"),
        ({"account": "", "password": ""}, "Give your account and password"),
        ({"token": "old"}, "does not know this token"),
        ({"address": "ftp://x"}, "is no address that begins with https://"),
    ],
)
def test_a_sign_in_that_is_refused_is_said_on_the_page(stocked, manager, project, form, sentence):
    answer = sign_in(manager, project, stocked, **form)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()


def test_a_project_that_may_not_be_seen_starts_nothing(stocked, manager, project):
    sealed = sealed_of(sign_in(manager, project, stocked))
    stocked.forbidden.add(43)
    answer = start(manager, project, sealed, numbers="42 43")
    assert "may not see this project" in answer.content.decode()
    assert not Job.objects.exists()


def test_nothing_chosen_and_no_number_are_said(stocked, manager, project):
    sealed = sealed_of(sign_in(manager, project, stocked))
    assert "Choose the projects" in start(manager, project, sealed).content.decode()
    assert "Write the numbers of projects" in start(manager, project, sealed, numbers="x").content.decode()


def test_anothers_sign_in_is_of_no_use(stocked, manager, project, client, alice, bob):
    sealed = sealed_of(sign_in(manager, project, stocked))
    own = Project.objects.create(title="Bob's")
    own.memberships.create(user=bob, role="manager")
    client.force_login(bob)
    assert "sign in again" in start(client, own, sealed, sources=["42"]).content.decode()


def test_after_a_sign_in_that_ended_its_person_goes_on(stocked, manager, project):
    start(manager, project, sealed_of(sign_in(manager, project, stocked)), sources=["42"])
    stocked.tokens.clear()
    stopped = work(Job.objects.get(kind="pull_ecotaxa"))
    page = manager.get(f"/jobs/{stopped.pk}/").content.decode()
    assert "Sign in and go on" in page
    answer = manager.post(
        f"/projects/{project.pk}/ecotaxa/{stopped.pk}/", {"account": ACCOUNT, "password": PASSWORD}
    )
    job = Job.objects.exclude(pk=stopped.pk).get()
    assert answer.url == f"/jobs/{job.pk}/"
    assert work(job).state == "done"


def test_another_manager_goes_on_with_a_sign_in_of_their_own(stocked, manager, client, project, bob):
    start(manager, project, sealed_of(sign_in(manager, project, stocked)), sources=["42"])
    stocked.tokens.clear()
    stopped = work(Job.objects.get(kind="pull_ecotaxa"))
    project.memberships.update_or_create(user=bob, defaults={"role": "manager"})
    client.force_login(bob)
    assert "Sign in and go on" in client.get(f"/jobs/{stopped.pk}/").content.decode()
    credentials = {"account": ACCOUNT, "password": PASSWORD}
    client.post(f"/projects/{project.pk}/ecotaxa/{stopped.pk}/", credentials)
    job = Job.objects.exclude(pk=stopped.pk).get()
    assert (job.owner, work(job).state) == (bob, "done")


def test_a_slow_server_keeps_few_threads(stocked, manager, project, monkeypatch):
    monkeypatch.setattr("annotations.pulls.signing_in._waiting", threading.BoundedSemaphore(1))
    with refusals_in_words():
        answer = sign_in(manager, project, stocked)
    assert answer.status_code == 400 and "Others are waiting for EcoTaxa servers" in answer.content.decode()
    assert sign_in(manager, project, stocked).status_code == 200


def test_what_one_page_asks_ends_in_time(stocked, manager, project, monkeypatch):
    monkeypatch.setattr("annotations.pulls.signing_in.ALL_SECONDS", 0)
    answer = sign_in(manager, project, stocked)
    assert answer.status_code == 400 and "is too slow. Try again later." in answer.content.decode()


def test_by_the_api(stocked, manager, project):
    body = {
        "server": stocked.address,
        "account": ACCOUNT,
        "password": PASSWORD,
        "source": 42,
        "create_taxa": True,
    }
    url = f"/api/v1/projects/{project.pk}/ecotaxa-imports/"
    answer = manager.post(url, body, content_type="application/json")
    assert answer.status_code == 202
    assert PASSWORD not in answer.content.decode()
    assert PullToken.objects.filter(job=answer.json()["id"]).exists()
    refused = manager.post(url, {**body, "password": "wrong"}, content_type="application/json")
    assert refused.status_code == 400
    assert "does not know this account" in refused.content.decode()


def test_by_the_command(stocked, alice, monkeypatch):
    monkeypatch.setenv("SESTON_ECOTAXA_PASSWORD", PASSWORD)
    words = {"server": stocked.address, "account": ACCOUNT, "user": alice.username, "create_taxa": True}
    call_command("import_from_ecotaxa", 42, project="Moved", stdout=StringIO(), **words)
    assert Object.objects.filter(project__title="Moved").count() == 2
    stocked.forbidden.add(43)
    with pytest.raises(CommandError, match="may not see this project"):
        call_command("import_from_ecotaxa", 43, project="Closed", stdout=StringIO(), **words)
    assert not Project.objects.filter(title="Closed").exists()
