from collections import Counter
from datetime import timedelta

from django.db import connection
from django.db.models import Count, Exists, F, Func, IntegerField, JSONField, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.http import Http404
from django.utils import timezone

from annotations.accounts.models import User
from annotations.jobs.models import UNFINISHED, Job
from annotations.labels.models import Batch, BatchKind
from annotations.learning.models import LearningSet, Model, ProjectModel
from annotations.pictures.keys import image_url
from annotations.projects.access import projects_managed_by, projects_seen_by, role_in
from annotations.projects.models import Membership, Project, Role
from annotations.samples.models import Sample
from annotations.samples.naming import readable_id
from annotations.samples.queries import first_image
from annotations.taxonomy.queries import names_of

BULKY = [  # of the metrics: what the page of a single model shows, and a list does not
    "per_taxon",
    "confusion",
    "precision_recall",
    "reliability",
    "thresholds",
    "novelty",
    "samples",
    "worst",
    "traits",
]
ELSEWHERE = "a sample of another project"


# --- Which models -----------------------------------------------------------------------------------------------------


def models_seen_by(user: User) -> QuerySet[Model]:
    """Models trained on a project that the person is a member of, newest first.

    Also where it is in the bin: what was learnt stays. When all its projects are gone, who trained it sees it.
    """
    models = Model.objects.select_related("job", "owner", "learning_set").prefetch_related("projects")
    if user.is_superuser:
        return models
    links = Model.projects.through.objects
    visible = links.filter(project__in=Membership.objects.filter(user=user).values("project"))
    has_projects = Exists(
        links.filter(model=OuterRef("pk"))
    )  # a join would give a model of two projects twice
    return models.filter(Q(pk__in=visible.values("model")) | Q(owner=user) & ~has_projects)


def registry(user: User, text: str = "", method: str = "", archived: bool = False) -> QuerySet[Model]:
    """The models that the person sees, with the figures of the whole as `figures`, without what makes metrics large.

    `text` is a part of the name or of the notes; archived ones are kept apart.
    """
    models = models_seen_by(user).filter(archived__isnull=not archived).exclude(method=Model.Method.REFIT)
    for word in text.replace("\0", "").split():
        models = models.filter(Q(name__icontains=word) | Q(notes__icontains=word))
    if method:
        models = models.filter(method=method)
    added: dict[str, RawSQL] = {"figures": figures_of_the_whole()}
    return models.defer("metrics", "history").annotate(**added)


def figures_of_the_whole() -> RawSQL:
    """The metrics of a query's `learning_model`, without what makes them large."""
    return RawSQL("learning_model.metrics - %s::text[]", [BULKY], output_field=JSONField())


def models_offered_in(user: User, project: Project) -> list[Model]:
    """What a person may predict with: ready, not archived, the project's own model first."""
    own = ProjectModel.objects.filter(project=project).values_list("model", flat=True).first()
    models = registry(user).filter(is_ready=True)
    return sorted(models, key=lambda model: model.pk != own)


def models_used_in(project: Project) -> QuerySet[Model]:
    """The models that have predicted there, newest first."""
    batches = Batch.objects.filter(project=project, kind=BatchKind.PREDICTION)
    return Model.objects.filter(pk__in=batches.values("model_id")).order_by("-id")


def archived_for(days: float) -> QuerySet[Model]:
    """Models that were archived so many days ago, are no project's own, and do not predict just now."""
    predicting = Job.objects.filter(kind="predict", state__in=UNFINISHED)
    busy = [params["model"] for params in predicting.values_list("params", flat=True)]
    until = timezone.now() - timedelta(days=days)
    return Model.objects.filter(archived__lt=until, owned_by=None).exclude(pk__in=busy)


def own_model(user: User, project: Project) -> Model | None:
    """The model that the project has made its own; None also where the person may not see it."""
    return models_seen_by(user).filter(owned_by__project=project).first()


def open_model(user: User, model_id: int) -> Model:
    """Raises Http404 when there is no such model, or the person may not see it."""
    model = models_seen_by(user).filter(pk=model_id).first()
    if model is None:
        raise Http404("There is no such model, or it was trained on projects that you are not a member of.")
    return model


def may_manage(user: User, model: Model) -> bool:
    """Managers of all its projects rename, archive and export a model."""
    return all(role_in(user, project.pk) == Role.MANAGER for project in model.projects.all())


# --- What is known of one ---------------------------------------------------------------------------------------------


def named_metrics(model: Model) -> dict:
    """The metrics with taxa as {id, name}."""
    metrics = dict(model.metrics)
    if not metrics:
        return metrics
    names = names_of({int(entry["taxon"]) for entry in metrics["per_taxon"]})

    def named(taxon: str) -> dict:
        return {"id": int(taxon), "name": names.get(int(taxon), f"taxon {taxon}")}

    metrics["per_taxon"] = [{**entry, "taxon": named(entry["taxon"])} for entry in metrics["per_taxon"]]
    confusion = metrics["confusion"]
    metrics["confusion"] = {**confusion, "labels": [named(taxon) for taxon in confusion["labels"]]}
    if "worst" in metrics:
        metrics["worst"] = [
            {**entry, "label": named(entry["label"]), "predicted": named(entry["predicted"])}
            for entry in metrics["worst"]
        ]
    return metrics


