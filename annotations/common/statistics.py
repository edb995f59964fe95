"""What PostgreSQL knows of tables when it plans a query. Autovacuum finds out minutes after a large write; until then
pages are planned for the tables as they were, several times as slow."""

from django.db import connection
from django.db.models import Model

# what is dead stays in the indexes till autovacuum comes by: cleaning those of a large table takes minutes
OPTIONS = "(ANALYZE, SKIP_LOCKED, INDEX_CLEANUP OFF, TRUNCATE OFF)"


def refresh_statistics(*models: type[Model]) -> None:
    """Counts tables anew and, outside of a transaction, notes which of their pages everybody sees alike: these are read
    from an index alone. A table that somebody else is cleaning is passed over."""
    counting = "ANALYZE (SKIP_LOCKED)" if connection.in_atomic_block else f"VACUUM {OPTIONS}"
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"{counting} {model._meta.db_table}")
