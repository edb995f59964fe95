"""One more of everything that a page lists, in the world in which rights are tried."""

from datetime import timedelta
from itertools import product

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.utils import timezone

from annotations.accounts.models import User
from annotations.accounts.tokens import create_token
from annotations.assignments.models import Assignment
from annotations.checks.actions import answer_look, finish_check, start_check
from annotations.checks.models import QualityCheck
from annotations.clusters.models import Cluster, Clustering, ClusterMember
from annotations.deletions.actions import delete_project
from annotations.deletions.models import ObjectDeletion
from annotations.discussions.actions import comment, pin, write_note
from annotations.effort.report import BEGINNING, make_report
from annotations.imports.models import ImportMapping
from annotations.jobs.artefacts import FOR_EVERYBODY, path_of
from annotations.jobs.models import Job, JobState
from annotations.labels.actions import label_objects
from annotations.labels.targets import Target
from annotations.learning.files import learning_set_folder
from annotations.learning.models import Backbone, HeldOut, LearningSet, Model, Prediction, PredictionPreview
from annotations.marks.actions import make_mark
from annotations.marks.models import Dash, MarkLabel, PointShape
from annotations.projects.actions import create_project, set_role
from annotations.projects.models import Project, Role
from annotations.public.model_actions import change_public_model
from annotations.readings.actions import choose, close_reading, start_reading
from annotations.readings.models import Reading
from annotations.regroupings.actions import change_regrouping, create_regrouping
from annotations.regroupings.models import Regrouping
from annotations.retraining.models import Retraining
from annotations.samples.models import (
    Acquisition,
    FreeColumn,
    Image,
    Object,
    ObjectFields,
    ParentImage,
    Sample,
    State,
)
from annotations.scans.corrections.models import OutlineCorrection
from annotations.scans.models import Outline, Scan
from annotations.scans.segmentation.models import SegmentationRun
from annotations.scans.segmentation.recipes import save_recipe
from annotations.scans.segmenters.models import Segmenter
from annotations.search.filter import Filter
from annotations.search.models import SavedView
from annotations.similarity.actions import keep_embeddings, space_of
from annotations.similarity.models import DuplicateGroup, DuplicateMember
from annotations.taxon_matching.actions import note_pending
from annotations.taxon_matching.models import Merge
from annotations.taxon_traits.actions import import_trait
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Synonym, Taxon, TaxonEdit
from annotations.traits.actions import set_trait_values
from annotations.traits.models import Trait
from annotations.traits.vocabulary import define_trait
from tests.abundance.tables import add_figure
from tests.learning.models import make_large
from tests.people import make_person
from tests.public.public_projects import show_to_everybody
from tests.rights.world import World


def grow(world: World, n: int) -> None:
    project = Project.objects.get(pk=world.ids["project_id"])
    _mappings(project, n)
    alice = world.people["alice"]
    objects = [_new_object(project, n, place) for place in range(2)]
    taxon = Taxon.objects.get(pk=world.ids["taxon_id"])
    _people_and_projects(project, alice, n)
    _models(project, alice, objects, n)
    _taxa(project, taxon, objects[0].taxon_id, n)
    _write_comments(project, alice, taxon, objects[0], n)
    _worked(project, world, objects, n)
    _alike(project, objects, n)
    _segmented(project, objects[0], alice, n)
    for each in objects:
        add_figure(each, each.taxon_id, alice)


def _segmented(project: Project, on_it: Object, alice: User, n: int) -> None:
    """A scan with an object on it, a recipe of its own and another revision of the first one, and a run."""
    parent = ParentImage.objects.create(
        acquisition_id=on_it.acquisition_id, file_name=f"tray {n}.png", key=f"s/{n}", width=9, height=9
    )
    scan = Scan.objects.create(parent=parent)
    Outline.objects.create(
        object=on_it, parent=parent, x=0, y=0, width=1, height=1, counts=b"1", source="recipe"
    )
    save_recipe(project=project, user=alice, name="r", settings={"margin": n})
    recipe = save_recipe(project=project, user=alice, name=f"recipe {n}", settings={})
    SegmentationRun.objects.create(project=project, scan=scan, recipe=recipe, owner=alice, segments=n)
    first = Scan.objects.order_by("pk")[0]
    OutlineCorrection.objects.create(
        project=project, scan=first, kind="draw", author=alice, object_ids=[on_it.pk]
    )
    Segmenter.objects.create(
        project=project,
        name=f"segmenter {n}",
        kind="unet",
        owner=alice,
        job=_job(project, alice),
        is_ready=True,
    )


