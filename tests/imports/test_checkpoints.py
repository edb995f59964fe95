"""An import that an upgrade interrupted goes on from the checkpoint that the earlier version left."""

import pytest

from annotations.imports.load import Loaded
from annotations.imports.taxa import taxa_report
from annotations.jobs.models import Job


def test_lines_that_were_here_already_go_on_being_counted() -> None:
    assert Loaded.from_checkpoint({"lines": 1000, "objects": 997, "known": 3}) == Loaded(
        lines=1000, objects=997, present=3
    )


@pytest.mark.django_db
def test_taxa_that_were_made_before_are_listed(project, alice) -> None:
    salp = {"id": 7, "name": "Salpida", "below": "living"}
    job = Job(kind="import", project=project, owner=alice, checkpoint={"made": {"count": 1, "shown": [salp]}})
    report = taxa_report(job, {})
    assert (report["made_taxa"], report["created_taxa"]) == (1, [salp])
