"""A cruise of a net, scanned: two samples of which all was looked at, one that has no position."""

from datetime import UTC, datetime
from functools import partial
from types import SimpleNamespace

from annotations.accounts.models import User
from annotations.projects.models import Licence
from annotations.samples.models import Acquisition, FreeColumn, Object, ObjectFields, Sample, State
from annotations.taxonomy.models import Taxon, TaxonKind
from annotations.volumes.actions import set_volumes
from tests.worlds import shared_rows

PIXEL_UM = 10.6
NET = {"net_type": "wp2", "net_mesh": "200", "net_surf": "0.25", "program": "Point B"}
LABELLED = datetime(2026, 3, 1, 12, tzinfo=UTC)


def make_taxon(name: str, parent: Taxon | None = None, **more: object) -> Taxon:
    """With the path that its parent gives it; a morphotype's name has its parent's behind it."""
    display_name = f"{name}<{parent.name}" if more.get("kind") == TaxonKind.MORPHO and parent else name
    created = Taxon.objects.create(name=name, display_name=display_name, parent=parent, **more)
    created.refresh_from_db()
    created.path = [*(parent.path if parent else []), created.pk]
    created.save(update_fields=["path"])
    return created


@shared_rows
def tree(db) -> SimpleNamespace:
    """living › Animalia › Copepoda › Calanus, with eggs and dead ones; not-living › detritus; an unregistered one."""
    living = make_taxon("living")
    animalia = make_taxon("Animalia", living, rank="Kingdom", aphia_id=2)
    copepoda = make_taxon("Copepoda", animalia, rank="Class", aphia_id=1080, authority="Milne Edwards, 1840")
    calanus = make_taxon("Calanus", copepoda, rank="Genus", aphia_id=104152, authority="Leach, 1816")
    return SimpleNamespace(
        copepoda=copepoda,
        calanus=calanus,
        eggs=make_taxon("egg", copepoda, kind=TaxonKind.MORPHO),
        dead=make_taxon("dead", copepoda, kind=TaxonKind.MORPHO),
        salpa=make_taxon("Salpa", animalia, rank="Genus", aphia_id=137232),
        detritus=make_taxon("detritus", make_taxon("not-living")),
        nameless=make_taxon("blob"),
    )


def _add(
    bob: User, within: Acquisition, taxon: Taxon | None, area: float, state=State.VALIDATED, **more
) -> Object:
    project = within.sample.project
    one = Object.objects.create(
        project=project,
        sample=within.sample,
        acquisition=within,
        taxon=taxon,
        state=state,
        **{
            "latitude": 43.68,
            "longitude": 7.31,
            "depth_min": 0,
            "depth_max": 75,
            "taken_at": datetime(2026, 2, 3, 8, 30, tzinfo=UTC),
            "annotator": bob if state == State.VALIDATED else None,
            "labelled_at": LABELLED,
            **more,
        },
    )
    ObjectFields.objects.create(object=one, project=project, original_id=f"o{one.pk}", values=[area])
    return one


@shared_rows
def cruise(project, alice, bob, tree) -> SimpleNamespace:
    """
    | sample | m³ | acquisition | 1/share | objects (areas in pixels) |
    | --- | --- | --- | --- | --- |
    | s1 | 200 | fine | 8 | 3 Calanus (100, 200, 300), an egg (50), 2 detritus |
    | s1 | 200 | coarse | 2 | a Calanus (400), a Salpa (900), a blob |
    | s2 | 150 | all | 4 | 2 Salpa (900, 1000), a dead copepod (100) |
    | s3, without a position | 100 | all | 1 | a Salpa |
    """
    project.licence, project.contact, project.doi = Licence.CC_BY, alice, "10.17882/55741"
    project.description = "Zooplankton of the bay of Villefranche, caught by vertical hauls and scanned. " * 2
    project.save()
    FreeColumn.objects.create(project=project, level="object", name="area", is_number=True, position=0)
    set_volumes(project=project, volume_unit="m3")
    created = SimpleNamespace(project=project, tree=tree, bob=bob)

    def acquisition(sample: Sample, name: str, parts: str) -> Acquisition:
        return Acquisition.objects.create(
            sample=sample,
            original_id=name,
            instrument="Zooscan",
            pixel_um=PIXEL_UM,
            fields={"sub_part": parts},
        )

    created.add = add = partial(_add, bob)
    s1, s2, s3 = (
        Sample.objects.create(project=project, original_id=name, fields={**NET, "tot_vol": volume})
        for name, volume in (("s1", "200"), ("s2", "150"), ("s3", "100"))
    )
    created.fine, created.coarse = acquisition(s1, "fine", "8"), acquisition(s1, "coarse", "2")
    created.whole, created.lost = acquisition(s2, "all", "4"), acquisition(s3, "all", "1")
    for area in (100.0, 200.0, 300.0):
        add(created.fine, tree.calanus, area)
    add(created.fine, tree.eggs, 50.0)
    for _ in range(2):
        add(created.fine, tree.detritus, 5.0)
    add(created.coarse, tree.calanus, 400.0, latitude=43.70)
    add(created.coarse, tree.salpa, 900.0, taken_at=datetime(2026, 2, 3, 9, 0, tzinfo=UTC))
    add(created.coarse, tree.nameless, 10.0)
    for area in (900.0, 1000.0):
        add(created.whole, tree.salpa, area)
    add(created.whole, tree.dead, 100.0)
    add(created.lost, tree.salpa, 900.0, latitude=None, longitude=None)
    created.s1, created.s2, created.s3 = s1, s2, s3
    return created
