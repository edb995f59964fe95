"""Objects that wait: in the samples given to a person, or else those that a model named in a project of theirs."""

from django.db import connection
from django.urls import reverse

from annotations.projects.models import Membership, Project, Role
from annotations.projects.waiting import Asker, NextStep, counted, register
from annotations.samples.models import State

MOST_PROJECTS = 2  # with a line each
MOST_ASKED = 50  # projects, of somebody who is in more
WORKING = [role for role in Role if role.rank >= Role.ANNOTATOR.rank]


def objects_waiting(asker: Asker) -> list[NextStep]:
    projects = _worked_in(asker)
    return _in_samples_given(asker, projects) or _predicted_in_a_project(asker, projects)


def _worked_in(asker: Asker) -> dict[int, Project]:
    memberships = Membership.objects.filter(
        user=asker.user, role__in=WORKING, project__deleted=None
    ).select_related("project")
    return {one.project_id: one.project for one in memberships.order_by("-project")[:MOST_ASKED]}


IN_SAMPLES_GIVEN = """
SELECT l.project_id, l.state, sum(l.count)::bigint
FROM assignments_assignment a
JOIN samples_sample s ON s.id = a.sample_id
JOIN labels_tally l ON l.project_id = s.project_id AND l.sample_id = s.id
WHERE a.user_id = %s AND s.project_id = ANY(%s) AND l.state = ANY(%s)
GROUP BY 1, 2 HAVING sum(l.count) > 0 ORDER BY 3 DESC, 1
"""


def _in_samples_given(asker: Asker, projects: dict[int, Project]) -> list[NextStep]:
    """What is predicted before what nobody has named; a line for each of the projects with most."""
    states = [State.PREDICTED.value, State.UNCLASSIFIED.value]
    with connection.cursor() as cursor:
        cursor.execute(IN_SAMPLES_GIVEN, [asker.user.pk, list(projects), states])
        rows = cursor.fetchall()
    waiting: dict[int, tuple[State, int]] = {}
    for letter in states:
        for project, state, count in rows:
            if state == letter:
                waiting.setdefault(project, (State(state), count))
    return [
        NextStep(
            f"{state.word} {counted(count, 'object waits', 'objects wait')} in the samples given to you",
            f"{reverse('gallery:bench', args=[project])}?state={state.word}&assigned={asker.user.pk}",
            count,
            projects[project].title,
        )
        for project, (state, count) in list(waiting.items())[:MOST_PROJECTS]
    ]


PREDICTED = """
SELECT project_id, sum(count)::bigint FROM labels_tally WHERE project_id = ANY(%s) AND state = 'P'
GROUP BY 1 HAVING sum(count) > 0 ORDER BY project_id = %s DESC, 2 DESC, 1 LIMIT 1
"""


def _predicted_in_a_project(asker: Asker, projects: dict[int, Project]) -> list[NextStep]:
    """In the project that one was in last, or else in that with most."""
    with connection.cursor() as cursor:
        cursor.execute(PREDICTED, [list(projects), asker.last_project.pk if asker.last_project else 0])
        rows = cursor.fetchall()
    return [
        NextStep(
            f"predicted {counted(count, 'object waits', 'objects wait')} for a person to confirm",
            reverse("review:queue", args=[project]),
            count,
            projects[project].title,
        )
        for project, count in rows
    ]


register(20, objects_waiting)