def finish(world: World) -> None:
    """What is of all that has grown: a model of all taxa, sets of all objects, a reading in which all differ;
    their numbers go to `world.ids`.
    """
    project = Project.objects.get(pk=world.ids["project_id"])
    objects = list(Object.objects.filter(project=project).order_by("id").values_list("pk", flat=True))
    taxa = list(Taxon.objects.order_by("id").values_list("pk", flat=True))
    models = [_measured_model(project, taxa, objects) for _ in range(2)]
    sets = [_frozen_set(project, taxon, objects) for taxon in taxa[:2]]
    world.ids |= {
        "model_id": models[0].pk,
        "other_model_id": models[1].pk,
        "set_id": sets[0].pk,
        "other_set_id": sets[1].pk,
        "objects": ",".join(map(str, objects)),
        "reading_id": _reading(project, world.people).pk,
        "closed_reading_id": _closed_reading(project, world.people, taxa).pk,
        "check_id": _check(project, world.people["alice"]).pk,
        "finished_check_id": _finished_check(project, world.people["alice"], taxa).pk,
        "model_export_id": _model_export(models[0], world.people["alice"]).pk,
        "backbone_export_id": _network_export(world, "backbone").pk,
        "segmenter_export_id": _network_export(world, "segmenter").pk,
    }
    _preview(world, taxa, objects)
    _cluster(world, project, objects)
    _effort(project)
    _score(world, objects)
    show_to_everybody(project, world.people["alice"], has_tables=True, columns=["area"])
    change_public_model(model=models[0], by=world.people["alice"], is_on=True, name="Copepods")
    world.ids["public_model_id"] = models[0].pk
    _offer(world, project, "export_project", {"options": {}})
    _offer(world, project, "export_model", {"model": models[0].pk, "format": "folder"})
    (settings.EXPORTS_FOLDER / f"{world.ids['job_id']}.zip").write_bytes(b"a table")


def _cluster(world: World, project: Project, objects: list[int]) -> None:
    """A clustering of as many clusters as there are objects, each of all of them."""
    count = len(objects)
    clustering = Clustering.objects.create(
        project=project, job_id=100 + count, objects_seen=count, objects_clustered=count
    )
    world.ids["clustering_id"] = clustering.pk
    group = Cluster.objects.create(
        clustering=clustering, project=project, number=count + 1, size=0, is_group=True
    )
    for number in range(1, count + 1):
        created = Cluster.objects.create(
            clustering=clustering, project=project, number=number, size=count, core=objects, parent=group
        )
        ClusterMember.objects.bulk_create(
            ClusterMember(cluster=created, object_id=pk, distance=n) for n, pk in enumerate(objects)
        )
        world.ids["cluster_id"] = created.pk


def _preview(world: World, taxa: list[int], objects: list[int]) -> None:
    """Of two models, which give each object another taxon."""
    models = [world.ids["model_id"], world.ids["other_model_id"]]
    PredictionPreview.objects.filter(pk=world.ids["preview_id"]).update(
        rows=[
            [pk, None, taxa[n % len(taxa)], 0.9, taxa[(n + 1) % len(taxa)], 0.8]
            for n, pk in enumerate(objects)
        ]
    )
    params = {"models": models, "filter_json": {}, "precision": None, "objects": len(objects)}
    Job.objects.filter(pk=world.ids["preview_id"]).update(params=params)


def _effort(project: Project) -> None:
    """Of all that was done, and of predictions of each taxon that were answered."""
    now = timezone.now()
    created = make_report(project.pk, now, BEGINNING)
    taxa = Taxon.objects.values_list("pk", flat=True)
    answered = {"answered": 3, "corrected": 1}
    created["taxa"] = [{"taxon": taxon, **answered, "recent": answered} for taxon in taxa]
    created["models"] = [{"key": pk, **answered} for pk in Model.objects.values_list("pk", flat=True)]
    Job.objects.create(
        kind="report_effort", project=project, state=JobState.DONE, finished=now, result={"report": created}
    )


def _measured_model(project: Project, taxa: list[int], objects: list[int]) -> Model:
    """With all figures, and held-out objects of which it has some right."""
    samples = Sample.objects.filter(project=project).values_list("pk", flat=True)
    model = make_large(project, taxa, list(samples), objects)
    HeldOut.objects.bulk_create(
        HeldOut(
            model=model,
            object_id=pk,
            taxon_id=taxa[n % len(taxa)],
            predicted_id=taxa[-n % len(taxa)],
            score=0.8,
        )
        for n, pk in enumerate(objects)
    )
    return model


def _frozen_set(project: Project, taxon: int, objects: list[int]) -> LearningSet:
    """In which all objects are of one taxon."""
    facts = {"file": "learning_set.parquet", "objects": len(objects), "taxa": 1, "samples": 1, "left_out": []}
    learning_set = LearningSet.objects.create(name="frozen", facts=facts)
    learning_set.projects.add(project)
    folder = learning_set_folder(learning_set)
    folder.mkdir()
    paths = [f"/files/v/ab/{pk}.png" for pk in objects]
    columns = {"object_id": objects, "label": [str(taxon)] * len(objects), "path": paths}
    pq.write_table(pa.table(columns), folder / facts["file"])
    return learning_set


