"""Labels of so many objects that they go in several calls."""

import orjson
import pandas as pd
import pytest

from seston_client import LabellingStopped, Project
from seston_client.taxa import Taxa
from tests.client.conftest import send


def test_what_was_written_before_a_call_failed_is_not_forgotten(pretend, monkeypatch):
    monkeypatch.setattr("seston_client.projects.A_CALL", 2)

    def answer(handler) -> None:
        body = orjson.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        if body["objects"][0]["id"] == 5:
            return send(handler, b'{"detail": "The disk is full."}', 500)
        outcome = {"batch": body["objects"][0]["id"], "changed": 2, "conflicts": [], "gone": []}
        return send(handler, orjson.dumps(outcome))

    connection = pretend(answer).connection
    tow = Project(connection, Taxa(connection), {"id": 1, "title": "tow"})
    frame = pd.DataFrame({"id": [1, 2, 3, 4, 5, 6], "version": 1})
    with pytest.raises(LabellingStopped, match="The disk is full") as error:
        tow.label(frame, state="dubious")
    assert error.value.status == 500
    assert (error.value.done.changed, error.value.done.batches) == (4, [1, 3])
