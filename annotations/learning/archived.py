"""What archived models said: kept for a while, for a model can be taken out of the archive, and then removed.

What an object shows stays, whoever said it, and so do the log and what undoing puts back.
"""

from django.conf import settings
from django.db import transaction

from annotations.labels.locking import lock_objects
from annotations.learning.disagreement import rank_disagreement
from annotations.learning.models import Model, Prediction
from annotations.learning.queries import archived_for
from annotations.projects.models import Project
from annotations.samples.models import Object

AT_ONCE = 10_000  # rows a transaction


def remove_archived_predictions() -> int:
    """Removes what models said that were archived `settings.ARCHIVED_PREDICTION_DAYS` ago, but what an object shows.

    Some rows a transaction; returns how many. Called by beat.
    """
    removed = 0
    for model in archived_for(settings.ARCHIVED_PREDICTION_DAYS):
        while rows := _remove_some(model):
            removed += rows
    return removed


@transaction.atomic
def _remove_some(model: Model) -> int:
    aside = Prediction.objects.filter(model=model, is_current=False)
    objects = list(aside.values_list("object_id", flat=True)[:AT_ONCE])
    lock_objects(objects)  # an undo may be making one of them current again
    removed, _ = aside.filter(object__in=objects).delete()
    for project in Project.objects.filter(pk__in=Object.objects.filter(pk__in=objects).values("project")):
        of_project = Object.objects.filter(project=project, pk__in=objects)
        rank_disagreement(project=project, object_ids=list(of_project.values_list("pk", flat=True)))
    return removed