def _reading(project: Project, people: dict[str, User]) -> Reading:
    readers = [
        person.user for person in project.memberships.select_related("user") if person.role != Role.VIEWER
    ]
    readers = [reader for reader in readers if reader != people["alice"]]
    return start_reading(project=project, user=people["alice"], name="all", size=100, readers=readers)


def _closed_reading(project: Project, people: dict[str, User], taxa: list[int]) -> Reading:
    reading = _reading(project, people)
    for place, reader in enumerate(reading.reader_set.select_related("user")):
        for n, drawn in enumerate(reading.reading_objects.all()):
            taxon = Taxon(pk=taxa[(n + place) % len(taxa)])
            choose(reading=reading, user=reader.user, objects=[drawn.object_id], taxon=taxon)
    close_reading(reading=reading)
    return reading


def _check(project: Project, alice: User) -> QualityCheck:
    return start_check(project=project, user=alice, criteria=Filter(), least=0.9)


def _finished_check(project: Project, alice: User, taxa: list[int]) -> QualityCheck:
    """In which each object is another taxon."""
    check = _check(project, alice)
    for look in check.looks.order_by("place"):
        taxon = Taxon.objects.get(pk=taxa[look.place % len(taxa)])
        answer_look(check=check, user=alice, place=look.place, taxon=taxon)
    return finish_check(check=check, user=alice)


def _model_export(model: Model, alice: User) -> Job:
    job = Job.objects.create(
        kind="export_model", owner=alice, state=JobState.DONE, params={"model": model.pk, "format": "folder"}
    )
    path_of(job).write_bytes(b"weights")
    return job


def _offer(world: World, project: Project, kind: str, params: dict) -> None:
    """A file that strangers may have."""
    job = Job.objects.create(
        kind=kind,
        owner=world.people["alice"],
        project=project,
        state=JobState.DONE,
        expires=timezone.now() + timedelta(days=1),
        params=params | {FOR_EVERYBODY: True},
    )
    path_of(job).write_bytes(b"offered")


def _network_export(world: World, noun: str) -> Job:
    params = {noun: world.ids[f"{noun}_id"]}
    job = Job.objects.create(
        kind=f"export_{noun}", owner=world.people["alice"], state=JobState.DONE, params=params
    )
    path_of(job).write_bytes(b"weights")
    return job


def _score(world: World, objects: list[int]) -> None:
    alice, trait = world.people["alice"], Trait.objects.get(pk=world.ids["trait_id"])
    targets = [Target(pk, 0) for pk in objects]
    set_trait_values(trait=trait, user=alice, targets=targets, value="yes")


def _new_object(project: Project, n: int, place: int) -> Object:
    """Predicted, of a sample and of a taxon of its own."""
    sample, _ = Sample.objects.get_or_create(project=project, original_id=f"more_{n}")
    acquisition, _ = Acquisition.objects.get_or_create(sample=sample, original_id=f"more_{n}")
    (taxon,) = ensure_taxa([TaxonName(f"Kind {n} {place}")]).values()
    created = Object.objects.create(
        project=project,
        sample=sample,
        acquisition=acquisition,
        state=State.PREDICTED,
        taxon_id=taxon,
        score=0.9,
    )
    ObjectFields.objects.create(
        object=created, project=project, original_id=f"more_{n}_{place}", values=[1.0]
    )
    key = f"v/ab/ce/{n:030x}{place:030x}.png"
    Image.objects.create(object=created, key=key, file_name="more.png", width=80, height=40)
    return created


def _deletion(project: Project, alice: User, n: int) -> None:
    now = project.created
    hidden = Project.objects.create(title=f"Bin {n}", bin_of=project, deleted=now)
    ObjectDeletion.objects.create(
        project=project, bin=hidden, expected=1, objects_then=1, deleted=now, deleted_by=alice
    )
    _new_object(hidden, n, 0)


def _people_and_projects(project: Project, alice: User, n: int) -> None:
    set_role(project=project, user=make_person(f"more{n}", password=None), role=Role.ANNOTATOR)
    create_project(title=f"Villefranche {n}", owner=alice)
    binned = create_project(title=f"Naples {n}", owner=alice)
    delete_project(project=binned, user=alice, title=binned.title)
    _deletion(project, alice, n)
    create_token(user=alice, name=f"program {n}")
    FreeColumn.objects.create(
        project=project, level="object", name=f"more_{n}", is_number=True, position=n + 1
    )


def _job(project: Project, alice: User) -> Job:
    return Job.objects.create(kind="pretrain", project=project, owner=alice)


