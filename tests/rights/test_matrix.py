"""Every route of the site against every role. A route that this table doesn't know fails the test."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from annotations.discussions.actions import comment, pin, write_note
from annotations.gallery.models import View
from annotations.jobs.models import Job, JobState
from annotations.labels.models import Batch, BatchKind
from annotations.learning.models import LearningSet, Model
from annotations.marks.actions import adopt_starter_set, make_mark
from annotations.nomenclature.actions import note_unknown
from annotations.nomenclature.models import Merge
from annotations.pictures.keys import image_url
from annotations.readings.actions import draw_reading
from annotations.taxonomy.actions import TaxonName
from annotations.taxonomy.models import Synonym, Taxon, TaxonEdit
from annotations.traits.vocabulary import define_trait
from seston.asgi import application
from tests.plankton import tow

__all__ = ["tow"]

ROLES = ["anonymous", "dan", "vera", "bob", "carla", "alice", "root"]
# One column a role, in the order above. S: sent to sign in (302). R: goes on to another page (302).
S, R = "sign in", "redirect"
MEMBERS = (404, 200, 200, 200, 200, 200)
MANAGERS = (404, 403, 403, 403, 200, 200)
ADMINISTRATORS = (403, 403, 403, 403, 403, 200)
ANYBODY = (200, 200, 200, 200, 200, 200)
TABLE = {
    # pages
    ("GET", "accounts:sign_in"): (200, R, R, R, R, R, R),
    ("POST", "accounts:sign_out"): (R, R, R, R, R, R, R),
    ("GET", "accounts:profile"): (S, *ANYBODY),
    ("POST", "accounts:renew_token"): (S, R, R, R, R, R, R),
    ("GET", "projects:list"): (S, *ANYBODY),
    ("GET", "projects:new"): (S, *ANYBODY),
    ("GET", "projects:settings"): (S, *MANAGERS),
    ("POST", "projects:set_member"): (S, 404, 403, 403, 403, R, R),
    ("POST", "projects:drop_member"): (S, 404, 403, 403, 403, R, R),
    ("GET", "gallery:bench"): (S, *MEMBERS),
    ("GET", "gallery:objects"): (S, *MEMBERS),
    ("GET", "gallery:panel"): (S, *MEMBERS),
    ("GET", "gallery:trait_counts"): (S, 404, 400, 400, 400, 400, 400),
    ("GET", "gallery:filters"): (S, *MEMBERS),
    ("POST", "gallery:keep_view"): (S, *(302 if code == 200 else code for code in MEMBERS)),
    ("POST", "gallery:drop_view"): (S, 404, 404, 404, 404, 302, 404),
    ("GET", "gallery:detail"): (S, *MEMBERS),
    ("GET", "review:queue"): (S, *MEMBERS),
    ("GET", "imports:new"): (S, *MANAGERS),
    ("GET", "exports:new"): (S, *MEMBERS),
    ("GET", "exports:download"): (S, *MEMBERS),
    ("GET", "learning:list"): (S, *ANYBODY),
    ("GET", "learning_sets:list"): (S, *ANYBODY),
    ("GET", "learning_sets:new"): (S, 403, 403, 403, 403, 200, 200),
    ("POST", "learning_sets:choices"): (S, 403, 403, 403, 403, 200, 200),
    ("POST", "learning_sets:preview"): (S, 403, 403, 403, 403, 200, 200),
    ("POST", "learning_sets:sheet"): (S, 403, 403, 403, 403, 200, 200),
    ("GET", "learning_sets:detail"): (S, *MEMBERS),
    ("GET", "learning_sets:download"): (S, 404, 400, 400, 400, 400, 400),
    ("GET", "learning_sets:compare"): (S, 400, 400, 400, 400, 400, 400),
    ("GET", "api:learning_sets"): (401, *ANYBODY),
    ("POST", "api:learning_sets"): (401, 404, 403, 403, 403, 202, 202),
    ("GET", "api:learning_set"): (401, *MEMBERS),
    ("GET", "api:learning_set_download"): (401, 404, 400, 400, 400, 400, 400),
    ("GET", "api:compare_learning_sets"): (401, 400, 400, 400, 400, 400, 400),
    ("GET", "learning:new"): (S, 403, 403, 403, 403, 200, 200),
    ("GET", "learning:detail"): (S, *MEMBERS),
    ("GET", "learning:try"): (S, *MEMBERS),
    ("GET", "learning:predict"): (S, *MANAGERS),
    ("GET", "learning:import"): (S, 403, 403, 403, 403, 200, 200),
    ("POST", "learning:import"): (S, 403, 403, 403, 403, 400, 400),
    ("GET", "learning:compare"): (S, *ANYBODY),
    ("GET", "learning:download"): (S, 404, 404, 404, 404, 404, 404),
    ("GET", "learning:part"): (S, 404, 404, 404, 404, 404, 404),
    ("POST", "learning:change"): (S, 404, 403, 403, 403, R, R),
    ("POST", "learning:own"): (S, 404, 403, 403, 403, R, R),
    ("POST", "learning:export"): (S, 404, 403, 403, 403, 400, 400),
    ("POST", "measurements:start"): (S, 404, 403, 403, 403, R, R),
    ("GET", "jobs:list"): (S, *ANYBODY),
    ("GET", "jobs:detail"): (S, *MEMBERS),
    ("POST", "jobs:cancel"): (S, 404, R, R, R, R, R),
    ("GET", "taxonomy:complete"): (S, *ANYBODY),
    ("GET", "taxonomy:presets"): (S, *MANAGERS),
    ("POST", "taxonomy:presets"): (S, 404, 403, 403, 403, 302, 302),
    ("GET", "taxonomy:tree"): (S, *ADMINISTRATORS),
    ("GET", "taxonomy:import"): (S, *ADMINISTRATORS),
    ("POST", "taxonomy:import"): (S, 403, 403, 403, 403, 403, 400),
    ("GET", "taxonomy:taxon"): (S, *ADMINISTRATORS),
    ("POST", "taxonomy:taxon"): (S, *ADMINISTRATORS),
    ("POST", "taxonomy:status"): (S, 403, 403, 403, 403, 403, 302),
    ("POST", "taxonomy:synonym"): (S, 403, 403, 403, 302, 302, 302),
    ("POST", "taxonomy:drop_synonym"): (S, 403, 403, 403, 302, 302, 302),
    ("POST", "taxonomy:undo"): (S, *(302 if code == 200 else code for code in ADMINISTRATORS)),
    ("GET", "nomenclature:merges"): (S, *ADMINISTRATORS),
    ("POST", "nomenclature:merge"): (S, 403, 403, 403, 403, 403, 302),
    ("POST", "nomenclature:undo_merge"): (S, 403, 403, 403, 403, 403, 302),
    ("GET", "nomenclature:names"): (S, *MANAGERS),
    ("POST", "nomenclature:settle"): (S, 404, 403, 403, 403, 302, 302),
    ("GET", "health"): (200, *ANYBODY),
    # API
    ("GET", "assignments:progress"): (S, *MEMBERS),
    ("POST", "assignments:distribute"): (S, 404, 403, 403, 403, 302, 302),
    ("GET", "assignments:table"): (S, *MEMBERS),
    ("GET", "api:progress"): (401, *MEMBERS),
    ("POST", "api:assignments"): (401, 404, 403, 403, 403, 400, 400),
    ("DELETE", "api:assignments"): (401, 404, 403, 403, 403, 400, 400),
    ("GET", "discussions:inbox"): (S, *ANYBODY),
    ("POST", "discussions:seen"): (S, *(302 for _ in ANYBODY)),
    ("GET", "discussions:follow"): (S, 404, 404, 302, 404, 404, 404),
    ("GET", "discussions:object"): (S, *MEMBERS),
    ("POST", "discussions:object"): (S, 404, 403, 200, 200, 200, 200),
    ("POST", "discussions:refer"): (S, 404, 403, 403, 302, 302, 302),
    ("POST", "discussions:edit"): (S, 404, 403, 403, 403, 302, 403),
    ("POST", "discussions:remove_note"): (S, 404, 403, 403, 403, 302, 302),
    ("POST", "discussions:remove"): (S, 404, 403, 403, 403, 302, 302),
    ("GET", "discussions:taxa"): (S, *MEMBERS),
    ("GET", "discussions:taxon"): (S, *MEMBERS),
    ("POST", "discussions:note"): (S, 404, 403, 403, 302, 302, 302),
    ("POST", "discussions:unpin"): (S, 404, 403, 403, 302, 302, 302),
    ("GET", "traits:list"): (S, *MEMBERS),
    ("GET", "traits:new"): (S, *MANAGERS),
    ("POST", "traits:new"): (S, 404, 403, 403, 403, 400, 400),
    ("GET", "traits:edit"): (S, *MANAGERS),
    ("POST", "traits:example"): (S, 404, 403, 403, 200, 200, 200),
    ("POST", "traits:adopt"): (S, 404, 403, 403, 403, R, R),
    ("POST", "traits:retire"): (S, 404, 403, 403, 403, R, R),
    ("GET", "summaries:traits"): (S, *MEMBERS),
    ("GET", "summaries:download"): (S, 404, 400, 400, 400, 400, 400),
    ("GET", "api:trait_tables"): (401, 404, 400, 400, 400, 400, 400),
    ("GET", "api:traits"): (401, *MEMBERS),
    ("POST", "api:traits"): (401, 404, 403, 403, 403, 400, 400),
    ("POST", "api:trait_sets"): (401, 404, 403, 403, 403, 400, 400),
    ("GET", "api:trait_versions"): (401, *MEMBERS),
    ("GET", "api:trait"): (401, *MEMBERS),
    ("PATCH", "api:trait"): (401, *MANAGERS),
    ("GET", "api:scores"): (401, 404, 400, 400, 400, 400, 400),
    ("POST", "api:scores"): (401, 404, 403, 400, 400, 400, 400),
    ("GET", "api:score_counts"): (401, 404, 400, 400, 400, 400, 400),
    ("GET", "api:object_scores"): (401, *MEMBERS),
    ("GET", "api:object_comments"): (401, *MEMBERS),
    ("POST", "api:object_comments"): (401, 404, 403, 400, 400, 400, 400),
    ("GET", "api:taxon_comments"): (401, *MEMBERS),
    ("POST", "api:taxon_comments"): (401, 404, 403, 400, 400, 400, 400),
    ("PATCH", "api:comment"): (401, 404, 403, 403, 403, 200, 403),
    ("DELETE", "api:comment"): (401, 404, 403, 403, 403, 204, 204),
    ("GET", "api:notes"): (401, *MEMBERS),
    ("POST", "api:notes"): (401, 404, 403, 403, 400, 400, 400),
    ("DELETE", "api:note"): (401, 404, 403, 403, 403, 204, 204),
    ("GET", "api:references"): (401, *MEMBERS),
    ("POST", "api:references"): (401, 404, 403, 403, 400, 400, 400),
    ("DELETE", "api:reference"): (401, 404, 403, 403, 204, 204, 204),
    ("GET", "api:mentions"): (401, *ANYBODY),
    ("GET", "readings:list"): (S, *MEMBERS),
    ("GET", "readings:new"): (S, *MANAGERS),
    ("GET", "readings:read"): (S, 404, 403, 200, 200, 403, 403),
    ("POST", "readings:finish"): (S, 404, 403, 302, 302, 403, 403),
    ("POST", "readings:close"): (S, 404, 403, 403, 403, 302, 302),
    ("GET", "readings:figures"): (S, 404, 403, 403, 403, 403, 403),
    ("POST", "readings:agreed"): (S, 404, 403, 403, 403, 403, 403),
    ("GET", "readings:settle"): (S, 404, 403, 403, 403, 403, 403),
    ("GET", "api:readings"): (401, *MEMBERS),
    ("POST", "api:readings"): (401, 404, 403, 403, 403, 400, 400),
    ("POST", "api:choices"): (401, 404, 404, 400, 400, 400, 400),
    ("GET", "api:reading_objects"): (401, 404, 404, 200, 200, 403, 403),
    ("POST", "api:finish_reading"): (401, 404, 404, 400, 400, 403, 403),
    ("POST", "api:close_reading"): (401, 404, 404, 403, 403, 200, 200),
    ("GET", "api:agreement"): (401, 404, 404, 403, 403, 403, 403),
    ("POST", "api:agreed"): (401, 404, 404, 403, 403, 403, 403),
    ("GET", "api:settle"): (401, 404, 404, 403, 403, 403, 403),
    ("POST", "api:settle"): (401, 404, 404, 403, 403, 403, 403),
    ("GET", "api:schema"): (200, *ANYBODY),
    ("GET", "api:docs"): (200, *ANYBODY),
    ("POST", "api:token"): (400,) * 7,
    ("GET", "api:preferences"): (401, *ANYBODY),
    ("POST", "api:preferences"): (401, *ANYBODY),
    ("GET", "api:projects"): (401, *ANYBODY),
    ("GET", "api:project"): (401, *MEMBERS),
    ("PATCH", "api:project"): (401, *MANAGERS),
    ("GET", "api:members"): (401, *MEMBERS),
    ("POST", "api:members"): (401, 404, 403, 403, 403, 400, 400),
    ("DELETE", "api:member"): (401, 404, 403, 403, 403, 204, 204),
    ("GET", "api:samples"): (401, *MEMBERS),
    ("GET", "api:objects"): (401, *MEMBERS),
    ("GET", "api:counts"): (401, *MEMBERS),
    ("POST", "api:annotations"): (401, 404, 403, 400, 400, 400, 400),
    ("GET", "api:views"): (401, *MEMBERS),
    ("POST", "api:views"): (401, 404, 400, 400, 400, 400, 400),
    ("DELETE", "api:view"): (401, 404, 404, 404, 404, 204, 404),
    ("GET", "api:labels"): (401, 404, 400, 400, 400, 400, 400),
    ("GET", "api:batches"): (401, 404, 403, 200, 200, 200, 200),
    ("POST", "api:imports"): (401, 404, 403, 403, 403, 400, 400),
    ("POST", "api:exports"): (401, 404, 202, 202, 202, 202, 202),
    ("POST", "api:predictions"): (401, 404, 403, 403, 403, 400, 400),
    ("POST", "api:measurements"): (401, 404, 403, 403, 403, 202, 202),
    ("POST", "api:undo"): (401, 404, 403, 403, 200, 200, 200),
    ("GET", "api:object"): (401, *MEMBERS),
    ("GET", "api:history"): (401, *MEMBERS),
    ("GET", "api:taxa"): (401, *ANYBODY),
    ("GET", "api:taxon"): (401, *ANYBODY),
    ("PATCH", "api:taxon"): (401, *ADMINISTRATORS),
    ("GET", "api:synonyms"): (401, *ANYBODY),
    ("POST", "api:synonyms"): (401, 403, 403, 403, 400, 400, 400),
    ("DELETE", "api:synonym"): (401, 403, 403, 403, 204, 204, 204),
    ("POST", "api:merge"): (401, 403, 403, 403, 403, 403, 400),
    ("GET", "api:taxon_edits"): (401, *ADMINISTRATORS),
    ("POST", "api:undo_edit"): (401, *ADMINISTRATORS),
    ("GET", "api:merges"): (401, *ADMINISTRATORS),
    ("POST", "api:undo_merge"): (401, 403, 403, 403, 403, 403, 400),
    ("POST", "api:taxa_imports"): (401, 403, 403, 403, 403, 403, 400),
    ("GET", "api:presets"): (401, *MEMBERS),
    ("PUT", "api:presets"): (401, *MANAGERS),
    ("GET", "api:unknown_names"): (401, *MANAGERS),
    ("POST", "api:unknown_name"): (401, 404, 403, 403, 403, 400, 400),
    ("POST", "api:training_runs"): (401, 404, 403, 403, 403, 202, 202),
    ("GET", "api:models"): (401, *ANYBODY),
    ("GET", "api:model"): (401, *MEMBERS),
    ("PATCH", "api:model"): (401, *MANAGERS),
    ("POST", "api:export_model"): (401, 404, 403, 403, 403, 400, 400),
    ("POST", "api:model_imports"): (401, 400, 400, 400, 400, 400, 400),
    ("GET", "api:compare_models"): (401, 400, 400, 400, 400, 400, 400),
    ("GET", "api:own_model"): (401, *MEMBERS),
    ("PUT", "api:own_model"): (401, 404, 403, 403, 403, 400, 400),
    ("DELETE", "api:own_model"): (401, 404, 403, 403, 403, 204, 204),
    ("POST", "api:look"): (401, 404, 400, 400, 400, 400, 400),  # the model is not ready
    ("GET", "api:job"): (401, *MEMBERS),
    ("POST", "api:cancel"): (401, *MEMBERS),
    ("GET", "marks:labels"): (S, *MEMBERS),
    ("POST", "marks:labels"): (S, 404, 403, 403, 403, 302, 302),
    ("POST", "marks:import"): (S, 404, 403, 403, 403, 302, 302),
    ("POST", "marks:adopt"): (S, 404, 403, 403, 403, 302, 302),
    ("POST", "marks:label"): (S, 404, 403, 403, 403, 302, 302),
    ("GET", "api:mark_labels"): (401, *MEMBERS),
    ("POST", "api:mark_labels"): (401, 404, 403, 403, 403, 400, 400),
    ("PATCH", "api:mark_label"): (401, *MANAGERS),
    ("GET", "api:object_marks"): (401, *MEMBERS),
    ("POST", "api:object_marks"): (401, 404, 403, 400, 400, 400, 400),
    ("GET", "api:mark"): (401, *MEMBERS),
    ("PATCH", "api:mark"): (401, 404, 403, 400, 400, 400, 400),
    ("DELETE", "api:mark"): (401, 404, 403, 400, 400, 400, 400),
    ("POST", "api:undo_mark"): (401, 404, 403, 403, 200, 200, 200),
    ("GET", "api:marks"): (401, *MEMBERS),
    ("POST", "api:mark_imports"): (401, 404, 403, 403, 403, 400, 400),
    ("GET", "api:nowhere"): (404,) * 7,
}


@pytest.fixture
def world(tow, alice, bob, carla, settings):
    """One of everything, all of it Alice's."""
    job = Job.objects.create(kind="export_project", project=tow.project, owner=alice, state=JobState.DONE)
    Job.objects.filter(pk=job.pk).update(finished=job.created)
    settings.EXPORTS_FOLDER.mkdir(parents=True)
    (settings.EXPORTS_FOLDER / f"{job.pk}.zip").write_bytes(b"the secret table")
    model = Model.objects.create(name="m", job=Job.objects.create(kind="train", project=tow.project))
    model.projects.add(tow.project)
    learning_set = LearningSet.objects.create(name="s", owner=alice)
    learning_set.projects.add(tow.project)
    batch = Batch.objects.create(project=tow.project, kind=BatchKind.LABEL, user=alice)
    reading = draw_reading(project=tow.project, user=alice, name="r", size=5, readers=[bob, carla])
    said = comment(project=tow.project, author=alice, text="@bob, look", object=tow.objects[0])
    taxon = Taxon.objects.get(pk=tow.copepoda)
    label = adopt_starter_set(project=tow.project)[0]
    point = {"points": [[1, 2]]}
    drawn = make_mark(
        image=tow.objects[0].images.get(), label=label, kind="point", geometry=point, author=alice
    )
    (name,) = note_unknown(project=tow.project, names=[TaxonName("Copepods")]).values()
    return {
        "name_id": name.pk,
        "synonym_id": Synonym.objects.create(taxon=taxon, name="Copepods").pk,
        "edit_id": TaxonEdit.objects.create(taxon=taxon, before={"note": "x"}, after={"note": ""}).pk,
        "merge_id": Merge.objects.create(taxon=taxon, into_id=tow.appendicularia, undone=job.created).pk,
        "label_id": label.pk,
        "mark_id": drawn.mark_id,
        "change_id": drawn.pk,
        "comment_id": said.pk,
        "mention_id": said.mentions.get().pk,
        "taxon_id": taxon.pk,
        "reference_id": pin(project=tow.project, taxon=taxon, object=tow.objects[0], user=alice).pk,
        "note_id": write_note(project=tow.project, taxon=taxon, author=alice, text="Two antennae.").pk,
        "reading_id": reading.pk,
        "project_id": tow.project.pk,
        "object_id": tow.objects[0].pk,
        "job_id": job.pk,
        "model_id": model.pk,
        "set_id": learning_set.pk,
        "batch_id": batch.pk,
        "view_id": View.objects.create(project=tow.project, owner=alice, name="v").pk,
        "trait_id": define_trait(project=tow.project, user=alice, name="Egg sac", kind="flag").pk,
        "user_id": bob.pk,
        "rest": "nonsense",
        "name": "samples",
        # where who may is only asked of a good body
        "bodies": {
            "api:training_runs": {"projects": [tow.project.pk]},
            "learning:own": {"project": tow.project.pk},
            "api:learning_sets": {"projects": [{"project": tow.project.pk}]},
            "learning_sets:sheet": {"project": tow.project.pk},
            "api:comment": {"text": "@bob, look again"},
        },
    }


