"""The world in which rights are tried: one of everything, all of it Alice's. Built once for all cases.

A new route's parameter gets its row here, under the parameter's name.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from annotations.accounts.models import User
from annotations.accounts.tokens import create_token
from annotations.checks.actions import start_check
from annotations.clusters.models import Cluster, Clustering
from annotations.deletions.models import ObjectDeletion
from annotations.discussions.actions import comment, pin, write_note
from annotations.imports.models import ImportMapping
from annotations.jobs.models import Job, JobState
from annotations.jobs.resumable import create_upload
from annotations.labels.models import Batch, BatchKind
from annotations.learning.models import Backbone, LearningSet, Model, PredictionPreview
from annotations.marks.actions import adopt_starter_set, make_mark
from annotations.metadata.models import Correction, PackageUpdate
from annotations.projects.annotators import imported_annotator
from annotations.projects.invitations import create_invitation
from annotations.projects.models import ImportedAnnotator, Project, Role
from annotations.readings.actions import start_reading
from annotations.regroupings.actions import create_regrouping
from annotations.review.models import ReviewPage
from annotations.samples.models import ParentImage
from annotations.scans.corrections.models import OutlineCorrection
from annotations.scans.models import Scan
from annotations.scans.segmentation.models import SegmentationRun
from annotations.scans.segmentation.recipes import save_recipe
from annotations.scans.segmenters.models import Segmenter
from annotations.search.filter import Filter
from annotations.search.models import SavedView
from annotations.similarity.actions import keep_embeddings
from annotations.similarity.models import DuplicateGroup, DuplicateMember, EmbeddingSpace
from annotations.taxon_matching.actions import note_pending
from annotations.taxon_matching.models import Merge, Settling
from annotations.taxon_traits.actions import import_trait
from annotations.taxonomy.actions import TaxonName
from annotations.taxonomy.models import Synonym, Taxon, TaxonEdit
from annotations.traits.vocabulary import define_trait
from tests.abundance.tables import add_figure
from tests.people import make_person, make_project
from tests.plankton import make_tow

CAST = ["alice", "bob", "carla", "vera", "dan"]


class Answer(NamedTuple):
    """What a route answered, for tests that look at the same answer from several sides."""

    outcome: int | str
    body: bytes


@dataclass
class World:
    people: dict[str, User]
    ids: dict[str, int | str]  # by the name of a route's parameter
    bodies: dict[str, dict]  # by route, where who may is only asked of a good body
    sessions: dict[str, str] = field(default_factory=dict)  # by person: signing in once is enough
    answers: dict[tuple[str, str, str], Answer] = field(default_factory=dict)  # by role, method and route

    def client(self, role: str) -> Client:
        client = Client()
        if role in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        return client

    def token(self, name: str) -> str:
        return create_token(user=self.people[name], name="test")[1]


@contextmanager
def rolled_back() -> Iterator[None]:
    """A transaction that leaves nothing; within it, each test's own is a savepoint."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def build_world() -> World:
    people = {name: make_person(name, password=None) for name in CAST}
    people["root"] = make_person("root", password=None, is_staff=True, is_superuser=True)
    tow = make_tow(make_project(**{name: people[name] for name in ("alice", "bob", "carla", "vera")}))
    ids = {
        "project_id": tow.project.pk,
        "sample_id": tow.objects[0].sample_id,
        "correction_id": _correction(tow.project),
        "update_id": _package_update(tow.project),
        **_mapping(tow.project),
        "deletion_id": _deletion(tow.project, people["alice"]),
        "object_id": tow.objects[0].pk,
        "row_id": tow.objects[0].pk,
        "public_id": tow.project.pk,  # shown to nobody, but in `test_public.py`
        "public_object_id": tow.objects[4].pk,  # validated
        "rank": 0,
        "catalogue_name": "scivision-models",
        "level": "objects",
        "list_key": "models",
        "project_list": "labellers",
        "user_id": people["bob"].pk,
        "rest": "nonsense",
        "name": "samples",
        "place": "cruises",
        "annotator_id": ImportedAnnotator.objects.get(user=_ada(tow.project)).pk,
        **_ways_in(tow.project, people["alice"]),
        "token_id": create_token(user=people["bob"], name="Bob's program")[0].pk,
        **_names_and_taxa(tow),
        **_jobs_and_models(tow, people["alice"]),
        **_labels_and_marks(tow, people),
        **_comments_in(tow, people["alice"]),
        **_segmentation(tow, people["alice"]),
    }
    ids["taxon_trait_id"] = import_trait(
        user=people["root"], name="feeding", source="Storm 1998", values={"Copepoda": "grazer"}
    ).pk
    ids["regrouping_id"] = create_regrouping(
        project=tow.project, user=people["alice"], name="g", rows={tow.copepoda: "Copepods"}
    ).pk
    add_figure(tow.objects[0], tow.copepoda, people["alice"])
    world = World(people, ids, _bodies(tow.project.pk))
    world.sessions = {name: _sign_in(person) for name, person in people.items()}
    return world


