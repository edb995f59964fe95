"""Samples, acquisitions, objects and their images, with the triggers that keep sort keys and extents."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


# Day, night, dawn and dusk: the sun's place by the low-precision formulas of the Astronomical Almanac (section C, good to
# 0.01° from 1950 to 2050); day ends when its upper edge sets (0.833° below the horizon, refraction included), night
# begins at 12°.
SUN = """
CREATE FUNCTION sun_at(moment timestamptz, latitude float8, longitude float8, has_time boolean) RETURNS varchar
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    days float8;  -- since noon of 1 January 2000
    anomaly float8;
    ecliptic float8;
    tilt float8;
    hour float8;  -- angle of the sun west of the meridian
    declination float8;
    height float8;
BEGIN
    IF moment IS NULL OR latitude IS NULL OR longitude IS NULL OR NOT has_time THEN
        RETURN NULL;
    END IF;
    days := extract(epoch FROM moment)::float8 / 86400 - 10957.5;
    anomaly := radians(357.528 + 0.9856003 * days);
    ecliptic := radians(280.460 + 0.9856474 * days + 1.915 * sin(anomaly) + 0.020 * sin(2 * anomaly));
    tilt := radians(23.439 - 0.0000004 * days);
    declination := asin(sin(tilt) * sin(ecliptic));
    hour := radians(15 * (18.697374558 + 24.06570982441908 * days) + longitude)
        - atan2(cos(tilt) * sin(ecliptic), cos(ecliptic));
    height := degrees(asin(greatest(-1, least(1, sin(radians(latitude)) * sin(declination)
        + cos(radians(latitude)) * cos(declination) * cos(hour)))));
    RETURN CASE WHEN height > -0.833 THEN 'D' WHEN height < -12 THEN 'N' WHEN sin(hour) < 0 THEN 'A' ELSE 'U' END;
END $$;
"""
# keys of new objects, for the columns that keep them; and none of objects that are gone
SORT_KEYS = """
CREATE FUNCTION sort_keys_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO samples_numberkey (column_id, object_id, value)
    SELECT c.id, f.object_id, f."values"[c.position + 1] FROM after_rows f
    JOIN samples_freecolumn c ON c.project_id = f.project_id AND c.keeps_keys AND c.is_number
    ON CONFLICT DO NOTHING;
    INSERT INTO samples_textkey (column_id, object_id, value)
    SELECT c.id, f.object_id, left(f.texts ->> c.name, 500) FROM after_rows f
    JOIN samples_freecolumn c ON c.project_id = f.project_id AND c.keeps_keys AND NOT c.is_number
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE FUNCTION sort_keys_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM samples_numberkey k USING before_rows f, samples_freecolumn c
    WHERE c.project_id = f.project_id AND c.keeps_keys AND k.column_id = c.id AND k.object_id = f.object_id;
    DELETE FROM samples_textkey k USING before_rows f, samples_freecolumn c
    WHERE c.project_id = f.project_id AND c.keeps_keys AND k.column_id = c.id AND k.object_id = f.object_id;
    RETURN NULL;
END $$;

CREATE TRIGGER sort_keys_inserted AFTER INSERT ON samples_objectfields
    REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION sort_keys_inserted();
CREATE TRIGGER sort_keys_deleted AFTER DELETE ON samples_objectfields
    REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION sort_keys_deleted();
"""
NO_SORT_KEYS = """
DROP TRIGGER sort_keys_inserted ON samples_objectfields;
DROP TRIGGER sort_keys_deleted ON samples_objectfields;
DROP FUNCTION sort_keys_inserted();
DROP FUNCTION sort_keys_deleted();
"""
# the extent of each sample, widened by whatever is inserted or corrected; labels are given by updates that don't name
# these columns, and cost nothing here
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
EXTENT = f"""
CREATE FUNCTION extent_widened() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {WIDEN.format(rows="after_rows")};
    RETURN NULL;
END $$;

CREATE TRIGGER extent_widened AFTER INSERT ON samples_object
    REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION extent_widened();

CREATE FUNCTION extent_corrected() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {WIDEN.format(rows="(SELECT NEW.*) AS after_row")};
    RETURN NULL;
END $$;

CREATE TRIGGER extent_corrected AFTER UPDATE OF taken_at, has_time, latitude, longitude, depth_min, depth_max, sample_id
    ON samples_object FOR EACH ROW
    WHEN (current_setting('seston.extents_follow', true) IS DISTINCT FROM 'yes') EXECUTE FUNCTION extent_corrected();
