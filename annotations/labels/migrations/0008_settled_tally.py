"""Who settled how many objects on which day, counted as the states are: by the triggers of migration 0002, which
append what each statement changed to both tables now. And rows of neither go with a sample, a project or a person: the
triggers take away what was counted of theirs, so it would be taken away twice.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PER_STATE = "project_id, sample_id, taxon_id, state"
PER_STATE_ROWS = f"SELECT {PER_STATE}, {{sign}}1 AS change FROM {{rows}}"
PER_DAY = "project_id, annotator_id, day"
PER_DAY_ROWS = """SELECT project_id, annotator_id, (labelled_at AT TIME ZONE 'UTC')::date AS day, {sign}1 AS change
    FROM {rows} WHERE state IN ('V', 'D') AND annotator_id IS NOT NULL AND labelled_at IS NOT NULL"""
TALLIES = {"labels_tally": (PER_STATE, PER_STATE_ROWS), "labels_settledtally": (PER_DAY, PER_DAY_ROWS)}
# event → the transition tables, with what a row of theirs counts
CHANGED = {
    "inserted": {"after_rows": ""},
    "deleted": {"before_rows": "-"},
    "updated": {"after_rows": "", "before_rows": "-"},
}


def append(table: str, key: str, rows: str, sources: dict[str, str]) -> str:
    changes = " UNION ALL ".join(rows.format(rows=name, sign=sign) for name, sign in sources.items())
    return f"""INSERT INTO {table} ({key}, count)
    SELECT {key}, sum(change) FROM ({changes}) AS changes GROUP BY {key} HAVING sum(change) <> 0;"""


def functions(tables: list[str]) -> str:
    return "".join(
        f"""
CREATE OR REPLACE FUNCTION tally_{event}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {" ".join(append(table, *TALLIES[table], sources) for table in tables)}
    RETURN NULL;
END $$;"""
        for event, sources in CHANGED.items()
    )


# nobody writes between the count and the first delta
FILL = f"""
LOCK TABLE samples_object IN SHARE ROW EXCLUSIVE MODE;
{functions(["labels_tally", "labels_settledtally"])}
{append("labels_settledtally", PER_DAY, PER_DAY_ROWS, {"samples_object": ""})}
DELETE FROM labels_tally t WHERE NOT EXISTS (SELECT FROM samples_sample s WHERE s.id = t.sample_id);
"""
BACK = functions(["labels_tally"])


class Migration(migrations.Migration):
    dependencies = [
        ("labels", "0007_undo_chains"),
        ("samples", "0010_pixel_source"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="SettledTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("count", models.BigIntegerField()),
                ("annotator", models.ForeignKey(
                    db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+", to=settings.AUTH_USER_MODEL)),
                ("project", models.ForeignKey(
                    db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING,
                    to="projects.project")),
            ],
            options={"indexes": [models.Index(
                fields=["project", "day", "annotator"], include=("count",), name="settled_by_day")]},
        ),
        *(
            migrations.AlterField(
                "tally",
                name,
                models.ForeignKey(db_constraint=False, db_index=False, null=name == "taxon",
                                  on_delete=django.db.models.deletion.DO_NOTHING, to=to),
            )
            for name, to in (
                ("project", "projects.project"), ("sample", "samples.sample"), ("taxon", "taxonomy.taxon"))
        ),
        migrations.RunSQL(FILL, BACK),
    ]
