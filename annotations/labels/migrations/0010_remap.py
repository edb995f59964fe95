"""What a mapped name or a merge relabels is a remapping: a rule is what a person sets."""

from django.db import migrations, models

KINDS = [
    ("label", "Labelled"),
    ("undo", "Undone"),
    ("prediction", "Predicted"),
    ("import", "Imported"),
    ("trait", "Scored"),
    ("remap", "Remapped"),
    ("rollback", "Rolled back"),
]


class Migration(migrations.Migration):
    dependencies = [("labels", "0009_merges_leave_labels")]
    operations = [
        migrations.AlterField("batch", "kind", models.CharField(choices=KINDS, max_length=10)),
        migrations.RunSQL(
            "UPDATE labels_batch SET kind = 'remap' WHERE kind = 'rule'",
            "UPDATE labels_batch SET kind = 'rule' WHERE kind = 'remap'",
        ),
    ]