def shown_metrics(model: Model, user: User) -> dict:
    """The metrics as far as the person may know them: names of samples, and objects, of their own projects alone."""
    metrics = named_metrics(model)
    if "samples" in metrics:
        metrics["samples"] = named_samples(metrics["samples"], user)
    if "worst" in metrics:
        pictures = pictures_of([entry["object_id"] for entry in metrics["worst"]], user)
        metrics["worst"] = [entry for entry in metrics["worst"] if entry["object_id"] in pictures]
    return metrics


def named_samples(samples: list[dict], user: User) -> list[dict]:
    """With the `name` of each sample. The samples of a learning set are known by their number."""
    numbers = [int(entry["sample"]) for entry in samples if _is_number(entry["sample"])]
    visible = Sample.objects.filter(pk__in=numbers, project__in=projects_seen_by(user))
    names = {str(pk): readable_id(name) for pk, name in visible.values_list("pk", "original_id")}
    return [
        {
            **entry,
            "sample": entry["sample"] if entry["sample"] in names else None,
            "name": names.get(entry["sample"], ELSEWHERE),
        }
        for entry in samples
    ]


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) < 19


PICTURES = f"""
SELECT o.id, o.project_id, i.key, i.width, i.height FROM samples_object o
{first_image("o.id")}
WHERE o.id = ANY(%s) AND o.project_id = ANY(%s)
"""


def pictures_of(object_ids: list[int], user: User) -> dict[int, dict]:
    """The first image of each of these objects, where the person is a member of their project."""
    visible = list(projects_seen_by(user).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(PICTURES, [object_ids, visible])
        return {
            object_id: {"project": project, "url": image_url(key), "width": width, "height": height}
            for object_id, project, key, width, height in cursor.fetchall()
        }


SUSPECTS = """
SELECT o.project_id, count(*) FROM learning_heldout h JOIN samples_object o ON o.id = h.object_id
WHERE h.model_id = %s AND h.is_suspect AND o.project_id = ANY(%s) GROUP BY 1
"""


def suspects_by_project(model: Model, projects: list[Project]) -> list[tuple[Project, int]]:
    """How many likely label errors each of the projects has, the most first."""
    with connection.cursor() as cursor:
        cursor.execute(SUSPECTS, [model.pk, [project.pk for project in projects]])
        counts = Counter(dict(cursor.fetchall()))
    by_number = {project.pk: project for project in projects}
    return [(by_number[pk], count) for pk, count in counts.most_common()]


def places_by_lineage(taxon_ids: list[int]) -> list[int]:
    """Places of the taxa in the order of the tree: by the names along the way down from the root."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, path FROM taxonomy_taxon WHERE id = ANY(%s)", [taxon_ids])
        paths = dict(cursor.fetchall())
    names = names_of({above for path in paths.values() for above in path})
    lineages = [[names.get(above, "") for above in paths.get(taxon, [])] for taxon in taxon_ids]
    return sorted(range(len(taxon_ids)), key=lambda place: lineages[place])


# --- Which learning sets ----------------------------------------------------------------------------------------------


def sets_seen_by(user: User) -> QuerySet[LearningSet]:
    """Sets of whose projects the person is a member of every one: a set tells of objects. Newest first.

    Nobody sees one of a project in the bin; one of a project that is gone is for administrators.
    """
    sets = LearningSet.objects.select_related("job", "owner").prefetch_related("projects")
    if user.is_superuser:
        return sets.exclude(projects__deleted__isnull=False)
    sets = _of_whole_recipes(sets)
    visible = projects_seen_by(user)
    return (
        sets.filter(projects__in=visible)
        .exclude(projects__in=Project.objects.exclude(pk__in=visible))
        .distinct()
    )


def _of_whole_recipes(sets: QuerySet[LearningSet]) -> QuerySet[LearningSet]:
    """Those of whose projects none has gone since: the others still tell of its objects. What counts in groups has no
    order but one that it names."""
    named = Func(F("recipe__projects"), function="jsonb_array_length", output_field=IntegerField())
    sets = sets.alias(named=named, there=Count("projects", distinct=True))
    return sets.filter(Q(named=None) | Q(named__lte=F("there"))).order_by("-pk")


def open_set(user: User, set_id: int) -> LearningSet:
    """Raises Http404 when there is no such set, or the person may not see it."""
    learning_set = sets_seen_by(user).filter(pk=set_id).first()
    if learning_set is None:
        raise Http404("There is no such learning set, or you are not a member of all its projects.")
    return learning_set


def frozen_sets_seen_by(user: User) -> QuerySet[LearningSet]:
    """Newest first."""
    return sets_seen_by(user).exclude(facts={})


def learning_sets_to_train_on(user: User) -> QuerySet[LearningSet]:
    """Frozen sets of projects all of which the person manages, newest first."""
    frozen = LearningSet.objects.exclude(facts={})
    if user.is_superuser:
        return frozen.exclude(projects__deleted__isnull=False)
    frozen = _of_whole_recipes(frozen)
    managed = projects_managed_by(user)
    others = Project.objects.exclude(pk__in=managed)
    return frozen.filter(projects__in=managed).exclude(projects__in=others).distinct()


def models_to_start_from(user: User) -> QuerySet[Model]:
    """Networks that are ready, of those that the person sees."""
    return models_seen_by(user).filter(is_ready=True, method=Model.Method.NETWORK, archived=None)