def _models(project: Project, alice: User, objects: list[Object], n: int) -> None:
    job = Job.objects.create(kind="train", project=project, owner=alice)
    backbone = Backbone.objects.create(
        name=f"backbone {n}", job=_job(project, alice), owner=alice, is_ready=True
    )
    backbone.projects.add(project)
    learning_set = LearningSet.objects.create(name=f"set {n}", owner=alice)
    learning_set.projects.add(project)
    model = Model.objects.create(
        name=f"model {n}",
        job=job,
        owner=alice,
        learning_set=learning_set,
        is_ready=True,
        classes=[objects[0].taxon_id],
    )
    model.projects.add(project)
    for each in objects:
        Prediction.objects.create(object=each, model=model, taxa=[each.taxon_id], scores=[0.9], novelty=0.2)
    Retraining.objects.create(
        project=project, reason="request", former=model, model=model, outcome="not_better", words="By chance."
    )


def _taxa(project: Project, taxon: Taxon, other: int, n: int) -> None:
    note_pending(project=project, names=[TaxonName(f"Unknown {n}")])
    TaxonEdit.objects.create(taxon=taxon, before={"note": "x"}, after={"note": ""})
    Merge.objects.create(taxon=taxon, into_id=other, undone=project.created)
    Synonym.objects.create(taxon=taxon, name=f"Synonym {n}")


def _alike(project: Project, objects: list[Object], n: int) -> None:
    """A model that has embedded two more objects, which are near-duplicates, and three of the tow."""
    space = space_of(Model.objects.create(name=f"eye {n}", is_ready=True), 2)
    tow = Object.objects.filter(project=project).order_by("id").values_list("pk", flat=True)[:3]
    ids = [*tow, *(each.pk for each in objects)]
    vectors = np.array([[1, 0.5], [0.5, 1], [1, 1], [1, 0], [0, 1]])
    keep_embeddings(space=space, project_id=project.pk, ids=ids, vectors=vectors)
    group = DuplicateGroup.objects.create(
        project=project, place=n + 2, is_contradictory=True, is_exact=False, distance=0.002
    )
    DuplicateMember.objects.bulk_create(DuplicateMember(group=group, object=each) for each in objects)


def _write_comments(project: Project, alice: User, taxon: Taxon, made: Object, n: int) -> None:
    for place in ({"object": made}, {"taxon": taxon}):
        comment(project=project, author=alice, text="@alice, @bob, look", **place)
    pin(project=project, taxon=taxon, object=made, user=alice)
    write_note(project=project, taxon=taxon, author=alice, text=f"Note {n}.")


def _worked(project: Project, world: World, objects: list[Object], n: int) -> None:
    alice, readers = world.people["alice"], [world.people[name] for name in ("bob", "carla")]
    SavedView.objects.create(project=project, owner=alice, name=f"view {n}")
    define_trait(project=project, user=alice, name=f"Trait {n}", kind="flag")
    _grouped(project, alice, objects, n, world.ids["regrouping_id"])
    values = {"Copepoda": "grazer", f"Nothing {n}": "grazer"}
    import_trait(user=world.people["root"], name=f"feeding {n}", source="Storm 1998", values=values)
    dash, shape = _free_look(project)
    label = MarkLabel.objects.create(
        project=project, key=f"mark_{n}", name=f"Mark {n}", colour="#0072b2", dash=dash, shape=shape
    )
    image = Image.objects.filter(object=world.ids["object_id"]).get()
    make_mark(image=image, label=label, kind="point", geometry={"points": [[1, 2]]}, author=alice)
    start_reading(project=project, user=alice, name=f"reading {n}", size=3, readers=[*readers, alice])
    _check(project, alice)
    Assignment.objects.create(sample=objects[0].sample, user=alice)
    target = Target(objects[0].pk, objects[0].version)
    label_objects(project=project, user=alice, targets=[target], state=State.VALIDATED)


def _grouped(project: Project, alice: User, objects: list[Object], n: int, number: int | str) -> None:
    """One more regrouping, and one more group of that which pages show."""
    rows = {each.taxon_id: f"group {n}" for each in objects if each.taxon_id}
    create_regrouping(project=project, user=alice, name=f"regrouping {n}", rows=rows)
    regrouping = Regrouping.objects.get(pk=number)
    change_regrouping(regrouping=regrouping, user=alice, revision=regrouping.revision, rows=rows)


def _free_look(project: Project) -> tuple[str, str]:
    used = set(MarkLabel.objects.filter(project=project).values_list("dash", "shape"))
    return next(look for look in product(Dash.values, PointShape.values) if look not in used)


def _mappings(project: Project, n: int) -> None:
    mapping = ImportMapping.objects.create(project=project, name=f"Names {n}")
    for one in ImportMapping.objects.filter(project=project):
        one.entries.create(kind="column", source=f"Spalte {n} {mapping.pk}", column="taxon")
