"""One more of everything that a page lists, in the world in which rights are tried."""

from itertools import product

from annotations.accounts.models import User
from annotations.accounts.tokens import create_token
from annotations.assignments.models import Assignment
from annotations.discussions.actions import comment, pin, write_note
from annotations.gallery.models import View
from annotations.jobs.models import Job
from annotations.labels.actions import Target, label_objects
from annotations.learning.models import LearningSet, Model, Prediction
from annotations.marks.actions import make_mark
from annotations.marks.models import Dash, MarkLabel, Shape
from annotations.nomenclature.actions import note_unknown
from annotations.nomenclature.models import Merge
from annotations.projects.actions import create_project, set_role
from annotations.projects.models import Project, Role
from annotations.readings.actions import draw_reading
from annotations.samples.models import Acquisition, FreeColumn, Image, Object, ObjectFields, Sample, State
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Synonym, Taxon, TaxonEdit
from annotations.traits.vocabulary import define_trait
from tests.people import make_person
from tests.rights.world import World


def grow(world: World, n: int) -> None:
    project = Project.objects.get(pk=world.ids["project_id"])
    alice = world.people["alice"]
    objects = [_new_object(project, n, place) for place in range(2)]
    taxon = Taxon.objects.get(pk=world.ids["taxon_id"])
    _people_and_projects(project, alice, n)
    _models(project, alice, objects, n)
    _taxa(project, taxon, objects[0].taxon_id, n)
    _said(project, alice, taxon, objects[0], n)
    _worked(project, world, objects, n)


def _new_object(project: Project, n: int, place: int) -> Object:
    """Predicted, of a sample and of a taxon of its own."""
    sample, _ = Sample.objects.get_or_create(project=project, original_id=f"more_{n}")
    acquisition, _ = Acquisition.objects.get_or_create(sample=sample, original_id=f"more_{n}")
    (taxon,) = ensure_taxa([TaxonName(f"Kind {n} {place}")]).values()
    made = Object.objects.create(
        project=project,
        sample=sample,
        acquisition=acquisition,
        state=State.PREDICTED,
        taxon_id=taxon,
        score=0.9,
    )
    ObjectFields.objects.create(object=made, project=project, original_id=f"more_{n}_{place}", values=[1.0])
    key = f"v/ab/ce/{n:030x}{place:030x}.png"
    Image.objects.create(object=made, key=key, file_name="more.png", width=80, height=40)
    return made


def _people_and_projects(project: Project, alice: User, n: int) -> None:
    set_role(project=project, user=make_person(f"more{n}", password=None), role=Role.ANNOTATOR)
    create_project(title=f"Villefranche {n}", owner=alice)
    create_token(user=alice, name=f"program {n}")
    FreeColumn.objects.create(
        project=project, level="object", name=f"more_{n}", is_number=True, position=n + 1
    )


def _models(project: Project, alice: User, objects: list[Object], n: int) -> None:
    job = Job.objects.create(kind="train", project=project, owner=alice)
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
    for made in objects:
        Prediction.objects.create(object=made, model=model, taxa=[made.taxon_id], scores=[0.9], novelty=0.2)


def _taxa(project: Project, taxon: Taxon, other: int, n: int) -> None:
    note_unknown(project=project, names=[TaxonName(f"Unknown {n}")])
    TaxonEdit.objects.create(taxon=taxon, before={"note": "x"}, after={"note": ""})
    Merge.objects.create(taxon=taxon, into_id=other, undone=project.created)
    Synonym.objects.create(taxon=taxon, name=f"Synonym {n}")


def _said(project: Project, alice: User, taxon: Taxon, made: Object, n: int) -> None:
    for place in ({"object": made}, {"taxon": taxon}):
        comment(project=project, author=alice, text="@alice, @bob, look", **place)
    pin(project=project, taxon=taxon, object=made, user=alice)
    write_note(project=project, taxon=taxon, author=alice, text=f"Note {n}.")


def _worked(project: Project, world: World, objects: list[Object], n: int) -> None:
    alice, readers = world.people["alice"], [world.people[name] for name in ("bob", "carla")]
    View.objects.create(project=project, owner=alice, name=f"view {n}")
    define_trait(project=project, user=alice, name=f"Trait {n}", kind="flag")
    dash, shape = _free_look(project)
    label = MarkLabel.objects.create(
        project=project, key=f"mark_{n}", name=f"Mark {n}", colour="#0072b2", dash=dash, shape=shape
    )
    image = Image.objects.filter(object=world.ids["object_id"]).get()
    make_mark(image=image, label=label, kind="point", geometry={"points": [[1, 2]]}, author=alice)
    draw_reading(project=project, user=alice, name=f"reading {n}", size=3, readers=[*readers, alice])
    Assignment.objects.create(sample=objects[0].sample, user=alice)
    target = Target(objects[0].pk, objects[0].version)
    label_objects(project=project, user=alice, targets=[target], state=State.VALIDATED)


def _free_look(project: Project) -> tuple[str, str]:
    taken = set(MarkLabel.objects.filter(project=project).values_list("dash", "shape"))
    return next(look for look in product(Dash.values, Shape.values) if look not in taken)
