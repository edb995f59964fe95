"""What managers do with a model once it is there: name it, keep it or put it away, take it out, bring one in."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from annotations.accounts.models import User
from annotations.common.numbers import is_number
from annotations.jobs.actions import start_job
from annotations.jobs.artefacts import FOR_EVERYBODY
from annotations.jobs.models import Job
from annotations.learning.actions import require_manager
from annotations.learning.models import Model, ProjectModel
from annotations.learning.queries import may_manage, open_model
from annotations.projects.models import Licence, Project
from annotations.taxonomy.matching import Matcher, TaxonName
from annotations.taxonomy.names import is_scientific, same_name

FORMATS = {"folder": "model folder", "onnx": "ONNX"}


@transaction.atomic
def change_model(*, user: User, model: Model, **changes: object) -> Model:
    """Changes `name`, `notes`, `wanted_precision` or `archived` (yes or no) of a model that the person manages.

    Raises PermissionDenied, or ValidationError that says what a value takes.
    """
    require_manager_of_all(user, model)
    checks = {"name": _name, "notes": _notes, "wanted_precision": _precision, "archived": _archived}
    unknown = set(changes) - set(checks)
    if unknown:
        raise ValidationError(f"A model has no {', '.join(sorted(unknown))} that could be changed.")
    for name, value in changes.items():
        setattr(model, name, checks[name](model, value))
    model.save(update_fields=list(changes))
    return model


def _name(model: Model, value: object) -> str:
    name = str(value).replace("\0", "").strip()
    if not name or len(name) > 200:
        raise ValidationError("A model needs a name of at most 200 letters.")
    return name


def _notes(model: Model, value: object) -> str:
    notes = str(value).replace("\0", "").strip()
    if len(notes) > 10_000:
        raise ValidationError("Notes have at most 10,000 letters.")
    return notes


def _precision(model: Model, value: object) -> float | None:
    """None: always the best guess."""
    precisions = sorted(float(text) for text in model.metrics.get("thresholds") or {})
    if value is None:
        return None
    if not is_number(value) or value not in precisions:
        choices = ", ".join(f"{precision:g}" for precision in precisions)
        raise ValidationError(
            f"`wanted_precision` is {value!r}, but takes one of {choices}, or nothing."
            if precisions
            else "This model has no thresholds to choose a precision by: train it again."
        )
    return float(value)


def _archived(model: Model, value: object) -> object:
    return (model.archived or timezone.now()) if value else None


@transaction.atomic
def adopt_model(*, user: User, project: Project, model: Model) -> None:
    """Makes the model the project's own, in the place of another: it is offered first. Needs a manager there."""
    require_manager(user, project)
    model = open_model(user, model.pk)
    if not model.is_ready:
        raise ValidationError(f"{model.name} is not ready: wait until its training is done.")
    if model.archived:
        raise ValidationError(f"{model.name} is archived: take it out of the archive first.")
    ProjectModel.objects.update_or_create(project=project, defaults={"model": model})


def release_model(*, user: User, project: Project) -> None:
    """The project has no model of its own any more."""
    require_manager(user, project)
    ProjectModel.objects.filter(project=project).delete()


def start_export(*, user: User, model: Model, format: str = "folder") -> Job:
    """Starts writing the model as a folder that works anywhere, or as ONNX. Needs a manager of all its projects."""
    require_manager_of_all(user, model)
    if format not in FORMATS:
        raise ValidationError(f"`format` is {format!r}, but takes one of {', '.join(FORMATS)}.")
    if not model.is_ready:
        raise ValidationError(f"{model.name} is not ready: wait until its training is done.")
    params = {"model": model.pk, "format": format}
    return start_job(kind="export_model", owner=user, project=model.projects.living().first(), params=params)


def start_export_for_everybody(*, user: User, model: Model, about: Mapping[str, str]) -> Job:
    """The same for strangers: the folder with what is said `about` it to them, its licence among that, instead of its
    own name and notes. Raises ValidationError where no licence lets them have it."""
    require_manager_of_all(user, model)
    if about.get("licence") in (None, "", Licence.COPYRIGHT):
        raise ValidationError({"licence": "Choose a licence by which everybody may use the weights."})
    if not model.is_ready:
        raise ValidationError(f"{model.name} is not ready: wait until its training is done.")
    params = {"model": model.pk, "format": "folder", "about": dict(about), FOR_EVERYBODY: True}
    return start_job(kind="export_model", owner=user, project=model.projects.living().first(), params=params)


def start_import(*, user: User, projects: list[Project], path: Path, name: str) -> Job:
    """Starts bringing in an exported model that lies at `path`. Needs a manager of each of the projects."""
    if not projects:
        raise ValidationError("Choose at least one project that the model is for.")
    for project in projects:
        require_manager(user, project)
    params = {"path": str(path), "name": name, "projects": [project.pk for project in projects]}
    return start_job(kind="import_model", owner=user, project=projects[0], params=params)


def taxa_of_classes(
    classes: Iterable[tuple[str, str]], lineages: Mapping[str, tuple[str, ...]] | None = None
) -> tuple[dict[str, int], list[str]]:
    """This site's taxa for the classes (key, name) of a model of whatever site, and the names that it does not know.

    They are known by name and, where it is given, lineage. A key that is the number of a taxon of that name decides
    where several may be meant, and where a scientific name has been moved since.
    """
    names = {key: TaxonName(name, (lineages or {}).get(key, ())) for key, name in classes}
    matcher = Matcher(names.values())
    taxa = {key: matcher.match(name).taxon or _by_key(matcher, key, name) for key, name in names.items()}
    unknown = [_placed(name) or key for key, name in names.items() if taxa[key] is None]
    return {key: taxon for key, taxon in taxa.items() if taxon is not None}, unknown


def _by_key(matcher: Matcher, key: str, name: TaxonName) -> int | None:
    node = matcher.nodes.get(int(key)) if key.isdecimal() and len(key) < 19 else None
    if node is None or not same_name(node.display_name, name.name):
        return None
    taxon = matcher.in_use(node)
    return taxon if taxon in matcher.match(name).choices or is_scientific(node.name) else None


def _placed(name: TaxonName) -> str:
    """`egg (below Crabella)`: of homonyms the bare name says nothing."""
    above = () if "<" in name.name or is_scientific(name.name) else name.above[-1:]
    return f"{name.name} (below {above[0]})" if above else name.name


def require_manager_of_all(user: User, model: Model) -> None:
    if not may_manage(user, model):
        raise PermissionDenied("Only who manages all projects of a model may change it or take it out.")