"""
NO_EXTENT = """
DROP TRIGGER extent_corrected ON samples_object;
DROP TRIGGER extent_widened ON samples_object;
DROP FUNCTION extent_corrected();
DROP FUNCTION extent_widened();
"""


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('samples', '0001_initial'),
        ('samples', '0002_sort_keys'),
        ('samples', '0003_keep_sort_keys'),
        ('samples', '0004_sun'),
        ('samples', '0005_annotator_index'),
        ('samples', '0006_more_orders'),
        ('samples', '0007_extent'),
        ('samples', '0008_entropy'),
        ('samples', '0009_rendered_pictures'),
        ('samples', '0010_pixel_source'),
        ('samples', '0011_image_regions'),
        ('samples', '0012_extent_of_depths'),
        ('samples', '0013_machine_validated'),
    ]

    dependencies = [
        ('projects', '0001_initial'),
        ('taxonomy', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(SUN, "DROP FUNCTION sun_at(timestamptz, float8, float8, boolean)"),
        migrations.CreateModel(
            name='Sample',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('original_id', models.CharField(max_length=255)),
                ('latitude', models.FloatField(null=True)),
                ('longitude', models.FloatField(null=True)),
                ('fields', models.JSONField(default=dict)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='samples', to='projects.project')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('project', 'original_id'), name='sample_once_a_project'),
                ],
                'ordering': ['original_id'],
            },
        ),
        migrations.CreateModel(
            name='Acquisition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('original_id', models.CharField(max_length=255)),
                ('instrument', models.CharField(blank=True, max_length=255)),
                ('pixel_um', models.FloatField(null=True)),
                ('pixel_source', models.CharField(blank=True, max_length=200)),
                ('fields', models.JSONField(default=dict)),
                ('process_original_id', models.CharField(blank=True, max_length=255)),
                ('process_fields', models.JSONField(default=dict)),
                ('sample', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='acquisitions', to='samples.sample')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('sample', 'original_id'), name='acquisition_once_a_sample'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Object',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('U', 'Unclassified'), ('P', 'Predicted'), ('M', 'Machine-validated'), ('D', 'Dubious'), ('V', 'Validated')], default='U', max_length=1)),
                ('score', models.FloatField(null=True)),
                ('margin', models.FloatField(null=True)),
                ('entropy', models.FloatField(null=True)),
                ('latitude', models.FloatField(null=True)),
                ('longitude', models.FloatField(null=True)),
                ('depth_min', models.FloatField(null=True)),
                ('depth_max', models.FloatField(null=True)),
                ('taken_at', models.DateTimeField(null=True)),
                ('has_time', models.BooleanField(default=True)),
                ('sun', models.GeneratedField(db_persist=True, expression=django.db.models.expressions.RawSQL('sun_at(taken_at, latitude, longitude, has_time)', []), output_field=models.CharField(choices=[('D', 'Day'), ('N', 'Night'), ('A', 'Dawn'), ('U', 'Dusk')], max_length=1, null=True))),
                ('labelled_at', models.DateTimeField(null=True)),
                ('version', models.IntegerField(default=1)),
                ('acquisition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='samples.acquisition')),
                ('annotator', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project')),
                ('sample', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='samples.sample')),
                ('taxon', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='taxonomy.taxon')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['project', 'id'], name='object_arrival'),
                    models.Index(fields=['project', 'score', 'id'], name='object_score'),
                    models.Index(fields=['project', 'taken_at', 'id'], name='object_date'),
                    models.Index(fields=['project', 'depth_min', 'id'], name='object_depth'),
                    models.Index(fields=['project', 'margin', 'id'], name='object_margin'),
                    models.Index(fields=['project', 'entropy', 'id'], name='object_entropy'),
                    models.Index(models.F('project'), models.Func(models.F('id'), function='hashint8'), models.F('id'), name='object_random'),
                    models.Index(fields=['project', 'taxon', 'state', 'id'], name='object_taxon'),
                    models.Index(fields=['project', 'taxon', 'state', 'score', 'id'], name='object_review'),
                    models.Index(fields=['project', 'taxon', 'state', 'taken_at', 'id'], name='object_taxon_date'),
                    models.Index(fields=['project', 'annotator', 'labelled_at', 'id'], name='object_annotator'),
                    models.Index(fields=['sample', 'taxon', 'state', 'id'], name='object_sample'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('state', 'U'), ('taxon', None)), models.Q(models.Q(('state', 'U'), _negated=True), models.Q(('taxon', None), _negated=True)), _connector='OR'), name='object_state_has_taxon'),
                ],
            },
        ),
        migrations.CreateModel(
            name='FreeColumn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(choices=[('object', 'Object'), ('sample', 'Sample'), ('acq', 'Acquisition'), ('process', 'Process')], max_length=10)),
                ('name', models.CharField(max_length=255)),
                ('is_number', models.BooleanField(default=False)),
                ('position', models.IntegerField(null=True)),
                ('sorted_times', models.IntegerField(default=0)),
                ('keeps_keys', models.BooleanField(default=False)),
                ('is_indexed', models.BooleanField(default=False)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='free_columns', to='projects.project')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('project', 'level', 'name'), name='free_column_once'),
                    models.UniqueConstraint(condition=models.Q(('position__isnull', False)), fields=('project', 'position'), name='free_column_position'),
                ],
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ObjectFields',
            fields=[
                ('object', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='wide', serialize=False, to='samples.object')),
                ('original_id', models.CharField(max_length=255)),
                ('values', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(null=True), default=list, size=None)),
                ('texts', models.JSONField(default=dict)),
                ('project', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('project', 'original_id'), name='object_once_a_project'),
                ],
            },
        ),
        migrations.CreateModel(
            name='NumberKey',
            fields=[
                ('pk', models.CompositePrimaryKey('column_id', 'object_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('value', models.FloatField(null=True)),
                ('column', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='samples.freecolumn')),
                ('object', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='samples.object')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['column', 'value', 'object'], name='number_key_order'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ParentImage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=80)),
                ('file_name', models.CharField(max_length=500)),
                ('width', models.IntegerField()),
                ('height', models.IntegerField()),
                ('original_key', models.CharField(blank=True, db_default='', default='', max_length=80)),
                ('origin', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('window_low', models.FloatField(null=True)),
                ('window_high', models.FloatField(null=True)),
                ('acquisition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parent_images', to='samples.acquisition')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('acquisition', 'file_name'), name='parent_image_once'),
                ],
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Image',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=80)),
                ('file_name', models.CharField(max_length=500)),
                ('width', models.IntegerField()),
                ('height', models.IntegerField()),
                ('original_key', models.CharField(blank=True, db_default='', default='', max_length=80)),
                ('origin', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('window_low', models.FloatField(null=True)),
                ('window_high', models.FloatField(null=True)),
                ('rank', models.IntegerField(default=0)),
                ('region_x', models.IntegerField(null=True)),
                ('region_y', models.IntegerField(null=True)),
                ('region_width', models.IntegerField(null=True)),
                ('region_height', models.IntegerField(null=True)),
                ('object', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='images', to='samples.object')),
                ('parent', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='regions', to='samples.parentimage')),
            ],
            options={
                'indexes': [
                    models.Index(condition=models.Q(('parent__isnull', False)), fields=['parent'], name='image_parent'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('object', 'rank'), name='image_rank_once'),
                    models.CheckConstraint(condition=models.Q(models.Q(('parent', None), ('region_height', None), ('region_width', None), ('region_x', None), ('region_y', None)), models.Q(('parent__isnull', False), ('region_height__gt', 0), ('region_height__isnull', False), ('region_width__gt', 0), ('region_width__isnull', False), ('region_x__gte', 0), ('region_x__isnull', False), ('region_y__gte', 0), ('region_y__isnull', False)), _connector='OR'), name='image_region_has_parent'),
                ],
                'ordering': ['rank'],
            },
        ),
        migrations.CreateModel(
            name='TextKey',
            fields=[
                ('pk', models.CompositePrimaryKey('column_id', 'object_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('value', models.TextField(null=True)),
                ('column', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='samples.freecolumn')),
                ('object', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='samples.object')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['column', 'value', 'object'], name='text_key_order'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Extent',
            fields=[
                ('sample', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='extent', serialize=False, to='samples.sample')),
                ('months', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), default=list, size=None)),
                ('hours', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), default=list, size=None)),
                ('suns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=1), default=list, size=None)),
                ('taken_first', models.DateTimeField(null=True)),
                ('taken_last', models.DateTimeField(null=True)),
                ('shallowest', models.FloatField(null=True)),
                ('deepest', models.FloatField(null=True)),
                ('top', models.FloatField(null=True)),
                ('bottom', models.FloatField(null=True)),
                ('south', models.FloatField(null=True)),
                ('north', models.FloatField(null=True)),
                ('west', models.FloatField(null=True)),
                ('east', models.FloatField(null=True)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project')),
            ],
        ),
        migrations.RunSQL(SORT_KEYS, NO_SORT_KEYS),
        migrations.RunSQL(EXTENT, NO_EXTENT),
    ]
