"""Day, night, dawn and dusk of each object, from time and place.

The sun's place by the low-precision formulas of the Astronomical Almanac (section C, good to 0.01° from 1950 to 2050);
day ends when its upper edge sets (0.833° below the horizon, refraction included), night begins at 12°.
"""

from django.db import migrations, models
from django.db.models.expressions import RawSQL

FUNCTION = """
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


class Migration(migrations.Migration):
    dependencies = [("samples", "0003_keep_sort_keys")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION sun_at(timestamptz, float8, float8, boolean)"),
        migrations.AddField(
            "object",
            "sun",
            models.GeneratedField(
                expression=RawSQL("sun_at(taken_at, latitude, longitude, has_time)", []),
                output_field=models.CharField(
                    choices=[("D", "Day"), ("N", "Night"), ("A", "Dawn"), ("U", "Dusk")], max_length=1, null=True
                ),
                db_persist=True,
            ),
        ),
    ]
