"""Objects that people have settled, as a model named them: for whoever wants to sort a part of a project anew."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied

from annotations.accounts.models import User
from annotations.labels.actions import reset_to_predicted
from annotations.labels.outcomes import Outcome
from annotations.labels.targets import Target
from annotations.projects.access import role_in
from annotations.projects.models import Project, Role

# The label that the model gave when it wrote the prediction that an object shows, by the taxon's name of today. At a
# wanted precision that may be an ancestor of its surest taxon; where it left the object for people it gave none. What
# was predicted before batches were noted (null) was written by the model's last.
CURRENT = """
SELECT c.object_id, taxonomy_in_use(label.taxon_id) AS taxon_id, label.score, c.scores[1] - c.scores[2] AS margin
FROM learning_prediction c CROSS JOIN LATERAL (
    SELECT w.to_taxon_id AS taxon_id, w.to_score AS score FROM labels_change w JOIN labels_batch b ON b.id = w.batch_id
    WHERE w.object_id = c.object_id AND b.kind = 'prediction' AND b.model_id = c.model_id
    AND b.id = COALESCE(c.batch_id, b.id)
    ORDER BY w.version DESC LIMIT 1
) label WHERE c.is_current AND label.taxon_id IS NOT NULL
"""


def reset_objects(
    *,
    project: Project,
    user: User,
    targets: Iterable[Target] | None = None,
    where: tuple[str, list] | None = None,
    expected: int | None = None,
) -> Outcome:
    """`labels.actions.reset_to_predicted` with the labels that models gave with the predictions that are shown.

    Raises PermissionDenied unless an expert or a manager asks.
    """
    role = role_in(user, project.pk)
    if role is None or role.rank < Role.EXPERT.rank:
        raise PermissionDenied("Experts and managers reset what people have settled.")
    return reset_to_predicted(
        project=project, user=user, predictions=CURRENT, targets=targets, where=where, expected=expected
    )
