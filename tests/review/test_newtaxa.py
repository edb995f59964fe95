"""*This is a new taxon*: what is proposed of a page, the one action, and what becomes of it when it is taken back."""

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from annotations.labels.actions import label_objects
from annotations.labels.models import Batch
from annotations.labels.targets import Target
from annotations.labels.undoing import undo_batch
from annotations.learning.models import Model, Prediction
from annotations.projects.models import Role
from annotations.review.actions import ReviewAnswer, answer_page, open_page
from annotations.review.models import ReviewPage
from annotations.review.newtaxa.actions import name_new_taxon
from annotations.review.newtaxa.naming import propose_new_taxon
from annotations.review.newtaxa.relatives import common_ancestor
from annotations.review.queries import page_in_words
from annotations.samples.models import Object, State
from annotations.search.filter import Filter
from annotations.similarity.actions import keep_embeddings
from annotations.similarity.models import EmbeddingSpace
from annotations.taxonomy.actions import add_taxon
from annotations.taxonomy.creating import SameSpelling
from annotations.taxonomy.models import Taxon, TaxonEdit, TaxonKind
from tests.worlds import shared_rows


def targets(*objects: Object) -> list[Target]:
    return [Target(each.pk, each.version) for each in objects]


@shared_rows
def novel(tow, alice) -> ReviewPage:
    """Alice's page of the four copepods, which a model takes for copepods and finds unlike anything."""
    model = Model.objects.create(name="m", is_ready=True, classes=[tow.copepoda])
    for each in tow.objects[:4]:
        Prediction.objects.create(
            object=each,
            model=model,
            taxa=[tow.copepoda, tow.appendicularia],
            scores=[0.7, 0.2],
            novelty=0.999,
        )
    page = open_page(project=tow.project, user=alice, criteria=Filter())
    assert page is not None and page.may_be_new
    return page


def tree(*lineages: str) -> dict[str, Taxon]:
    """Taxa by name, of lineages such as `living>Copepoda>Calanus`."""
    taxa: dict[str, Taxon] = {}
    for lineage in lineages:
        parent = None
        for name in lineage.split(">"):
            parent = taxa[name] = taxa.get(name) or add_taxon(name=name, parent=parent)
    return taxa


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ({}, None),
        ({"Calanus": 1}, "Calanus"),
        ({"Calanus": 0.5, "Oithona": 0.5}, "Crustacea"),
        ({"Calanus": 0.7, "Oikopleura": 0.3}, "Calanus"),
        ({"Calanus": 0.4, "Oithona": 0.3, "fibre": 0.3}, "Crustacea"),
        ({"Calanus": 0.5, "fibre": 0.5}, "Calanus"),
    ],
)
def test_it_belongs_below_what_most_of_its_relatives_share(shares, expected):
    taxa = tree(
        "living>Crustacea>Calanus", "living>Crustacea>Oithona", "living>Oikopleura", "not-living>fibre"
    )
    ancestor = common_ancestor({taxa[name].pk: share for name, share in shares.items()})
    assert (ancestor and ancestor.name) == expected


@pytest.mark.django_db
def test_it_is_not_put_below_a_deprecated_taxon():
    taxa = tree("living>Crustacea>Calanus")
    Taxon.objects.filter(name="Calanus").update(status="D")
    ancestor = common_ancestor({taxa["Calanus"].pk: 1})
    assert ancestor and ancestor.name == "Crustacea"


def test_a_model_says_what_is_nearest_where_nothing_can_be_compared(novel, tow, alice):
    proposal = propose_new_taxon(page=novel, user=alice)
    nearest = [
        (each.taxon.pk, round(each.share, 2), bool(each.picture)) for each in proposal.relatives.nearest
    ]
    assert nearest == [(tow.copepoda, 0.7, True), (tow.appendicularia, 0.2, False)]
    assert not proposal.relatives.is_by_similarity
    assert (proposal.name, proposal.parent and proposal.parent.pk) == ("morphotype 1", tow.copepoda)
    assert proposal.refusal == ""