def _correction(project: Project) -> int:
    """One that was applied, and of which nothing stands."""
    created = Correction(project=project, source="api", rows=1, columns=["latitude"], applied=project.created)
    created.save()
    return created.pk


def _package_update(project: Project) -> int:
    """One that was applied, and taken back."""
    now = project.created
    return PackageUpdate.objects.create(project=project, applied=now, taken_back=now).pk


def _mapping(project: Project) -> dict[str, int]:
    mapping = ImportMapping.objects.create(project=project, name="Old names")
    entry = mapping.entries.create(kind="column", source="Art", column="taxon")
    return {"mapping_id": mapping.pk, "entry_id": entry.pk}


def _deletion(project: Project, alice: User) -> int:
    """One whose objects are in the bin: none."""
    now = timezone.now()
    hidden = Project.objects.create(title=f"Bin of {project.title}", bin_of=project, deleted=now)
    created = ObjectDeletion(
        project=project, bin=hidden, expected=0, deleted=now, deleted_by=alice, words="nets"
    )
    created.save()
    return created.pk


def _ada(project: Project) -> User:
    return imported_annotator(project=project, name="Ada Storm", email="ada@example.org")


def _ways_in(project: Project, alice: User) -> dict[str, int | str]:
    """An invitation that is good, and a link that sets a password but is not."""
    invitation, key = create_invitation(project=project, by=alice, role=Role.ANNOTATOR, uses=9)
    return {"invitation_id": invitation.pk, "key": key, "uidb64": "MQ", "token": "c8f4-guess"}


def _sign_in(person: User) -> str:
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def write_download(world: World) -> None:
    """The file of the finished export: every test has folders of its own."""
    settings.EXPORTS_FOLDER.mkdir(parents=True)
    (settings.EXPORTS_FOLDER / f"{world.ids['job_id']}.zip").write_bytes(b"the secret table")


def _names_and_taxa(tow: SimpleNamespace) -> dict[str, int]:
    taxon = Taxon.objects.get(pk=tow.copepoda)
    (name,) = note_pending(project=tow.project, names=[TaxonName("Copepods")]).values()
    edit = TaxonEdit.objects.create(taxon=taxon, before={"note": "x"}, after={"note": ""})
    merge = Merge.objects.create(taxon=taxon, into_id=tow.appendicularia, undone=tow.project.created)
    return {
        "taxon_id": taxon.pk,
        "name_id": name.pk,
        "synonym_id": Synonym.objects.create(taxon=taxon, name="Copepods").pk,
        "edit_id": edit.pk,
        "merge_id": merge.pk,
        "settling_id": Settling.objects.create(project=tow.project).pk,
    }


def _jobs_and_models(tow: SimpleNamespace, alice: User) -> dict[str, int]:
    job = Job.objects.create(
        kind="export_project", project=tow.project, owner=alice, state=JobState.DONE, params={"emails": False}
    )
    Job.objects.filter(pk=job.pk).update(finished=job.created)
    checked = Job.objects.create(kind="import_package", project=tow.project, owner=alice, state=JobState.DONE)
    model = Model.objects.create(name="m", job=Job.objects.create(kind="train", project=tow.project))
    model.projects.add(tow.project)
    backbone = Backbone.objects.create(name="b", owner=alice)
    backbone.projects.add(tow.project)
    learning_set = LearningSet.objects.create(name="s", owner=alice)
    learning_set.projects.add(tow.project)
    looked = Job.objects.create(
        kind="preview_prediction",
        project=tow.project,
        owner=alice,
        state=JobState.DONE,
        params={"models": [model.pk], "filter_json": {}, "precision": None, "objects": 1},
    )
    PredictionPreview.objects.create(job=looked, waiting=1, rows=[[tow.objects[0].pk, None, None, None]])
    ids = {"job_id": job.pk, "import_id": checked.pk, "preview_id": looked.pk}
    upload = create_upload(user=alice, name="tow.zip", size=7)
    ids["backbone_id"] = backbone.pk
    ids["public_model_id"] = model.pk
    return {**ids, "model_id": model.pk, "set_id": learning_set.pk, "upload_id": upload.pk}