def routes(resolver: URLResolver | None = None, space: str = "") -> dict[str, URLPattern]:
    """All named routes of the site but Django's own administration."""
    found: dict[str, URLPattern] = {}
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.app_name != "admin":
                found |= routes(pattern, f"{pattern.namespace}:" if pattern.namespace else space)
        else:
            found[space + pattern.name] = pattern
    return found


def test_every_route_is_in_the_table():
    assert {name for _, name in TABLE} == set(routes())


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("method", "name"), TABLE)
def test_who_may(method, name, role, world, request):
    client = Client()
    if role != "anonymous":
        client.force_login(request.getfixturevalue(role))
    parameters = routes()[name].pattern.converters
    url = reverse(name, kwargs={key: world[key] for key in parameters})
    body = world["bodies"].get(name, {})
    kind = {"content_type": "application/json"} if name.startswith("api:") else {}
    answer = client.get(url) if method == "GET" else getattr(client, method.lower())(url, body, **kind)
    expected = TABLE[method, name][ROLES.index(role)]
    if expected == S:
        assert answer.status_code == 302 and answer.url.startswith("/accounts/sign-in/")
    elif expected == R:
        assert answer.status_code == 302 and not answer.url.startswith("/accounts/sign-in/?next")
    else:
        assert answer.status_code == expected, answer.content[:300]
    if role == "dan":
        assert b"the secret table" not in answer.getvalue()
        assert b"Villefranche" not in answer.getvalue()


def ask(path: str, query: str = "") -> int:
    """Status of a GET by the whole ASGI application, pictures included."""
    statuses: list[int] = []

    async def send(message: dict) -> None:
        statuses.append(message.get("status", 0))

    scope = {"type": "http", "path": path, "query_string": query.encode(), "headers": [], "method": "GET"}
    # in a thread of its own: the browser tests leave an event loop running in this one
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, application(scope, None, send)).result()
    return statuses[0]


@pytest.mark.parametrize("spoil", [lambda q: "", lambda q: "s=" + "0" * 32, lambda q: q[:-1]])
def test_a_guessed_picture_is_not_found(spoil, settings):
    key = f"v/ab/cd/{'0' * 60}.png"
    file = settings.STORAGES["default"]["OPTIONS"]["location"] / key
    file.parent.mkdir(parents=True)
    file.write_bytes(b"picture")
    path, _, query = image_url(key).partition("?")
    assert ask(path, query) == 200
    assert ask(path, spoil(query)) == 404
    assert ask("/vignettes/../secret-key", query) == 404
