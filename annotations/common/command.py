"""What commands on the site's data have in common: any of them may be the first that a fresh checkout runs."""

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


class SiteCommand(BaseCommand):
    """Brings the database up to date before its work."""

    def execute(self, *args: object, **options: object) -> str | None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0)
        return super().execute(*args, **options)
