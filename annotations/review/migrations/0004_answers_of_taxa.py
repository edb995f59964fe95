import django.db.models.deletion
from django.db import migrations, models

# of pages that proposed one taxon, all that was answered before counts as one answer
ANSWERED_BEFORE = """
INSERT INTO review_taxonanswers (page_id, taxon_id, "right", wrong, expected_right)
SELECT id, taxon_id, accepted, renamed + set_aside, (accepted + renamed + set_aside) * (expected->>'value')::float8
FROM review_reviewpage
WHERE taxon_id IS NOT NULL AND expected IS NOT NULL AND accepted + renamed + set_aside > 0
"""


class Migration(migrations.Migration):

    dependencies = [
        ('review', '0001_squashed_0003'),
        ('taxonomy', '0001_squashed_0010'),
    ]

    operations = [
        migrations.CreateModel(
            name='TaxonAnswers',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('right', models.IntegerField(default=0)),
                ('wrong', models.IntegerField(default=0)),
                ('expected_right', models.FloatField(default=0)),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='review.reviewpage')),
                ('taxon', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='taxonomy.taxon')),
            ],
        ),
        migrations.RunSQL(ANSWERED_BEFORE, migrations.RunSQL.noop),
        # deferred checks of the rows above are due before their table is altered
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RemoveIndex(model_name='reviewpage', name='review_page_answers'),
        migrations.RemoveField(model_name='reviewpage', name='accepted'),
        migrations.RemoveField(model_name='reviewpage', name='renamed'),
        migrations.RemoveField(model_name='reviewpage', name='set_aside'),
    ]
