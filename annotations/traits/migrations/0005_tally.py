import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

KEY = "trait_id, choices, is_hidden, state"
# event → the transition tables, with what a row of theirs counts
CHANGED = {
    "inserted": {"after_rows": "1"},
    "deleted": {"before_rows": "-1"},
    "updated": {"after_rows": "1", "before_rows": "-1"},
}
TABLES = {"before_rows": "OLD TABLE AS before_rows", "after_rows": "NEW TABLE AS after_rows"}
EVENTS = {"inserted": "INSERT", "deleted": "DELETE", "updated": "UPDATE"}


def counting(sources: dict[str, str]) -> str:
    """What was taken back is a row that nobody has looked at."""
    rows = " UNION ALL ".join(
        f"SELECT {KEY}, {change} AS change FROM {table} WHERE state <> 'U'" for table, change in sources.items()
    )
    return f"""INSERT INTO traits_traittally ({KEY}, count)
    SELECT {KEY}, sum(change) FROM ({rows}) AS changes GROUP BY {KEY} HAVING sum(change) <> 0;"""


def trigger(event: str, sources: dict[str, str]) -> str:
    tables = " ".join(TABLES[name] for name in sorted(sources, reverse=True))
    return f"""
CREATE FUNCTION tally_traits_{event}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {counting(sources)}
    RETURN NULL;
END $$;
CREATE TRIGGER tally_{event} AFTER {EVENTS[event]} ON traits_traitvalue
    REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION tally_traits_{event}();
"""


# the triggers first: they wait for who writes, and what is counted then is all that there is
TALLY = "".join(trigger(*each) for each in CHANGED.items()) + counting({"traits_traitvalue": "1"})
NO_TALLY = "".join(
    f"DROP TRIGGER tally_{event} ON traits_traitvalue; DROP FUNCTION tally_traits_{event}();" for event in CHANGED
)


class Migration(migrations.Migration):

    dependencies = [
        ('traits', '0004_restored_versions'),
    ]

    operations = [
        migrations.CreateModel(
            name='TraitTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('choices', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None)),
                ('is_hidden', models.BooleanField()),
                ('state', models.CharField(choices=[('U', 'Unclassified'), ('P', 'Predicted'), ('D', 'Dubious'), ('V', 'Validated')], max_length=1)),
                ('count', models.BigIntegerField()),
                ('trait', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='traits.trait')),
            ],
            options={
                'indexes': [models.Index(fields=['trait'], name='tally_trait')],
            },
        ),
        migrations.RunSQL(TALLY, NO_TALLY),
    ]
