"""Values of traits in bulk: the versions that a frame shows decide what is a conflict."""

import orjson
import pandas as pd
import pytest

from seston_client import Project
from seston_client.taxa import Taxa
from tests.client.conftest import send

CONFLICT = {
    "id": 2,
    "trait": 1,
    "version": 4,
    "value": ["no"],
    "state": "validated",
    "score": None,
    "annotator": "Bob",
    "model": None,
    "when": "2026-07-01T10:00:00+00:00",
}


def project(connection) -> Project:
    return Project(connection, Taxa(connection), {"id": 1, "title": "tow"})


def test_each_object_goes_with_the_version_of_its_value(pretend):
    bodies = []

    def answer(handler) -> None:
        bodies.append(orjson.loads(handler.rfile.read(int(handler.headers["Content-Length"]))))
        send(handler, orjson.dumps({"batch": 7, "changed": 1, "inapplicable": 1, "conflicts": [CONFLICT]}))

    site = pretend(answer)
    frame = pd.DataFrame(
        {"id": [1, 2, 3], "traits": [{}, {"egg_sac": {"version": 3}}, {"sex": {"version": 9}}]}
    )
    outcome = project(site.connection).set_trait(frame, "egg_sac", "yes")
    assert bodies == [
        {
            "trait": "egg_sac",
            "objects": [{"id": 1, "version": 0}, {"id": 2, "version": 3}, {"id": 3, "version": 0}],
            "value": "yes",
        }
    ]
    assert site.requests[0][0] == "POST /api/v1/projects/1/trait-values/"
    assert (outcome.changed, outcome.inapplicable, outcome.batches) == (1, 1, [7])
    assert outcome.conflicts[["id", "version", "value", "annotator"]].values.tolist() == [
        [2, 4, ["no"], "Bob"]
    ]


def test_a_frame_without_values_is_refused(pretend):
    with pytest.raises(ValueError, match="no column traits"):
        project(pretend(lambda handler: None).connection).set_trait(pd.DataFrame({"id": [1]}), "sex", "male")
