"""The models and learning sets that fields let one choose."""

from django.db.models import QuerySet

from annotations.learning.backbones.queries import backbones_to_start_from
from annotations.learning.models import Backbone, LearningSet, Model
from annotations.learning.queries import (
    frozen_sets_seen_by,
    learning_sets_to_train_on,
    models_to_start_from,
    models_used_in,
    registry,
)
from annotations.projects.models import Role
from annotations.projects.optionlists import Chooser, ListEntry, OptionList, register
from annotations.taxonomy.models import Taxon


def _model(model: Model) -> ListEntry:
    return ListEntry(str(model.pk), model.name, f"{model.get_method_display()}, {model.created:%Y-%m-%d}")


def _network(model: Model) -> ListEntry:
    backbone = model.settings.get("backbone")  # what was brought in as a folder may not say
    name = f"{model.name} ({backbone})" if backbone else model.name
    return ListEntry(str(model.pk), name, f"{model.created:%Y-%m-%d}")


def _backbone(one: Backbone) -> ListEntry:
    return ListEntry(str(one.pk), f"{one.name} ({one.network})", f"{one.created:%Y-%m-%d}")


def _learning_set(one: LearningSet) -> ListEntry:
    words = f"{one.name}: {one.facts['objects']:,} objects of {one.facts['taxa']} taxa"
    return ListEntry(str(one.pk), f"{words}, {one.created:%Y-%m-%d}")


def _named(model: Model) -> ListEntry:
    return ListEntry(str(model.pk), model.name)


def _taxon(taxon: Taxon) -> ListEntry:
    return ListEntry(str(taxon.pk), taxon.display_name)


def _doubting(chooser: Chooser) -> QuerySet[Model]:
    """The project's models that take labels for errors."""
    doubting = Model.objects.filter(projects=chooser.in_project, held_out__is_suspect=True)
    return doubting.order_by("-id").distinct()


def _candidates(chooser: Chooser) -> QuerySet[Taxon]:
    """The taxa that the models know which have predicted here."""
    classes = models_used_in(chooser.in_project).values_list("classes", flat=True)
    return Taxon.objects.filter(pk__in={taxon for of_model in classes for taxon in of_model}).order_by(
        "folded"
    )


register(
    OptionList(
        key="models",
        rows=lambda chooser: registry(chooser.user).filter(is_ready=True),
        option=_model,
        searched=("name", "notes"),
    ),
    OptionList(
        key="parents",
        rows=lambda chooser: models_to_start_from(chooser.user),
        option=_network,
        searched=("name", "settings__backbone"),
    ),
    OptionList(
        key="backbones",
        rows=lambda chooser: backbones_to_start_from(chooser.user),
        option=_backbone,
        searched=("name", "settings__backbone"),
    ),
    OptionList(
        key="learning-sets",
        rows=lambda chooser: learning_sets_to_train_on(chooser.user),
        option=_learning_set,
        searched=("name",),
    ),
    OptionList(
        key="frozen-sets",
        rows=lambda chooser: frozen_sets_seen_by(chooser.user),
        option=_learning_set,
        searched=("name",),
    ),
    OptionList(
        key="learning-sets-of-project",
        rows=lambda chooser: frozen_sets_seen_by(chooser.user).filter(projects=chooser.in_project),
        option=_learning_set,
        searched=("name",),
        least=Role.VIEWER,
    ),
    OptionList(key="doubting-models", rows=_doubting, option=_named, searched=("name",), least=Role.VIEWER),
    OptionList(
        key="models-heard",
        rows=lambda chooser: models_used_in(chooser.in_project),
        option=_named,
        searched=("name",),
        least=Role.VIEWER,
    ),
    OptionList(
        key="candidates", rows=_candidates, option=_taxon, searched=("display_name",), least=Role.VIEWER
    ),
)
