"""The catalogue: public models and public projects by name, and their descriptions as others read them.

* *scivision*'s catalogues of models and of data sources, as its `catalog.py` checks them
* *DEEPaaS*'s list of models with their metadata (its API, version 2)
"""

from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from annotations.learning.models import Model
from annotations.learning.queries import figures_of_the_whole
from annotations.projects.models import Licence
from annotations.public.access import NOTHING, public_faces
from annotations.public.models import PublicFace, PublicModel

PACKAGE = "seston_client"
SITE = "Seston"
MOST_LISTED = 500  # of the files; pages and the API go on


def public_models() -> QuerySet[PublicModel]:
    """Those that are ready, not archived, and of no project under embargo or in the bin; the newest first. Of their
    metrics, which are large, only the `figures` of the whole.
    """
    models = PublicModel.objects.filter(is_on=True, model__is_ready=True, model__archived=None)
    today = timezone.now().date()
    models = models.exclude(model__projects__embargo_until__gt=today)
    models = models.exclude(model__projects__deleted__isnull=False)
    added: dict[str, RawSQL] = {"figures": figures_of_the_whole()}
    models = models.select_related("model").defer("model__history", "model__metrics")
    return models.annotate(**added).order_by("-pk")


def open_public_model(model_id: int) -> PublicModel:
    """Raises Http404 where it is not public."""
    shared = public_models().filter(pk=model_id).first()
    if shared is None:
        raise Http404(NOTHING)
    return shared


def models_called(name: str) -> QuerySet[PublicModel]:
    return public_models().filter(name__icontains=name) if name else public_models()


def projects_called(name: str) -> QuerySet[PublicFace]:
    faces = public_faces().order_by("-pk")
    return faces.filter(project__title__icontains=name) if name else faces


class Descriptions:
    """Of a site at `root`, such as `https://plankton.example.org`."""

    def __init__(self, root: str) -> None:
        self.root = root.rstrip("/")

    def address(self, name: str, number: int) -> str:
        return self.root + reverse(name, args=[number])

    def model(self, shared: PublicModel) -> dict[str, Any]:
        """An entry of scivision's catalogue of models: `scivision_usable` is false, for it has a client of its own."""
        return {
            "name": _unique(shared.name, shared.pk),
            "description": shared.summary or f"{Model.Method(shared.model.method).label} of plankton images",
            "tasks": ["classification"],
            "pkg_url": PACKAGE,
            "url": self.address("public:model", shared.pk),
            "scivision_usable": False,
            "institution": [],
            "tags": ["plankton", *([shared.licence] if shared.licence else [])],
        }

    def datasource(self, face: PublicFace) -> dict[str, Any]:
        """An entry of scivision's catalogue of data sources."""
        licence = face.project.licence
        return {
            "name": _unique(face.project.title, face.pk),
            "description": face.summary or f"Images of plankton: {face.project.title}",
            "url": self.address("public:project", face.pk),
            "tasks": ["classification"],
            "labels_provided": True,
            "domains": ["ecology", "oceanography"],
            "institution": [],
            "tags": ["plankton", *([licence] if licence else [])],
        }

    def deepaas(self, shared: PublicModel) -> dict[str, Any]:
        """What DEEPaaS says of a model."""
        address = self.address("public:model", shared.pk)
        return {
            "id": f"seston-{shared.pk}",
            "name": shared.name,
            "description": shared.summary or f"{Model.Method(shared.model.method).label} of plankton images",
            "license": shared.licence or "not said",
            "author": SITE,  # nobody has agreed to be named
            "version": f"{shared.model.created:%Y-%m-%d}",
            "url": address,
            "links": [{"rel": "self", "href": self.address("public:deepaas", shared.pk)}],
        }


def scivision_models(root: str) -> dict[str, Any]:
    entries = [Descriptions(root).model(shared) for shared in public_models()[:MOST_LISTED]]
    return {"catalog_type": "scivision model catalog", "name": SITE, "entries": entries}


def scivision_datasources(root: str) -> dict[str, Any]:
    entries = [Descriptions(root).datasource(face) for face in projects_called("")[:MOST_LISTED]]
    return {"catalog_type": "scivision datasource catalog", "name": SITE, "entries": entries}


def deepaas_models(root: str) -> dict[str, Any]:
    return {"models": [Descriptions(root).deepaas(shared) for shared in public_models()[:MOST_LISTED]]}


def licence_of(shared: PublicModel) -> str:
    return Licence(shared.licence).label if shared.licence else "not said: ask before you use it"


def _unique(name: str, number: int) -> str:
    """scivision refuses a catalogue in which a name comes twice."""
    return f"{name} ({number})"
