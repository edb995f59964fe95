"""What a test that commits leaves is deleted after it: only tables with rows are touched.

Django would truncate them all, which makes the files of more than a hundred tables and of their indexes anew, and would
then create the permissions of all models again.
"""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase

LASTING = {"django_migrations", "django_content_type", "auth_permission"}  # as migrations left them
REFERRED_TO = "SELECT DISTINCT confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"


@pytest.fixture(autouse=True, scope="session")
def _rows_are_deleted() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: empty_tables())
        yield


def empty_tables() -> None:
    existing = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = [table for table in existing if table not in LASTING]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables)
        )
        full = {table for (table,) in cursor.fetchall()}
        cursor.execute(REFERRED_TO)
        referred_to = full & {table for (table,) in cursor.fetchall()}
        cursor.execute(
            "SET LOCAL session_replication_role = replica"
        )  # rows go in any order, and no trigger counts
        for table in referred_to:
            cursor.execute(f"DELETE FROM {table}")
        if full > referred_to:  # with their indexes: a graph of neighbours would keep what is deleted
            cursor.execute(f"TRUNCATE {', '.join(full - referred_to)}")
