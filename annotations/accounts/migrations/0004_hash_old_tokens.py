"""Tokens that stood readable in the database go on working, known by their digest alone; their table is dropped."""

from django.db import migrations

MOVE = """
DO $$ BEGIN
    IF to_regclass('authtoken_token') IS NOT NULL THEN
        INSERT INTO accounts_apitoken (user_id, name, digest, beginning, created, expires)
        SELECT user_id, 'Made before tokens had names', encode(sha256(convert_to(key, 'UTF8')), 'hex'),
               left(key, 4), created, now() + interval '365 days'
        FROM authtoken_token;
        DROP TABLE authtoken_token;
        DELETE FROM django_migrations WHERE app = 'authtoken';
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_tokens_and_lockout")]
    operations = [migrations.RunSQL(MOVE, migrations.RunSQL.noop)]
