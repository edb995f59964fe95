"""Who identified the objects of an event and a taxon, and when: people, or a model."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from annotations.projects.models import Project
from annotations.publishing.extents import EventKey, iso_interval, kind_of
from annotations.publishing.requests import HUMAN, MACHINE, ArchiveRequest

BY_STATUS = {
    HUMAN: """
SELECT o.sample_id, {acquisition}, {layer}, o.taxon_id, string_agg(DISTINCT {name}, ' | '),
    min(o.labelled_at), max(o.labelled_at), min(o.id)
FROM samples_object o LEFT JOIN accounts_user u ON u.id = o.annotator_id
WHERE o.project_id = %s AND o.state = ANY(%s) AND {condition} GROUP BY 1, 2, 3, 4
""",
    MACHINE: """
SELECT o.sample_id, {acquisition}, {layer}, o.taxon_id,
    string_agg(DISTINCT {name}, ' | '), min(o.labelled_at), max(o.labelled_at),
    min(o.id)
FROM samples_object o
LEFT JOIN learning_prediction p ON p.object_id = o.id AND p.is_current
LEFT JOIN learning_model m ON m.id = p.model_id
WHERE o.project_id = %s AND o.state = ANY(%s) AND {condition} GROUP BY 1, 2, 3, 4
""",
}
NAMES = {HUMAN: "u.shown_name", MACHINE: "m.name || ' (Seston, model ' || m.id || ')'"}
# a model may be called after who trained it
NAMES_FOR_EVERYBODY = {HUMAN: "NULL", MACHINE: "'Seston, model ' || m.id"}


@dataclass(frozen=True)
class Identification:
    """Names of people as pages name them, without addresses, or of models; the days as an interval."""

    names: str
    date: str
    example: int = 0  # one of the objects


NOBODY_KNOWN = Identification("", "")
IdentificationKey = tuple[EventKey, int, str]  # event, taxon, verification


def identifications(project: Project, request: ArchiveRequest) -> dict[IdentificationKey, Identification]:
    return {key: one for status in request.statuses for key, one in _of_status(project, request, status)}


def _of_status(
    project: Project, request: ArchiveRequest, status: str
) -> Iterator[tuple[IdentificationKey, Identification]]:
    condition, params = request.within.narrowed(project.pk).where(project.pk)
    kind, states = kind_of(request), [state.value for state in request.states_of(status)]
    name = (NAMES_FOR_EVERYBODY if request.is_for_everybody else NAMES)[status]
    sql = BY_STATUS[status].format(
        acquisition=kind.acquisition, layer=kind.layer, condition=condition, name=name
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [project.pk, states, *params])
        for sample, acquisition, layer, taxon, names, first, last, example in cursor:
            date = iso_interval(first, last, has_time=False)
            yield ((sample, acquisition, layer), taxon, status), Identification(names or "", date, example)
