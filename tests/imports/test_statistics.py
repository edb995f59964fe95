"""After a large import PostgreSQL plans pages for the project as it is now."""

import pytest
from django.db import connection

from tests.imports.packages import package, row, run_import

pytestmark = pytest.mark.django_db


def counted(table: str) -> int:
    """How many rows plans are made for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [table])
        return int(cursor.fetchone()[0])


def test_a_large_import_counts_the_tables_anew(storage, project, tmp_path, monkeypatch):
    monkeypatch.setattr("annotations.imports.actions.LARGE", 3)
    path = package(tmp_path / "tow.zip", [row(1), row(2), row(3)])
    run_import(project, path)
    tables = ("samples_object", "samples_objectfields", "samples_image")
    assert [counted(table) for table in tables] == [3, 3, 3]


def test_so_does_a_large_update(storage, project, tmp_path, monkeypatch):
    run_import(project, package(tmp_path / "tow.zip", [row(1), row(2)]))
    monkeypatch.setattr("annotations.imports.actions.LARGE", 1)
    run_import(project, package(tmp_path / "new.zip", [row(1, object_area="77")]), mode="update")
    assert counted("samples_objectfields") == 2
