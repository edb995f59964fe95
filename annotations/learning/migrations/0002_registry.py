"""Learning sets by themselves; what a model's page and the registry tell of a model; how new an object is to it."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def part_sets_from_models(apps, schema_editor):
    """Until now each model had a learning set of its own, which lies in the model's folder."""
    # at once, not at the end: a table with checks still to come can't be altered
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    Model, LearningSet = apps.get_model("learning", "Model"), apps.get_model("learning", "LearningSet")
    for model in Model.objects.exclude(old_facts={}).prefetch_related("projects"):
        found = LearningSet.objects.create(
            name=model.name, owner_id=model.owner_id, facts=model.old_facts, folder=f"models/{model.pk}"
        )
        found.projects.set(model.projects.all())
        model.learning_set = found
        model.save(update_fields=["learning_set"])


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0001_initial"),
        ("projects", "0001_initial"),
        ("learning", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LearningSet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("created", models.DateTimeField(auto_now_add=True)),
                ("recipe", models.JSONField(default=dict)),
                ("facts", models.JSONField(default=dict)),
                ("folder", models.CharField(blank=True, max_length=200)),
                (
                    "job",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="learning_set",
                        to="jobs.job",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("projects", models.ManyToManyField(related_name="learning_sets", to="projects.project")),
            ],
            options={"ordering": ["-id"]},
        ),
        migrations.RenameField("model", "learning_set", "old_facts"),
        migrations.AddField(
            "model",
            "learning_set",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="models",
                to="learning.learningset",
            ),
        ),
        migrations.RunPython(part_sets_from_models, migrations.RunPython.noop),
        migrations.RemoveField("model", "old_facts"),
        migrations.AddField(
            "model",
            "way",
            models.CharField(
                choices=[
                    ("measure", "measure and classify"),
                    ("features", "features and classify"),
                    ("network", "fine-tuned network"),
                ],
                default="network",
                max_length=8,
            ),
        ),
        migrations.AddField(
            "model",
            "parent",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="children",
                to="learning.model",
            ),
        ),
        migrations.AddField("model", "notes", models.TextField(blank=True)),
        migrations.AddField("model", "wanted_precision", models.FloatField(blank=True, null=True)),
        migrations.AddField("model", "archived", models.DateTimeField(blank=True, null=True)),
        migrations.CreateModel(
            name="ProjectModel",
            fields=[
                (
                    "project",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="own_model",
                        serialize=False,
                        to="projects.project",
                    ),
                ),
                (
                    "model",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="owned_by",
                        to="learning.model",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            "prediction",
            "candidates",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), default=list, size=None
            ),
        ),
        migrations.AddField("prediction", "novelty", models.FloatField(null=True)),
        migrations.AddIndex(
            "prediction",
            models.Index(
                condition=models.Q(("novelty__gte", 0.95)), fields=["novelty"], name="prediction_novel"
            ),
        ),
        migrations.AddField("heldout", "fold", models.CharField(default="test", max_length=4)),
        migrations.AddField("heldout", "is_suspect", models.BooleanField(default=False)),
        migrations.AddIndex(
            "heldout",
            models.Index(
                condition=models.Q(("is_suspect", True)), fields=["model", "object"], name="held_out_suspect"
            ),
        ),
    ]