def _labels_and_marks(tow: SimpleNamespace, people: dict[str, User]) -> dict[str, int]:
    alice, readers = people["alice"], [people["bob"], people["carla"]]
    label = adopt_starter_set(project=tow.project)[0]
    mark = make_mark(
        image=tow.objects[0].images.get(),
        label=label,
        kind="point",
        geometry={"points": [[1, 2]]},
        author=alice,
    )
    reading = start_reading(project=tow.project, user=alice, name="r", size=5, readers=readers)
    return {
        "batch_id": Batch.objects.create(project=tow.project, kind=BatchKind.LABEL, user=alice).pk,
        "trait_id": define_trait(project=tow.project, user=alice, name="Egg sac", kind="flag").pk,
        "label_id": label.pk,
        "mark_id": mark.mark_id,
        "change_id": mark.pk,
        "reading_id": reading.pk,
        "page_id": _review_page(tow, alice),
        **_spaces(tow),
        **_cluster(tow, alice),
        "check_id": start_check(project=tow.project, user=alice, criteria=Filter(), least=0.9).pk,
    }


def _spaces(tow: SimpleNamespace) -> dict[str, int]:
    """A space that an object lies in, and two objects that are near-duplicates."""
    space = EmbeddingSpace.objects.create(
        kind="measurements", name="Region measurements", project=tow.project, dimensions=2
    )
    ids = [tow.objects[0].pk]
    keep_embeddings(space=space, project_id=tow.project.pk, ids=ids, vectors=np.ones((1, 2)))
    group = DuplicateGroup.objects.create(
        project=tow.project, place=1, is_contradictory=False, is_exact=False, distance=0.001
    )
    for one in tow.objects[:2]:
        DuplicateMember.objects.create(group=group, object=one)
    return {"space_id": space.pk, "group_id": group.pk}


def _review_page(tow: SimpleNamespace, alice: User) -> int:
    ids = [each.pk for each in tow.objects[:2]]
    return ReviewPage.objects.create(project=tow.project, user=alice, order="progress", object_ids=ids).pk


def _cluster(tow: SimpleNamespace, alice: User) -> dict[str, int]:
    """Without a member, in a space that is gone."""
    clustering = Clustering.objects.create(
        project=tow.project, user=alice, job_id=1, objects_seen=0, objects_clustered=0
    )
    cluster = Cluster.objects.create(clustering=clustering, project=tow.project, number=1, size=0)
    return {"cluster_id": cluster.pk, "clustering_id": clustering.pk}


def _comments_in(tow: SimpleNamespace, alice: User) -> dict[str, int]:
    project, taxon = tow.project, Taxon.objects.get(pk=tow.copepoda)
    comment_on_object = comment(project=project, author=alice, text="@bob, look", object=tow.objects[0])
    return {
        "comment_id": comment_on_object.pk,
        "mention_id": comment_on_object.mentions.get().pk,
        "reference_id": pin(project=project, taxon=taxon, object=tow.objects[0], user=alice).pk,
        "note_id": write_note(project=project, taxon=taxon, author=alice, text="Two antennae.").pk,
        "view_id": SavedView.objects.create(project=project, owner=alice, name="v").pk,
    }


def _segmentation(tow: SimpleNamespace, alice: User) -> dict[str, int]:
    """A scan, a recipe whose run on it waits for a person, and a correction."""
    acquisition = tow.objects[0].acquisition
    parent = ParentImage.objects.create(
        acquisition=acquisition, file_name="tray.png", key="s/ab", width=9, height=9
    )
    scan = Scan.objects.create(parent=parent)
    recipe = save_recipe(project=tow.project, user=alice, name="r", settings={})
    run = SegmentationRun.objects.create(project=tow.project, scan=scan, recipe=recipe, segments=1)
    correction = OutlineCorrection.objects.create(project=tow.project, scan=scan, kind="delete", author=alice)
    segmenter = Segmenter.objects.create(project=tow.project, name="s", kind="unet")
    return {
        "acquisition_id": acquisition.pk,
        "scan_id": scan.pk,
        "recipe_id": recipe.pk,
        "run_id": run.pk,
        "outline_correction_id": correction.pk,
        "segmenter_id": segmenter.pk,
    }


def _bodies(project_id: int) -> dict[str, dict]:
    return {
        "api:training_runs": {"projects": [project_id]},
        "learning:own": {"project": project_id},
        "api:learning_sets": {"projects": [{"project": project_id}]},
        "api:backbones": {"projects": [project_id]},
        "learning_sets:sheet": {"project": project_id},
        "api:comment": {"text": "@bob, look again"},
    }
