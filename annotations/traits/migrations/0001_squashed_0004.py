import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('traits', '0001_vocabulary'),
        ('traits', '0002_from_marks'),
        ('traits', '0003_names_that_wait'),
        ('traits', '0004_restored_versions'),
    ]

    dependencies = [
        ('labels', '0006_traits'),
        ('projects', '0001_initial'),
        ('samples', '0008_entropy'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Trait',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=60)),
                ('name', models.CharField(max_length=100)),
                ('group', models.CharField(blank=True, max_length=60)),
                ('kind', models.CharField(choices=[('flag', 'yes or no'), ('one', 'one of several'), ('several', 'several of several'), ('ordinal', 'one of several, in an order'), ('count', 'a count'), ('measure', 'a measure'), ('text', 'free text')], max_length=8)),
                ('unit', models.CharField(blank=True, max_length=20)),
                ('choices', models.JSONField(blank=True, default=list)),
                ('help', models.TextField(blank=True)),
                ('icon', models.CharField(blank=True, choices=[('●', 'disc'), ('○', 'ring'), ('■', 'square'), ('□', 'box'), ('▲', 'triangle up'), ('▼', 'triangle down'), ('◆', 'diamond'), ('★', 'star'), ('✚', 'cross'), ('≈', 'waves'), ('∞', 'chain'), ('➤', 'arrow')], max_length=2)),
                ('quick_key', models.CharField(blank=True, max_length=1)),
                ('default', models.JSONField(blank=True, null=True)),
                ('concept', models.URLField(blank=True, max_length=300)),
                ('applies_to', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None)),
                ('applies_to_names', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None)),
                ('only_if_choices', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None)),
                ('mark_label', models.CharField(blank=True, max_length=60)),
                ('mark_measure', models.CharField(blank=True, choices=[('count', 'how many'), ('length', 'length'), ('area', 'area'), ('esd', 'equivalent spherical diameter'), ('angle', 'angle')], max_length=6)),
                ('position', models.IntegerField(default=0)),
                ('is_active', models.BooleanField(default=True)),
                ('only_if', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='dependents', to='traits.trait')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='traits', to='projects.project')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('project', 'key'), name='trait_once_a_project'),
                    models.UniqueConstraint(condition=models.Q(('is_active', True), models.Q(('quick_key', ''), _negated=True)), fields=('project', 'quick_key'), name='trait_quick_key_once'),
                ],
                'ordering': ['position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='TraitChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.IntegerField()),
                ('restores', models.IntegerField(null=True)),
                ('before', models.JSONField(null=True)),
                ('after', models.JSONField(null=True)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='trait_changes', to='labels.batch')),
                ('object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='trait_changes', to='samples.object')),
                ('trait', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='traits.trait')),
            ],
        ),
        migrations.CreateModel(
            name='TraitExample',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('choice', models.CharField(blank=True, max_length=60)),
                ('object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='samples.object')),
                ('trait', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='examples', to='traits.trait')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('trait', 'object', 'choice'), name='trait_example_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='TraitValue',
            fields=[
                ('pk', models.CompositePrimaryKey('object_id', 'trait_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('choices', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None)),
                ('number', models.FloatField(null=True)),
                ('text', models.TextField(blank=True)),
                ('is_hidden', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('U', 'Unclassified'), ('P', 'Predicted'), ('D', 'Dubious'), ('V', 'Validated')], max_length=1)),
                ('score', models.FloatField(null=True)),
                ('model_id', models.BigIntegerField(null=True)),
                ('set_at', models.DateTimeField()),
                ('version', models.IntegerField()),
                ('annotator', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('object', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='traits', to='samples.object')),
                ('trait', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='traits.trait')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['trait', 'state', 'choices'], include=('object',), name='trait_choice'),
                    models.Index(condition=models.Q(('number__isnull', False)), fields=['trait', 'number'], name='trait_number'),
                ],
            },
        ),
        migrations.CreateModel(
            name='VocabularyVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('content', models.JSONField()),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='vocabularies', to='projects.project')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('project', 'number'), name='vocabulary_version_once'),
                ],
                'ordering': ['-number'],
            },
        ),
    ]
