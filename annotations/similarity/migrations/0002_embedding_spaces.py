"""A space may belong to a classifier, a backbone or measurements. Those that are here are of classifiers."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

NAMES = """
UPDATE similarity_embeddingspace s SET name = m.name FROM learning_model m WHERE m.id = s.model_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("learning", "0005_predictions_by_model"),
        ("projects", "0001_initial"),
        ("similarity", "0001_embeddings"),
    ]

    operations = [
        migrations.RenameModel("Space", "EmbeddingSpace"),
        migrations.AddField(
            "embeddingspace",
            "kind",
            models.CharField(
                choices=[
                    ("classifier", "a classifier"),
                    ("backbone", "a self-supervised backbone"),
                    ("measurements", "measurements"),
                ],
                default="classifier",
                max_length=12,
            ),
        ),
        migrations.AddField("embeddingspace", "name", models.CharField(max_length=200, default=""), preserve_default=False),
        migrations.AddField("embeddingspace", "version", models.IntegerField(default=1)),
        migrations.AddField("embeddingspace", "backbone", models.CharField(blank=True, max_length=200, default=""), preserve_default=False),
        migrations.AddField(
            "embeddingspace",
            "project",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="embedding_spaces",
                to="projects.project",
            ),
        ),
        migrations.AddField("embeddingspace", "details", models.JSONField(default=dict)),
        migrations.AddField("embeddingspace", "is_ready", models.BooleanField(default=True)),
        migrations.AlterField(
            "embeddingspace",
            "model",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="space",
                to="learning.model",
            ),
        ),
        migrations.RunSQL(NAMES, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "embeddingspace",
            models.CheckConstraint(
                condition=Q(kind="classifier", model__isnull=False, backbone="", project=None)
                | (Q(kind="backbone", model=None, project=None) & ~Q(backbone=""))
                | Q(kind="measurements", model=None, backbone="", project__isnull=False),
                name="embedding_space_has_owner",
            ),
        ),
        migrations.AddConstraint(
            "embeddingspace",
            models.UniqueConstraint(
                fields=["project", "version"],
                name="embedding_space_of_project",
                condition=Q(kind="measurements"),
            ),
        ),
        migrations.AddConstraint(
            "embeddingspace",
            models.UniqueConstraint(
                fields=["backbone", "version"],
                name="embedding_space_of_backbone",
                condition=Q(kind="backbone"),
            ),
        ),
    ]
