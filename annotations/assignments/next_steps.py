"""Objects that wait: in the samples given to a person, or else in the projects that they work in."""

from django.db import connection
from django.urls import reverse

from annotations.projects.models import Membership, Project, Role
from annotations.projects.waiting import Asker, NextStep, counted, register
from annotations.samples.models import State

MOST_PROJECTS = 3  # with a line each
MOST_MEMBERSHIPS = 50  # projects, of somebody who is in more
WAITING = [State.PREDICTED.value, State.UNCLASSIFIED.value]
WORKING = [role for role in Role if role.rank >= Role.ANNOTATOR.rank]


def objects_waiting(asker: Asker) -> list[NextStep]:
    projects = _worked_in(asker)
    return _in_assigned_samples(asker, projects) or _in_projects(asker, projects)


def _worked_in(asker: Asker) -> dict[int, Project]:
    memberships = Membership.objects.filter(
        user=asker.user, role__in=WORKING, project__deleted=None
    ).select_related("project")
    return {one.project_id: one.project for one in memberships.order_by("-project")[:MOST_MEMBERSHIPS]}


IN_ASSIGNED_SAMPLES = """
SELECT l.project_id, l.state, sum(l.count)::bigint
FROM assignments_assignment a
JOIN samples_sample s ON s.id = a.sample_id
JOIN labels_tally l ON l.project_id = s.project_id AND l.sample_id = s.id
WHERE a.user_id = %s AND s.project_id = ANY(%s) AND l.state = ANY(%s)
GROUP BY 1, 2 HAVING sum(l.count) > 0 ORDER BY 3 DESC, 1
"""


def _in_assigned_samples(asker: Asker, projects: dict[int, Project]) -> list[NextStep]:
    """What is predicted before what nobody has named; a line for each of the projects with most."""
    with connection.cursor() as cursor:
        cursor.execute(IN_ASSIGNED_SAMPLES, [asker.user.pk, list(projects), WAITING])
        waiting = _predicted_first(cursor.fetchall())
    return [
        NextStep(
            f"{state.word} {counted(count, 'object waits', 'objects wait')} in the samples given to you",
            f"{reverse('gallery:bench', args=[project])}?state={state.word}&assigned={asker.user.pk}",
            count,
            projects[project].title,
        )
        for project, (state, count) in list(waiting.items())[:MOST_PROJECTS]
    ]


def _predicted_first(rows: list[tuple[int, str, int]]) -> dict[int, tuple[State, int]]:
    """project → what of it a person does next, and of how many objects."""
    waiting: dict[int, tuple[State, int]] = {}
    for letter in WAITING:
        for project, state, count in rows:
            if state == letter:
                waiting.setdefault(project, (State(state), count))
    return waiting


IN_PROJECTS = """
SELECT project_id, state, sum(count)::bigint FROM labels_tally WHERE project_id = ANY(%s) AND state = ANY(%s)
GROUP BY 1, 2 HAVING sum(count) > 0 ORDER BY project_id = %s DESC, 3 DESC, 1
"""


def _in_projects(asker: Asker, projects: dict[int, Project]) -> list[NextStep]:
    """The project that one was in last comes first, then those in which models named most."""
    last_project = asker.last_project.pk if asker.last_project else 0
    with connection.cursor() as cursor:
        cursor.execute(IN_PROJECTS, [list(projects), WAITING, last_project])
        waiting = _predicted_first(cursor.fetchall())
    return [
        _step_in(projects[project], state, count)
        for project, (state, count) in sorted(waiting.items(), key=lambda one: one[0] != last_project)[
            :MOST_PROJECTS
        ]
    ]


def _step_in(project: Project, state: State, count: int) -> NextStep:
    objects = counted(count, "object waits", "objects wait")
    if state == State.PREDICTED:
        text, url = "for a person to confirm", reverse("review:queue", args=[project.pk])
    else:
        text, url = "for a name", f"{reverse('gallery:bench', args=[project.pk])}?state={state.word}"
    return NextStep(f"{state.word} {objects} {text}", url, count, project.title)


register(20, objects_waiting)
