from django.db import migrations, models

# figures of a model, and what an imported one was made with, name the method as the models do
RENAME = """
UPDATE learning_model SET metrics = (metrics - '{old}') || jsonb_build_object('{new}', metrics -> '{old}')
WHERE metrics ? '{old}';
UPDATE learning_model SET settings = (settings - '{old}') || jsonb_build_object('{new}', settings -> '{old}')
WHERE settings ? '{old}'
"""


class Migration(migrations.Migration):
    dependencies = [("learning", "0005_predictions_by_model")]

    operations = [
        migrations.RenameField("model", "way", "method"),
        migrations.AlterField(
            "model",
            "method",
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
        migrations.RunSQL(
            RENAME.format(old="way", new="method"), RENAME.format(old="method", new="way")
        ),
    ]
