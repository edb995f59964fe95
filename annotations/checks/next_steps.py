"""Quality checks that a person has begun and not finished."""

from django.urls import reverse

from annotations.checks.models import QualityCheck
from annotations.projects.models import Membership, Role
from annotations.projects.waiting import Asker, NextStep, register

MOST_CHECKS = 2  # with a line each
LOOKING = [role for role in Role if role.rank >= Role.ANNOTATOR.rank]


def checks_open(asker: Asker) -> list[NextStep]:
    """The latest first. What a blind one is about is not said: it may name the taxon."""
    projects = Membership.objects.filter(user=asker.user, role__in=LOOKING, project__deleted=None)
    checks = QualityCheck.objects.filter(
        user=asker.user, finished=None, drawn__gt=0, project__in=projects.values("project")
    )
    return [
        NextStep(
            "Go on with your quality check",
            reverse("checks:look", args=[check.project_id, check.pk]),
            where=f"{_about(check)} · {check.project.title}",
        )
        for check in checks.select_related("project")[:MOST_CHECKS]
    ]


def _about(check: QualityCheck) -> str:
    return "blind" if check.is_blind else check.words or "all that is labelled"


register(35, checks_open)
