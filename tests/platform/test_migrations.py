"""A new site begins with squashed migrations, an older one goes on with what they replace: both come to the same."""

from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader


def test_a_new_site_and_one_that_has_grown_have_the_same_tables():
    new, grown = (MigrationLoader(None, replace_migrations=is_new) for is_new in (True, False))
    changes = MigrationAutodetector(grown.project_state(), new.project_state()).changes(graph=new.graph)
    assert changes == {}, [
        operation.describe() for each in changes.values() for operation in each[0].operations
    ]


def test_a_squashed_migration_replaces_all_before_it():
    migrations = MigrationLoader(None, replace_migrations=False).disk_migrations
    for (app, name), migration in migrations.items():
        last = name.rpartition("_squashed_")[2]
        before = {
            key for key in migrations if key[0] == app and key[1][:4] <= last and "_squashed_" not in key[1]
        }
        assert not migration.replaces or set(migration.replaces) == before, f"{app}.{name}"
