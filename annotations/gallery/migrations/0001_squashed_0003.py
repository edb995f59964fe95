import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('gallery', '0001_saved_views'),
        ('gallery', '0002_taxon_slots'),
        ('gallery', '0003_saved_views_to_search'),
    ]

    dependencies = [
        ('projects', '0003_invitations'),
        ('taxonomy', '0009_in_use'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TaxonSlot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('is_pinned', models.BooleanField(default=False)),
                ('unused', models.PositiveSmallIntegerField()),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project')),
                ('taxon', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='taxonomy.taxon')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['unused'],
                'constraints': [models.UniqueConstraint(fields=('project', 'user', 'number'), name='slot_once_a_number'), models.UniqueConstraint(fields=('project', 'user', 'taxon'), name='slot_once_a_taxon'), models.CheckConstraint(condition=models.Q(('number__range', (1, 9))), name='slot_of_a_digit')],
            },
        ),
    ]
