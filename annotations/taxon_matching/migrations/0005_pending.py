"""Names and labels that wait are called pending; tables, columns and indexes stay as they are."""

from django.db import migrations, models
from django.db.models import CASCADE

INDEX = "kept_label_of_name"


class Migration(migrations.Migration):
    dependencies = [
        ("nomenclature", "0004_annotators_of_old_packages"),
        ("projects", "0001_initial"),
        ("samples", "0008_entropy"),
    ]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveIndex("keptlabel", INDEX),
                migrations.RenameModel("UnknownName", "PendingName"),
                migrations.RenameModel("KeptLabel", "PendingLabel"),
                migrations.AlterModelTable("pendingname", "nomenclature_unknownname"),
                migrations.AlterModelTable("pendinglabel", "nomenclature_keptlabel"),
                migrations.AlterField(
                    "pendingname",
                    "project",
                    models.ForeignKey("projects.project", CASCADE, related_name="pending_names"),
                ),
                migrations.AlterField(
                    "pendinglabel",
                    "object",
                    models.OneToOneField(
                        "samples.object", CASCADE, primary_key=True, serialize=False, related_name="pending_label"
                    ),
                ),
                migrations.RenameField("pendinglabel", "unknown", "pending"),
                migrations.AlterField(
                    "pendinglabel",
                    "pending",
                    models.ForeignKey(
                        "nomenclature.pendingname",
                        CASCADE,
                        related_name="labels",
                        db_index=False,
                        db_column="unknown_id",
                    ),
                ),
                migrations.AddIndex("pendinglabel", models.Index(fields=["pending", "object"], name=INDEX)),
            ]
        )
    ]