def test_what_people_have_named_nearby_says_more_than_a_model(novel, tow, alice):
    Object.objects.filter(pk=tow.objects[5].pk).update(taxon=tow.appendicularia)
    ids = [each.pk for each in tow.objects]
    vectors = np.array([[1.0, 0.01 * n] for n in range(len(ids))])
    space = EmbeddingSpace.objects.create(kind="measurements", name="m", project=tow.project, dimensions=2)
    keep_embeddings(space=space, project_id=tow.project.pk, ids=ids, vectors=vectors)
    relatives = propose_new_taxon(page=novel, user=alice).relatives
    assert relatives.is_by_similarity
    assert [(each.taxon.pk, each.share) for each in relatives.nearest] == [
        (tow.copepoda, 0.5),
        (tow.appendicularia, 0.5),
    ]
    assert relatives.nearest[1].picture["width"] == 85, "of the very object that is nearest"


def test_the_page_becomes_the_taxon_that_is_made_for_it_and_the_next_has_the_next_number(novel, tow, alice):
    answer = name_new_taxon(page=novel, user=alice, targets=targets(*tow.objects[:4]))
    taxon = answer.taxon
    assert (taxon.name, taxon.parent_id, taxon.kind) == ("morphotype 1", tow.copepoda, TaxonKind.MORPHO)
    assert taxon.display_name == "morphotype 1<Copepoda"
    labels = (
        Object.objects.filter(pk__in=novel.object_ids).values_list("taxon", "state", "annotator").distinct()
    )
    assert list(labels) == [(taxon.pk, State.VALIDATED, alice.pk)]
    assert Batch.objects.get(pk=answer.outcome.batch).changed == answer.outcome.changed == 4
    assert TaxonEdit.objects.get(taxon=taxon).user == alice
    assert answer.rest is None and ReviewPage.objects.get(pk=novel.pk).ended is not None
    assert propose_new_taxon(page=novel, user=alice, parent=taxon.parent).name == "morphotype 2"


def test_a_name_and_a_parent_of_ones_own_are_taken(novel, tow, alice):
    parent = Taxon.objects.get(pk=tow.appendicularia)
    answer = name_new_taxon(
        page=novel, user=alice, targets=targets(tow.objects[0]), name="Oikopleura novella", parent=parent
    )
    assert (answer.taxon.display_name, answer.taxon.parent) == ("Oikopleura novella", parent)
    assert answer.taxon.kind == TaxonKind.PHYLO


def test_what_has_not_been_seen_is_asked_for_as_the_same_taxon(novel, tow, alice):
    """And the page that was answered goes on telling that its own proposal was wrong."""
    answer = name_new_taxon(page=novel, user=alice, targets=targets(*tow.objects[:3]))
    words = page_in_words(answer.rest)
    assert [each["id"] for each in words["objects"]] == [tow.objects[3].pk]
    assert words["proposal"]["taxon"]["id"] == answer.taxon.pk
    assert words["reason"] == "The rest of what you have named morphotype 1<Copepoda"
    evidence = novel.answers.values_list("taxon", "right", "wrong")
    assert list(evidence) == [(tow.copepoda, 0, 3)]
    assert open_page(project=tow.project, user=alice, criteria=Filter()).pk == answer.rest.pk


def test_what_was_set_aside_is_not_asked_for_once_more(novel, tow, alice):
    one, two, *_ = tow.objects
    answer_page(page=novel, user=alice, answer=ReviewAnswer(set_aside=targets(two)))
    answer = name_new_taxon(page=novel, user=alice, targets=targets(one))
    objects = page_in_words(answer.rest)["objects"]
    assert [each["id"] for each in objects] == [each.pk for each in tow.objects[2:4]]


