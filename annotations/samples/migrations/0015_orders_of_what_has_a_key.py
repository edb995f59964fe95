"""The indexes by score, margin and entropy leave out what has none: a person's label need not be written to them.

What comes behind in these orders is one index for all three. Nobody waits meanwhile, and a migration that was killed in
the middle begins with what it had left.
"""

from django.conf import settings
from django.db import migrations, models

ADDED = {
    "object_score_order": (["project", "score", "id"], models.Q(score__isnull=False)),
    "object_margin_order": (["project", "margin", "id"], models.Q(margin__isnull=False)),
    "object_entropy_order": (["project", "entropy", "id"], models.Q(entropy__isnull=False)),
    "object_unscored": (["project", "id"], models.Q(score=None) | models.Q(margin=None) | models.Q(entropy=None)),
    "object_review_order": (
        ["project", "taxon", "state", "score", "id"],
        models.Q(score__isnull=False) | models.Q(state__in=["P", "M"]),
    ),
}
CONDITIONS = {
    "object_score_order": "score IS NOT NULL",
    "object_margin_order": "margin IS NOT NULL",
    "object_entropy_order": "entropy IS NOT NULL",
    "object_unscored": "score IS NULL OR margin IS NULL OR entropy IS NULL",
    "object_review_order": "score IS NOT NULL OR state IN ('P', 'M')",
}
REMOVED = {
    "object_score": "project_id, score, id",
    "object_margin": "project_id, margin, id",
    "object_entropy": "project_id, entropy, id",
    "object_review": "project_id, taxon_id, state, score, id",
}


def drop(name: str) -> str:
    return f"DROP INDEX CONCURRENTLY IF EXISTS {name}"


def create(name: str, columns: str, condition: str = "TRUE") -> list[str]:
    return [drop(name), f"CREATE INDEX CONCURRENTLY {name} ON samples_object ({columns}) WHERE {condition}"]


def columns_of(name: str) -> str:
    return ", ".join(f"{field}_id" if field in ("project", "taxon") else field for field in ADDED[name][0])


class Migration(migrations.Migration):

    atomic = False
    dependencies = [
        ('projects', '0001_squashed_0006'),
        ('samples', '0014_taxa_and_people_of_objects'),
        ('taxonomy', '0001_squashed_0010'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        *(
            migrations.RunSQL(
                create(name, columns_of(name), CONDITIONS[name]),
                drop(name),
                state_operations=[
                    migrations.AddIndex('object', models.Index(fields=fields, name=name, condition=condition))
                ],
            )
            for name, (fields, condition) in ADDED.items()
        ),
        *(
            migrations.RunSQL(
                drop(name), create(name, columns), state_operations=[migrations.RemoveIndex('object', name)]
            )
            for name, columns in REMOVED.items()
        ),
    ]
