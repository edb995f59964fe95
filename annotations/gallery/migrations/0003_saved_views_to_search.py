"""Saved views are the search's: their table goes with them, under its new name."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("gallery", "0002_taxon_slots")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE gallery_view RENAME TO search_savedview",
                    "ALTER TABLE search_savedview RENAME TO gallery_view",
                )
            ],
            state_operations=[migrations.DeleteModel("View")],
        )
    ]
