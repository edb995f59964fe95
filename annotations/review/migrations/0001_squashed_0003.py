import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('review', '0001_review_pages'),
        ('review', '0002_mixed_pages'),
        ('review', '0003_pages_of_new_taxa'),
    ]

    dependencies = [
        ('projects', '0005_project_terms'),
        ('samples', '0012_extent_of_depths'),
        ('taxonomy', '0010_name_ends'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReviewPage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.CharField(choices=[('progress', 'Quickest progress'), ('teach', 'What teaches most'), ('risk', 'What hurts most'), ('taxon', 'By taxon'), ('sample', 'By sample')], max_length=10)),
                ('criteria', models.JSONField(default=dict)),
                ('reason', models.CharField(max_length=200)),
                ('is_mixed', models.BooleanField(default=False)),
                ('may_be_new', models.BooleanField(default=False)),
                ('expected', models.JSONField(null=True)),
                ('object_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('opened', models.DateTimeField(auto_now_add=True)),
                ('touched', models.DateTimeField(auto_now_add=True)),
                ('ended', models.DateTimeField(null=True)),
                ('is_skipped', models.BooleanField(default=False)),
                ('accepted', models.IntegerField(default=0)),
                ('renamed', models.IntegerField(default=0)),
                ('set_aside', models.IntegerField(default=0)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='review_pages', to='projects.project')),
                ('taxon', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='taxonomy.taxon')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('ended', None)), fields=['project', 'user'], name='review_page_open'), models.Index(fields=['project', 'taxon'], name='review_page_answers')],
            },
        ),
        migrations.CreateModel(
            name='SetAside',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('object', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='samples.object')),
                ('taxon', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='taxonomy.taxon')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('object', 'taxon'), name='set_aside_once', nulls_distinct=False)],
            },
        ),
    ]
