"""The extent of each sample, widened by whatever is inserted."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

WIDEN = """
INSERT INTO samples_extent AS e (sample_id, project_id, months, hours, suns, taken_first, taken_last,
                                 shallowest, deepest, south, north, west, east)
SELECT sample_id, project_id,
       COALESCE(array_agg(DISTINCT extract(month FROM taken_at AT TIME ZONE 'UTC')::smallint)
                FILTER (WHERE taken_at IS NOT NULL), '{{}}'),
       COALESCE(array_agg(DISTINCT extract(hour FROM taken_at AT TIME ZONE 'UTC')::smallint)
                FILTER (WHERE taken_at IS NOT NULL AND has_time), '{{}}'),
       COALESCE(array_agg(DISTINCT sun) FILTER (WHERE sun IS NOT NULL), '{{}}'),
       min(taken_at), max(taken_at), min(depth_max), max(depth_min),
       min(latitude), max(latitude), min(longitude), max(longitude)
FROM {rows} GROUP BY 1, 2 ORDER BY 1
ON CONFLICT (sample_id) DO UPDATE SET
    months = ARRAY(SELECT DISTINCT unnest(e.months || excluded.months)),
    hours = ARRAY(SELECT DISTINCT unnest(e.hours || excluded.hours)),
    suns = ARRAY(SELECT DISTINCT unnest(e.suns || excluded.suns)),
    taken_first = least(e.taken_first, excluded.taken_first),
    taken_last = greatest(e.taken_last, excluded.taken_last),
    shallowest = least(e.shallowest, excluded.shallowest), deepest = greatest(e.deepest, excluded.deepest),
    south = least(e.south, excluded.south), north = greatest(e.north, excluded.north),
    west = least(e.west, excluded.west), east = greatest(e.east, excluded.east)
"""
FUNCTION = f"""
CREATE FUNCTION extent_widened() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {WIDEN.format(rows="after_rows")};
    RETURN NULL;
END $$;

CREATE TRIGGER extent_widened AFTER INSERT ON samples_object
    REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION extent_widened();
"""
# a time or place that is corrected; labels are given by updates that don't name these columns, and cost nothing here
CORRECTED = f"""
CREATE FUNCTION extent_corrected() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {WIDEN.format(rows="(SELECT NEW.*) AS after_row")};
    RETURN NULL;
END $$;

CREATE TRIGGER extent_corrected AFTER UPDATE OF taken_at, has_time, latitude, longitude, depth_min, depth_max, sample_id
    ON samples_object
    FOR EACH ROW EXECUTE FUNCTION extent_corrected();
"""
BACK = """
DROP TRIGGER extent_corrected ON samples_object;
DROP TRIGGER extent_widened ON samples_object;
DROP FUNCTION extent_corrected();
DROP FUNCTION extent_widened();
"""


class Migration(migrations.Migration):
    dependencies = [("samples", "0006_more_orders"), ("projects", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Extent",
            fields=[
                ("sample", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True,
                 related_name="extent", serialize=False, to="samples.sample")),
                ("months", django.contrib.postgres.fields.ArrayField(
                    base_field=models.SmallIntegerField(), default=list, size=None)),
                ("hours", django.contrib.postgres.fields.ArrayField(
                    base_field=models.SmallIntegerField(), default=list, size=None)),
                ("suns", django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=1), default=list, size=None)),
                ("taken_first", models.DateTimeField(null=True)),
                ("taken_last", models.DateTimeField(null=True)),
                ("shallowest", models.FloatField(null=True)),
                ("deepest", models.FloatField(null=True)),
                ("south", models.FloatField(null=True)),
                ("north", models.FloatField(null=True)),
                ("west", models.FloatField(null=True)),
                ("east", models.FloatField(null=True)),
                ("project", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+",
                 to="projects.project")),
            ],
        ),
        migrations.RunSQL(FUNCTION + CORRECTED, BACK),
        migrations.RunSQL(WIDEN.format(rows="samples_object"), migrations.RunSQL.noop),
    ]
