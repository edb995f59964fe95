"""The extent of a sample knows how deep its objects reach, too; who corrects a whole sample measures it once at the end
(`samples/updating.py`) instead of once an object."""

from django.db import migrations, models

WIDEN = """
INSERT INTO samples_extent AS e (sample_id, project_id, months, hours, suns, taken_first, taken_last,
                                 shallowest, deepest, top, bottom, south, north, west, east)
SELECT sample_id, project_id,
       COALESCE(array_agg(DISTINCT extract(month FROM taken_at AT TIME ZONE 'UTC')::smallint)
                FILTER (WHERE taken_at IS NOT NULL), '{{}}'),
       COALESCE(array_agg(DISTINCT extract(hour FROM taken_at AT TIME ZONE 'UTC')::smallint)
                FILTER (WHERE taken_at IS NOT NULL AND has_time), '{{}}'),
       COALESCE(array_agg(DISTINCT sun) FILTER (WHERE sun IS NOT NULL), '{{}}'),
       min(taken_at), max(taken_at), min(depth_max), max(depth_min), min(depth_min), max(depth_max),
       min(latitude), max(latitude), min(longitude), max(longitude)
FROM {rows} GROUP BY 1, 2 ORDER BY 1
ON CONFLICT (sample_id) DO UPDATE SET
    months = ARRAY(SELECT DISTINCT unnest(e.months || excluded.months)),
    hours = ARRAY(SELECT DISTINCT unnest(e.hours || excluded.hours)),
    suns = ARRAY(SELECT DISTINCT unnest(e.suns || excluded.suns)),
    taken_first = least(e.taken_first, excluded.taken_first),
    taken_last = greatest(e.taken_last, excluded.taken_last),
    shallowest = least(e.shallowest, excluded.shallowest), deepest = greatest(e.deepest, excluded.deepest),
    top = least(e.top, excluded.top), bottom = greatest(e.bottom, excluded.bottom),
    south = least(e.south, excluded.south), north = greatest(e.north, excluded.north),
    west = least(e.west, excluded.west), east = greatest(e.east, excluded.east)
"""
WIDENED = f"""
CREATE OR REPLACE FUNCTION extent_widened() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {WIDEN.format(rows="after_rows")};
    RETURN NULL;
END $$;
"""
CORRECTED = f"""
CREATE OR REPLACE FUNCTION extent_corrected() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {WIDEN.format(rows="(SELECT NEW.*) AS after_row")};
    RETURN NULL;
END $$;
"""
TRIGGER = """
DROP TRIGGER extent_corrected ON samples_object;
CREATE TRIGGER extent_corrected AFTER UPDATE OF taken_at, has_time, latitude, longitude, depth_min, depth_max, sample_id
    ON samples_object
    FOR EACH ROW {when} EXECUTE FUNCTION extent_corrected();
"""
UNLESS_MEASURED = "WHEN (current_setting('seston.extents_follow', true) IS DISTINCT FROM 'yes')"
FILL = """
UPDATE samples_extent e SET top = o.top, bottom = o.bottom
FROM (SELECT sample_id, min(depth_min) AS top, max(depth_max) AS bottom FROM samples_object GROUP BY 1) o
WHERE o.sample_id = e.sample_id
"""


class Migration(migrations.Migration):
    dependencies = [("samples", "0011_image_regions")]

    operations = [
        migrations.AddField("extent", "top", models.FloatField(null=True)),
        migrations.AddField("extent", "bottom", models.FloatField(null=True)),
        migrations.RunSQL(WIDENED + CORRECTED, migrations.RunSQL.noop),
        migrations.RunSQL(TRIGGER.format(when=UNLESS_MEASURED), TRIGGER.format(when="")),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
