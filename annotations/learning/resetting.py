"""Objects that people have settled, as a model named them: for whoever wants to sort a part of a project anew."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied

from annotations.accounts.models import User
from annotations.labels.actions import Outcome, Target, reset_to_predicted
from annotations.projects.access import role_in
from annotations.projects.models import Project, Role

# what the prediction that an object shows holds for the likeliest, by the taxon's name of today
CURRENT = """
SELECT c.object_id, taxonomy_in_use(t.id) AS taxon_id, c.scores[1] AS score, c.scores[1] - c.scores[2] AS margin
FROM learning_prediction c JOIN taxonomy_taxon t ON t.id = c.taxa[1] WHERE c.is_current
"""


def reset_objects(
    *,
    project: Project,
    user: User,
    targets: Iterable[Target] | None = None,
    where: tuple[str, list] | None = None,
    expected: int | None = None,
) -> Outcome:
    """`labels.actions.reset_to_predicted` with the predictions that are shown.

    Raises PermissionDenied unless an expert or a manager asks.
    """
    role = role_in(user, project.pk)
    if role is None or role.rank < Role.EXPERT.rank:
        raise PermissionDenied("Experts and managers reset what people have settled.")
    return reset_to_predicted(
        project=project, user=user, predictions=CURRENT, targets=targets, where=where, expected=expected
    )
