"""The log's keys are checked from one side alone: what it names can't be deleted, but no new row of it is looked at.

PostgreSQL checked five keys of each row when a transaction ended, a quarter of what a label takes. They hold by
themselves: the writer has locked the object, which holds the taxa and people that it has and had.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# By its name it comes behind the check of the objects (`held_by_objects`): an object that gives its taxon up while that
# is deleted is seen by the one, or by the other once the taxon stands in the log alone.
CHECK = """
CREATE FUNCTION log_names_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM labels_change c WHERE {condition}) THEN
        RAISE foreign_key_violation USING MESSAGE = format('the log of labels still names %s of {table}', OLD.id);
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER log_names_deleted AFTER DELETE ON {table}
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION log_names_{table}();
"""
NO_CHECK = "DROP TRIGGER log_names_deleted ON {table}; DROP FUNCTION log_names_{table}();"
NAMED = {
    "samples_object": "c.object_id = OLD.id",
    "labels_batch": "c.batch_id = OLD.id",
    "taxonomy_taxon": "c.from_taxon_id = OLD.id OR c.to_taxon_id = OLD.id",
    "accounts_user": "c.from_annotator_id = OLD.id",
}


class Migration(migrations.Migration):

    dependencies = [
        ('labels', '0014_label_updates'),
        ('samples', '0014_taxa_and_people_of_objects'),
        ('taxonomy', '0001_squashed_0010'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='change',
            name='batch',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='labels.batch'),
        ),
        migrations.AlterField(
            model_name='change',
            name='from_annotator',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='change',
            name='from_taxon',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='taxonomy.taxon'),
        ),
        migrations.AlterField(
            model_name='change',
            name='object',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='samples.object'),
        ),
        migrations.AlterField(
            model_name='change',
            name='to_taxon',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='taxonomy.taxon'),
        ),
        *(
            migrations.RunSQL(CHECK.format(table=table, condition=condition), NO_CHECK.format(table=table))
            for table, condition in NAMED.items()
        ),
    ]
