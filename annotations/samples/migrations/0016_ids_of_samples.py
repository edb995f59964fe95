"""The extent of a sample knows between which ids its objects lie, so that pages in order of arrival skip other samples.

Null where that isn't known yet: it stays so until migration 0017 has looked, whatever comes in meanwhile.
"""

from importlib import import_module

from django.db import migrations, models

WIDEN = import_module("annotations.samples.migrations.0012_extent_of_depths").WIDEN
WIDEN_IDS = (
    WIDEN.replace("south, north, west, east)", "south, north, west, east, first_object, last_object)")
    .replace("max(longitude)\nFROM", "max(longitude), min(id), max(id)\nFROM")
    .rstrip()
    + """,
    first_object = CASE WHEN e.first_object IS NOT NULL THEN least(e.first_object, excluded.first_object) END,
    last_object = CASE WHEN e.last_object IS NOT NULL THEN greatest(e.last_object, excluded.last_object) END
"""
)
FUNCTIONS = """
CREATE OR REPLACE FUNCTION extent_widened() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {of_statement};
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION extent_corrected() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {of_row};
    RETURN NULL;
END $$;
"""


def functions(widen: str) -> str:
    rows = {"of_statement": "after_rows", "of_row": "(SELECT NEW.*) AS after_row"}
    return FUNCTIONS.format(**{name: widen.format(rows=table) for name, table in rows.items()})


class Migration(migrations.Migration):
    dependencies = [("samples", "0015_orders_of_what_has_a_key")]

    operations = [
        migrations.AddField("extent", "first_object", models.BigIntegerField(null=True)),
        migrations.AddField("extent", "last_object", models.BigIntegerField(null=True)),
        migrations.RunSQL(functions(WIDEN_IDS), functions(WIDEN)),
    ]
