"""The index of measures names the objects, too: a filter by two traits need not look up each value's row for it.

Nobody waits meanwhile, and a migration that was killed in the middle begins with what it had left.
"""

from django.db import migrations, models

OLD, NEW = "trait_number", "trait_measure"
IS_MEASURE = models.Q(number__isnull=False)
COLUMNS = "traits_traitvalue (trait_id, number)"
INCLUDED = "INCLUDE (object_id, state)"


def drop(name: str) -> str:
    return f"DROP INDEX CONCURRENTLY IF EXISTS {name}"


def create(name: str, included: str = "") -> list[str]:
    return [drop(name), f"CREATE INDEX CONCURRENTLY {name} ON {COLUMNS} {included} WHERE number IS NOT NULL"]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("traits", "0005_tally")]

    operations = [
        migrations.RunSQL(
            create(NEW, INCLUDED),
            drop(NEW),
            state_operations=[
                migrations.AddIndex(
                    "traitvalue",
                    models.Index(
                        fields=["trait", "number"], include=["object", "state"], condition=IS_MEASURE, name=NEW
                    ),
                )
            ],
        ),
        migrations.RunSQL(
            drop(OLD), create(OLD), state_operations=[migrations.RemoveIndex("traitvalue", OLD)]
        ),
    ]
