from django.db.models import QuerySet
from django.http import Http404

from annotations.accounts.models import User
from annotations.learning.models import Model
from annotations.projects.access import projects_seen_by
from annotations.taxonomy.queries import names_of

BACKBONES = [  # (torchvision's name, what a person should know)
    ("mobilenet_v3_small", "MobileNet V3 small: minutes on a laptop"),
    ("mobilenet_v3_large", "MobileNet V3 large"),
    ("resnet18", "ResNet 18"),
    ("resnet50", "ResNet 50: wants a GPU"),
    ("efficientnet_v2_s", "EfficientNet V2 S: best for rare taxa, wants a GPU"),
    ("convnext_tiny", "ConvNeXt tiny: wants a GPU"),
]


def models_seen_by(user: User) -> QuerySet[Model]:
    """Models trained on a project that the person is a member of, newest first."""
    models = Model.objects.select_related("job", "owner").prefetch_related("projects")
    if user.is_superuser:
        return models
    return models.filter(projects__in=projects_seen_by(user)).distinct()


def open_model(user: User, model_id: int) -> Model:
    """Raises Http404 when there is no such model, or the person may not see it."""
    model = models_seen_by(user).filter(pk=model_id).first()
    if model is None:
        raise Http404("There is no such model, or it was trained on projects that you are not a member of.")
    return model


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
    return metrics
