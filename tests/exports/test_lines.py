"""What PostgreSQL reads for a batch of lines."""

import pytest
from django.db import connection

from annotations.exports.columns import package_columns
from annotations.exports.lines import Lines, set_up_session
from annotations.exports.request import ExportRequest
from tests.imports.packages import package, row, run_import

pytestmark = pytest.mark.django_db
OBJECTS_READ = """
SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'samples_object'
"""


def objects_read() -> int:
    with connection.cursor() as cursor:
        cursor.execute(OBJECTS_READ)
        return cursor.fetchone()[0]


def test_a_batch_reads_its_own_objects_however_many_the_project_has(project, tmp_path, monkeypatch):
    monkeypatch.setattr("annotations.exports.lines.BATCH", 4)
    run_import(project, package(tmp_path / "tow.zip", [row(n) for n in range(60)]))
    lines = Lines(ExportRequest(project), package_columns(project))
    batches = lines.batches()
    set_up_session()
    with connection.cursor() as cursor:
        # who plans by the statistics of earlier rows peeks at the largest ids that there are, which counts as reading
        cursor.execute("ANALYZE samples_object")
        cursor.execute("SET LOCAL enable_seqscan = off")  # of so few rows PostgreSQL would read all at once
    before = objects_read()
    block = batches[1].read(connection)
    assert block.rows == 4 and block.content.count(b"\n") == 4
    assert objects_read() - before <= 3 * 4
