"""Traits of a large project: what filters by them and the panel that counts them cost."""

from functools import partial

from django.db import connection
from django.test import Client

from annotations.accounts.models import User
from annotations.projects.models import Project
from annotations.traits.models import Trait
from annotations.traits.vocabulary import define_trait
from benchmarks.timing import Figures, milliseconds, p95

QUERIES = {
    "a rare value of a trait": "trait=egg_sac=yes",
    "a common value of a trait": "trait=egg_sac=no",
    "a trait nobody has looked at": "trait=egg_sac=none",
    "a measured trait in a range": "trait=prosome_length>=2000&trait=prosome_length<=2100",
    "a trait, a measure, at night, above 50 m": "trait=egg_sac=yes&trait=prosome_length>=2000&sun=night&depth_max=50",
    "a rare value of a trait, by score": "trait=egg_sac=yes&order=-score",
}

# one in twenty with an egg sac, six in ten without, the rest not looked at; the half of them measured
SAC = """
INSERT INTO traits_traitvalue (object_id, trait_id, choices, text, is_hidden, state, annotator_id, set_at, version)
SELECT id, %s, CASE WHEN mod(id, 20) = 0 THEN ARRAY['yes'] ELSE ARRAY['no'] END, '', FALSE, 'V', %s, now(), 1
FROM samples_object WHERE project_id = %s AND mod(id, 20) < 13 ON CONFLICT DO NOTHING"""
LENGTH = """
INSERT INTO traits_traitvalue
    (object_id, trait_id, choices, number, text, is_hidden, state, annotator_id, set_at, version)
SELECT id, %s, '{}', 500 + mod(id * 7919, 3000), '', FALSE, 'V', %s, now(), 1
FROM samples_object WHERE project_id = %s AND mod(id, 2) = 0 ON CONFLICT DO NOTHING"""


def give_traits(project: Project, user: User) -> None:
    """Values for all objects that have none yet, as a team would leave them behind; straight SQL, for its speed."""
    sac = Trait.objects.filter(project=project, key="egg_sac").first()
    if sac is None:
        sac = define_trait(project=project, user=user, name="Egg sac", kind="flag")
        define_trait(project=project, user=user, name="Prosome length", kind="measure", unit="µm")
    length = Trait.objects.get(project=project, key="prosome_length")
    with connection.cursor() as cursor:
        cursor.execute(SAC, [sac.pk, user.pk, project.pk])
        cursor.execute(LENGTH, [length.pk, user.pk, project.pk])
        cursor.execute("VACUUM ANALYZE traits_traitvalue")


def trait_counts(figures: Figures, project: Project, user: User, size: int) -> None:
    """The panel of a trait: of all objects from the tally, else it counts what matches, and the page never waits."""
    client = Client()
    client.force_login(user)
    for name, query in {"all": "", "of a sample": f"&sample={project.samples.latest('id').pk}"}.items():
        url = f"/api/v1/projects/{project.pk}/trait-values/counts/?trait=egg_sac{query}"
        assert client.get(url).status_code == 200
        durations = milliseconds(partial(client.get, url), rounds=10)
        figures.add(f"counts of a trait at {size:,}: {name}, p95", p95(durations), "ms")
