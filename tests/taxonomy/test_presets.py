"""A project's favourites come first in its picker; its groups say what is learnt as what."""

import pyarrow.parquet as pq

from annotations.projects.actions import create_project
from annotations.samples.models import Object
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.presets import set_training_rules
from tests.learning.sets import rows_of
from tests.plankton import tow
from tests.worlds import shared_rows

__all__ = ["tow"]


def test_favourites_come_first_in_the_picker_of_their_project(client, tow, alice):
    ensure_taxa([TaxonName("Copelata"), TaxonName("Copea")])
    client.force_login(alice)
    page = f"/projects/{tow.project.pk}/taxa/presets/"
    other = create_project(title="Another", owner=alice)

    def offered(project) -> list[str]:
        answer = client.get(f"/taxa/complete/?project={project.pk}&q=cope").json()
        return [taxon["name"] for taxon in answer["results"]]

    assert offered(tow.project) == ["Copea", "Copelata", "Copepoda"]
    for name in ("Copepoda", "copelata", "Copepoda"):
        client.post(page, {"act": "favour", "taxon": name})
    assert offered(tow.project) == ["Copepoda", "Copelata", "Copea"]
    assert offered(other)[0] == "Copea"
    client.post(page, {"act": "unfavour", "taxon": "Copepoda"})
    assert offered(tow.project)[0] == "Copelata"
    answer = client.post(page, {"act": "favour", "taxon": "Nothing"}, follow=True)
    assert "There is no taxon" in answer.content.decode()


def test_strangers_learn_nothing_of_favourites(client, tow, dan):
    client.force_login(dan)
    assert client.get(f"/taxa/complete/?project={tow.project.pk}&q=cope").status_code == 404


@shared_rows
def diatoms(tow) -> dict[str, Taxon]:
    """Two validated objects each of a chain of one kind, one of another, and of copepods."""
    names = [
        TaxonName("chain<Chaetoceros", ("Diatoms", "Chaetoceros", "chain")),
        TaxonName("Rhizosolenia", ("Diatoms", "Rhizosolenia")),
        TaxonName("Chain"),
    ]
    ensure_taxa(names)
    taxa = {taxon.display_name: taxon for taxon in Taxon.objects.all()}
    expected = [
        "Copepoda",
        "Copepoda",
        "chain<Chaetoceros",
        "chain<Chaetoceros",
        "Rhizosolenia",
        "Rhizosolenia",
    ]
    for each, name in zip(tow.objects, expected, strict=False):
        Object.objects.filter(pk=each.pk).update(state="V", taxon=taxa[name])
    return taxa


def learnt(tow, tmp_path, **more) -> tuple[list[str], dict]:
    facts = rows_of(tmp_path / "set.parquet", tow.project, **more)
    names = {str(taxon.pk): taxon.display_name for taxon in Taxon.objects.all()}
    return [names[label] for label in pq.read_table(tmp_path / "set.parquet")["label"].to_pylist()], facts


def test_groups_are_learnt_as_one(tow, diatoms, tmp_path):
    assert set(learnt(tow, tmp_path)[0]) == {"Copepoda", "chain<Chaetoceros", "Rhizosolenia"}
    rules = {diatoms["Diatoms"].pk: diatoms["Chain"].pk}
    set_training_rules(project=tow.project, rules=rules)
    labels, facts = learnt(tow, tmp_path)
    assert labels == ["Copepoda"] * 2 + ["Chain"] * 4
    grouped = [[diatoms[name].pk, diatoms["Chain"].pk] for name in ("chain<Chaetoceros", "Rhizosolenia")]
    assert facts["grouped"] == sorted(grouped)
    assert Object.objects.filter(taxon=diatoms["Rhizosolenia"]).count() == 2, "the labels stay"


def test_the_nearest_rule_counts_and_none_leaves_out(tow, diatoms, tmp_path):
    rules = {diatoms["Diatoms"].pk: None, diatoms["Chaetoceros"].pk: diatoms["Chain"].pk}
    set_training_rules(project=tow.project, rules=rules)
    assert learnt(tow, tmp_path)[0] == ["Copepoda"] * 2 + ["Chain"] * 2


def test_rules_are_those_of_a_project(tow, diatoms, alice, tmp_path):
    other = create_project(title="Another", owner=alice)
    set_training_rules(project=other, rules={diatoms["Diatoms"].pk: None})
    assert len(learnt(tow, tmp_path)[0]) == 6


def test_rules_on_the_page(client, tow, diatoms, alice):
    client.force_login(alice)
    page = f"/projects/{tow.project.pk}/taxa/presets/"
    client.post(page, {"act": "group", "taxon": "Diatoms", "into": "Chain"})
    assert "Diatoms → Chain" in client.get(page).content.decode()
    client.post(page, {"act": "ungroup", "taxon": "Diatoms"})
    assert "Diatoms → Chain" not in client.get(page).content.decode()
