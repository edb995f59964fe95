import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('readings', '0001_second_readings'),
        ('readings', '0002_draw_by_share'),
        ('readings', '0003_trait_readings'),
        ('readings', '0004_kept_figures'),
        ('readings', '0005_reader_set'),
        ('readings', '0006_words_of_sampling'),
    ]

    dependencies = [
        ('projects', '0001_initial'),
        ('samples', '0006_more_orders'),
        ('taxonomy', '0001_initial'),
        ('traits', '0001_vocabulary'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('sampling', models.CharField(choices=[('random', 'At random'), ('taxon', 'The same number of each taxon'), ('sample', 'The same number of each sample'), ('taxon_share', 'Of each taxon by its share'), ('sample_share', 'Of each sample by its share')], default='random', max_length=20)),
                ('seed', models.IntegerField(default=0)),
                ('criteria', models.JSONField(default=dict)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('closed', models.DateTimeField(null=True)),
                ('figures', models.JSONField(default=dict)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='readings', to='projects.project')),
                ('trait', models.ForeignKey(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='readings', to='traits.trait')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Reader',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('submitted', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
                ('reading', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='readings.reading')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('reading', 'user'), name='reader_once_a_reading'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Choice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.JSONField(null=True)),
                ('chosen', models.DateTimeField(auto_now=True)),
                ('object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='samples.object')),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('taxon', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='taxonomy.taxon')),
                ('reading', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='choices', to='readings.reading')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('reading', 'object', 'reader'), name='choice_once_a_reader'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ReadingObject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('settled', models.DateTimeField(null=True)),
                ('object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='samples.object')),
                ('reading', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reading_objects', to='readings.reading')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('reading', 'object'), name='object_once_a_reading'),
                ],
            },
        ),
        migrations.AddField(
            model_name='reading',
            name='readers',
            field=models.ManyToManyField(related_name='readings', through='readings.Reader', to=settings.AUTH_USER_MODEL),
        ),
    ]