def test_taken_back_the_labels_return_and_the_taxon_is_there_for_the_next_try(novel, tow, alice, bob):
    """It stays, for the log speaks of it; but its number is not used up."""
    first = name_new_taxon(page=novel, user=alice, targets=targets(*tow.objects[:4]))
    undo_batch(batch=Batch.objects.get(pk=first.outcome.batch), user=alice, role=Role.MANAGER)
    labels = Object.objects.filter(pk__in=novel.object_ids).values_list("taxon", "state").distinct()
    assert list(labels) == [(tow.copepoda, State.PREDICTED)]
    assert Taxon.objects.filter(pk=first.taxon.pk, status="A").exists()
    again = open_page(project=tow.project, user=alice, criteria=Filter())
    proposal = propose_new_taxon(page=again, user=alice)
    assert proposal.name == "morphotype 1"
    objects = Object.objects.filter(pk__in=again.object_ids)
    second = name_new_taxon(page=again, user=alice, targets=targets(*objects), name=proposal.name)
    assert second.taxon == first.taxon and second.outcome.changed == 4


def test_what_somebody_elses_number_is_stays_theirs(novel, tow, alice):
    """However empty it is: they may be about to use it."""
    add_taxon(name="morphotype 1", parent=Taxon.objects.get(pk=tow.copepoda), kind="M")
    assert propose_new_taxon(page=novel, user=alice).name == "morphotype 2"
    with pytest.raises(SameSpelling, match="morphotype 1 stands under this parent already"):
        name_new_taxon(page=novel, user=alice, targets=targets(tow.objects[0]), name="morphotype 1")
    assert Object.objects.get(pk=tow.objects[0].pk).state == State.PREDICTED


def test_what_others_have_said_meanwhile_stands(novel, tow, alice, carla):
    label_objects(project=tow.project, user=carla, targets=targets(tow.objects[0]), state=State.DUBIOUS)
    answer = name_new_taxon(page=novel, user=alice, targets=targets(*tow.objects[:4]))
    assert answer.outcome.changed == 3
    assert [conflict["id"] for conflict in answer.outcome.conflicts] == [tow.objects[0].pk]


def test_where_others_have_labelled_all_of_it_no_taxon_is_made(novel, tow, alice, carla):
    label_objects(project=tow.project, user=carla, targets=targets(*tow.objects[:4]), state=State.DUBIOUS)
    with pytest.raises(ValidationError, match="no taxon was created"):
        name_new_taxon(page=novel, user=alice, targets=targets(*tow.objects[:4]))
    assert not Taxon.objects.filter(name__startswith="morphotype").exists()


def test_objects_of_another_page_make_no_taxon_either(novel, tow, alice):
    with pytest.raises(ValidationError, match="is not on this page"):
        name_new_taxon(page=novel, user=alice, targets=targets(tow.objects[9]))
    assert not Taxon.objects.filter(name__startswith="morphotype").exists()


def test_who_may_not_create_taxa_is_told_who_may(tow, bob):
    page = open_page(project=tow.project, user=bob, criteria=Filter())
    proposal = propose_new_taxon(page=page, user=bob)
    assert proposal.refusal.startswith("Taxa are created by managers of a project: ask one")
    with pytest.raises(PermissionDenied, match="Taxa are created by managers"):
        name_new_taxon(page=page, user=bob, targets=targets(tow.objects[0]))


def test_annotators_may_where_the_site_says_so(tow, bob, settings):
    settings.TAXON_CREATORS = "annotator"
    Object.objects.filter(pk__in=[each.pk for each in tow.objects[7:]]).update(state="P", taxon=tow.copepoda)
    page = open_page(project=tow.project, user=bob, criteria=Filter())
    answer = name_new_taxon(
        page=page,
        user=bob,
        targets=targets(tow.objects[0]),
        parent=Taxon.objects.get(pk=tow.copepoda),
    )
    assert answer.outcome.changed == 1


def test_where_nothing_is_known_the_parent_is_to_be_named(tow, alice):
    Object.objects.update(state="U", taxon=None)
    page = open_page(project=tow.project, user=alice, criteria=Filter())
    assert page.may_be_new
    proposal = propose_new_taxon(page=page, user=alice)
    assert (proposal.parent, proposal.relatives.nearest) == (None, [])
    with pytest.raises(ValidationError, match="Name the `parent`"):
        name_new_taxon(page=page, user=alice, targets=targets(tow.objects[0]))


def test_a_page_of_one_predicted_taxon_is_none_that_may_be_new(tow, alice):
    assert not open_page(project=tow.project, user=alice, criteria=Filter()).may_be_new
