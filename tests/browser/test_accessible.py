"""Every page against WCAG 2.2 AA, by axe-core, on light and on dark ground and on a phone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import FEW, PHONE, Site, browser_of, ready
from tests.browser.keeping import DESK

OBJECTS = FEW
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# A dark page has the elements of the light one in other colours: `light-dark` alone tells them apart.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
VIOLATIONS = (
    "options => axe.run({ resultTypes: ['violations'], ...options }).then((found) => found.violations)"
)
TOKEN = re.compile('"X-CSRFToken": "[^"]*"')  # is another one in each document
# A colour is parsed once in a document: axe did so for each element and for all that it lies in, a quarter of its time.
PARSE_ONCE = """
(() => {
    const { prototype } = axe.commons.color.Color, { parseString } = prototype, colours = new Map();
    prototype.parseString = function (text) {
        if (!colours.has(text)) {
            const { r, g, b, alpha } = parseString.call(this, text);
            colours.set(text, { r, g, b, alpha });
        }
        return Object.assign(this, colours.get(text));
    };
})();
"""
AXE = Axe().axe_script + PARSE_ONCE
WIDE = """[...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
    .map((e) => e.outerHTML.slice(0, 60)).slice(0, 12)"""
OPENERS = ["Filters…", "Look…", "Views", "All matching…", "Trait…", "Keys"]  # of the bench's dialogs
# By how much of the screen what stands on a page was moved by itself: https://web.dev/articles/cls
WATCH = """window.shifted = 0;
    new PerformanceObserver((list) => {
        for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) window.shifted += value;
    }).observe({ type: "layout-shift", buffered: true });"""
MOST_SHIFTED = 0.025  # a quarter of what is called good: a page that comes in pieces moves a little
# One of everything, for the pages that show it.
FURNISH = """
import numpy as np
from django.utils import timezone
from annotations.accounts.models import User
from annotations.discussions.actions import comment, pin, write_note
from annotations.effort.report import BEGINNING, make_report
from annotations.exports.actions import start_export
from annotations.search.filter import Filter
from annotations.jobs.models import Job
from annotations.learning.models import Backbone, HeldOut, PredictionPreview
from annotations.metadata.models import Correction, PackageUpdate
from annotations.learning.registry import adopt_model
from annotations.taxon_matching.actions import note_pending, refuse_name
from annotations.taxon_matching.models import Merge, PendingName
from annotations.marks.actions import adopt_starter_set
from annotations.projects.actions import set_role
from annotations.retraining.models import Retraining
from annotations.projects.models import Project, Role
from annotations.public.model_actions import change_public_model
from annotations.regroupings.actions import create_regrouping
from annotations.taxonomy.actions import TaxonName
from annotations.taxonomy.models import Synonym
from annotations.taxonomy.presets import set_favourites, set_training_rules
from annotations.readings.actions import choose, close_reading, start_reading
from annotations.clusters.models import Cluster, Clustering, ClusterMember
from annotations.checks.actions import answer_look, finish_check, start_check
from annotations.samples.models import Object
from annotations.similarity.models import DuplicateGroup, DuplicateMember
from annotations.similarity.actions import keep_embeddings, space_of
from annotations.traits.actions import set_trait_values
from annotations.traits.vocabulary import define_trait
from tests.abundance.tables import add_figure
from tests.learning.models import make_ready
from tests.public.public_projects import show_to_everybody
project, root = Project.objects.get(title="For everybody"), User.objects.get(username="root")
other = User.objects.create_user("ella", first_name="Ella")
for user in (root, other):
    set_role(project=project, user=user, role=Role.MANAGER)
vera = User.objects.get(username="vera")
set_role(project=project, user=vera, role=Role.VIEWER)
first, second = Object.objects.filter(project=project, state="V").distinct("taxon_id").order_by("taxon_id")[:2]
adopt_starter_set(project=project)
show_to_everybody(project, root, has_tables=True, summary="Nets.")
write_note(project=project, taxon=first.taxon, author=root, text="Two antennae.")
pin(project=project, taxon=first.taxon, object=first, user=root, caption="lateral")
comment(project=project, author=other, text="@root look", object=first)
comment(project=project, author=other, text="@root and here", taxon=first.taxon)
open_one = start_reading(project=project, user=root, name="Open", size=5, readers=[root, other])
closed = start_reading(project=project, user=root, name="Closed", size=5, readers=[root, other])
for n, drawn in enumerate(closed.reading_objects.all()):
    choose(reading=closed, user=root, objects=[drawn.object_id], taxon=first.taxon)
    choose(reading=closed, user=other, objects=[drawn.object_id], taxon=first.taxon if n else second.taxon)
close_reading(reading=closed)
check = start_check(project=project, user=root, criteria=Filter(), least=0.9)
blind = start_check(project=project, user=root, criteria=Filter(), half_width=0.05, is_blind=True)
judged = start_check(project=project, user=root, criteria=Filter(), least=0.9, seed=1)
for look in judged.looks.order_by("place")[:20]:
    answer_look(check=judged, user=root, place=look.place, taxon=first.taxon)
finish_check(check=judged, user=root)
stage = define_trait(project=project, user=root, name="Stage", kind="ordinal", choices=["young", "old"], help="Look.")
length = define_trait(project=project, user=root, name="Length", kind="measure", unit="mm")
readings = []
for trait, said in ((stage, ["young", "old"]), (length, [1.5, 2])):
    of_trait = start_reading(project=project, user=root, name=trait.name, size=5, readers=[root, other], trait=trait)
    objects = [drawn.object_id for drawn in of_trait.reading_objects.all()]
    for user, value in zip((root, other), said):
        choose(reading=of_trait, user=user, objects=objects, value=value)
    close_reading(reading=of_trait)
    readings.append(of_trait.pk)
open_trait = start_reading(project=project, user=root, name="Old?", size=5, readers=[root, other], trait=stage)
note_pending(project=project, names=[TaxonName("Copepods"), TaxonName("Refused")])
refuse_name(pending=PendingName.objects.get(name="Refused"), user=root)
set_favourites(project=project, taxa=[first.taxon_id])
set_training_rules(project=project, rules={first.taxon_id: None})
Merge.objects.create(taxon=first.taxon, into=second.taxon, user=root)
Synonym.objects.create(taxon=first.taxon, name="Copepods of old")
sac = define_trait(project=project, user=root, name="Egg sac", kind="flag")
length = define_trait(project=project, user=root, name="Prosome length", kind="measure", unit="µm")
set_trait_values(trait=sac, user=root, where=("mod(o.id, 3) > 0", []), value="yes")
set_trait_values(trait=sac, user=root, where=("mod(o.id, 3) = 0", []), value="no")
set_trait_values(trait=length, user=root, where=("mod(o.id, 2) = 0", []), value=1200)
model = make_ready(project, first.taxon_id, second.taxon_id)
change_public_model(model=model, by=root, is_on=True, name="Nets", summary="Of nets.")
regrouping = create_regrouping(project=project, user=root, name="Sorts", rows={first.taxon_id: "Crustaceans"})
twin = make_ready(project, first.taxon_id, second.taxon_id, name="Twin")
both = [first.taxon_id, second.taxon_id]
for n, some in enumerate(Object.objects.filter(project=project, taxon__in=both, state="V")):
    for known, said in ((model, some.taxon_id), (twin, first.taxon_id if n % 3 else second.taxon_id)):
        HeldOut.objects.create(model=known, object=some, taxon_id=some.taxon_id, predicted_id=said, score=0.9)
adopt_model(user=root, project=project, model=model)
add_figure(first, first.taxon_id, root)
add_figure(second, second.taxon_id, root, estimate=2.5)
model.job.result = {"model": model.pk}
model.job.save()
Retraining.objects.create(project=project, reason="request", former=model, model=twin, outcome="not_better",
    words="Accuracy +0.010 (−0.020 to +0.040): that may be chance, or worse.", figures={"objects": 60})
Job.objects.create(kind="report_effort", project=project, state="done", finished=timezone.now(), result={
    "report": make_report(project.pk, timezone.now(), BEGINNING)})
preview = Job.objects.create(kind="preview_prediction", project=project, owner=root, state="done", params={
    "models": [model.pk, twin.pk], "filter_json": {}, "precision": None, "objects": 9})
PredictionPreview.objects.create(job=preview, waiting=99, rows=[
    [some.pk, None, first.taxon_id, 0.9, second.taxon_id, 0.8] for some in Object.objects.filter(project=project)[:9]])
Object.objects.filter(project=project, state="P").update(score=0.9)
predicted = Object.objects.filter(project=project, state="P")[0].taxon_id
taxa = [first.taxon_id, predicted]
group = DuplicateGroup.objects.create(project=project, place=1, is_contradictory=True, is_exact=False, distance=0.002)
for one in (first, second):
    DuplicateMember.objects.create(group=group, object=one)
some = Object.objects.filter(project=project)[:50]
vectors = np.random.default_rng(0).normal(size=(len(some), 4))
keep_embeddings(space=space_of(model, 4), project_id=project.pk, ids=[one.pk for one in some], vectors=vectors)
print(check.pk, blind.pk, judged.pk, end=" ")
probes = {"knn_accuracy": 0.5, "linear_accuracy": 0.6}
backbone = Backbone.objects.create(name="Learnt alone", owner=root, is_ready=True,
    metrics={"images": 900, "labelled": 90, "held_out": 30, "epoch": 2, "dimensions": 512, "minutes": 3.0,
             "device": "cpu", **probes},
    history=[{"epoch": n, "loss": 4 - n, **probes} for n in (1, 2)])
backbone.projects.add(project)
print(backbone.pk, end=" ")
clustering = Clustering.objects.create(
    project=project, user=root, job_id=1, objects_seen=9, objects_clustered=9)
group = Cluster.objects.create(clustering=clustering, project=project, number=3, size=0, is_group=True)
for number in (1, 2):
    cluster = Cluster.objects.create(clustering=clustering, project=project, number=number, size=9, parent=group)
    ClusterMember.objects.bulk_create(ClusterMember(cluster=cluster, object=some, distance=n) for n, some in enumerate(
        Object.objects.filter(project=project, state__in="UP").order_by("id")[9 * number:][:9]))
print(cluster.pk, end=" ")
update = PackageUpdate.objects.create(project=project, user=root, file_name="tow.zip", changed=1,
    applied=timezone.now(), columns=[{"level": "object", "column": "latitude", "values": 1}], labels={"changes": 1})
update.package_labels.create(object_id=first.pk, version=1, outcome="changes", from_state="U", name="Oithona",
    state="V")
part = Correction.objects.create(project=project, user=root, source="pack", level="object", rows=1,
    columns=["latitude"], package=update, applied=timezone.now())
part.values.create(row_id=first.pk, column="latitude", old="43", new="44")
print(preview.pk, *readings, open_trait.pk, project.pk, *taxa, open_one.pk, closed.pk, model.pk, model.job_id, end=" ")
from tests.scans.drawn import furnish
from tests.scans.outlined import ready_segmenter
drawn = furnish(project, root, first)
from annotations.scans.models import Scan
scanned = Scan.objects.get(pk=drawn[0]).parent.acquisition_id
print(update.pk, *drawn, regrouping.pk, first.pk, ready_segmenter(project).pk, scanned)
"""


@pytest.fixture(scope="module")
def paths(site: Site, package) -> list[str]:
    site.command(
        "import_ecotaxa", str(package), "--project", "For everybody", "--user", "root", "--create-taxa"
    )
    check, blind, judged, backbone, cluster, *others = site.shell(FURNISH).split()
    preview, stages, lengths, old, project, taxon, predicted, reading, closed, model, job, *last = others
    update, scan, recipe, waiting, applied, regrouping, example, segmenter, scanned = last
    inside = [
        "",
        "?state=predicted&order=-score&show=size&month=4",
        "?original_id=nothing",
        "?state=wrong",
        "review/",
        "review/taxa/",
        "clusters/",
        "clusters/tree/",
        f"clusters/{cluster}/",
        "thresholds/",
        f"thresholds/{predicted}/",
        "readings/",
        "readings/new/",
        "checks/",
        "checks/new/?state=validated",
        "similarity/",
        "duplicates/",
        f"checks/{check}/",
        f"checks/{blind}/",
        f"checks/{judged}/figures/",
        f"readings/{reading}/",
        f"readings/{closed}/figures/",
        f"readings/{closed}/settle/",
        f"readings/{old}/",
        f"readings/{stages}/figures/",
        f"readings/{stages}/settle/",
        f"readings/{lengths}/figures/",
        "actions/",
        "actions/?person=all",
        "actions/roll-back/?since=2026-01-01",
        "progress/",
        "taxa/",
        f"taxa/{taxon}/",
        "taxa/presets/",
        "taxa/new/",
        "names/",
        "traits/",
        "traits/new/",
        "?trait_values=egg_sac",
        "map/",
        "map/axes/",
        "map/?colour=score&state=predicted",
        "results/?zeros=1&states=validated&states=predicted",
        "results/?by=layer",
        "results/?counts=corrected",
        "results/spectra/?states=validated&states=predicted",
        "results/sections/?quantity=count&states=validated&states=predicted",
        "results/compare/?colour=depth&species=1&states=validated&states=predicted",
        "results/map/?states=validated&states=predicted",
        "results/gradients/?along=month&states=validated&states=predicted",
        "regroupings/",
        "regroupings/new/",
        f"regroupings/{regrouping}/",
        "volumes/",
        "abundance/",
        f"abundance/?taxon={taxon}&volume_unit=l",
        "darwin-core/",
        "public/",
        "public/preview/",
        "trait-tables/",
        "trait-tables/?trait=egg_sac&by=depth",
        "trait-tables/?trait=prosome_length&by=depth",
        f"scans/{scan}/segment/",
        f"scans/acquisitions/{scanned}/",
        "segmentation-recipes/",
        "segmentation-recipes/new/",
        f"segmentation-recipes/{recipe}/",
        "segmentations/",
        f"segmentations/{waiting}/",
        f"segmentations/{applied}/",
        "segmenters/",
        "segmenters/new/",
        "segmenters/import/",
        "export/",
        "import/",
        "import/url/",
        "import/from/packages/",
        "ecotaxa/",
        "mappings/",
        "scans/",
        "scans/new/",
        "scans/new/url/",
        "predict/",
        "retraining/",
        "effort/",
        "settings/",
        "settings/delete/",
        "samples/",
        "tables/acquisitions/",
        "tables/processes/",
        "tables/objects/?state=validated",
        "samples/corrections/",
        f"updates/{update}/",
        f"updates/{update}/?level=object&column=latitude",
        f"updates/{update}/?labels=changes",
        "samples/delete/?all=on",
        "delete/",
        "bin/",
        "move/",
        "moves/",
        "marks/labels/",
    ]
    site_wide = [
        "/",
        "/projects/new/",
        "/projects/bin/",
        "/mentions/",
        "/jobs/",
        f"/jobs/{job}/",
        "/models/",
        f"/models/{model}/",
        "/models/import/",
        "/backbones/",
        "/backbones/new/",
        "/backbones/import/",
        f"/backbones/{backbone}/",
        f"/segmenters/{segmenter}/",
        f"/previews/{preview}/",
        f"/models/compare/?models={model}",
        f"/models/compare/?models={model},{int(model) + 1}",
        "/taxa/?q=c",
        "/taxa/new/",
        f"/taxa/{taxon}/",
        "/taxa/import/",
        "/taxa/merges/",
    ]
    site_wide += [
        f"/public/{project}/",
        f"/public/{project}/objects/",
        f"/public/{project}/objects/{example}/",
        f"/public/models/{model}/",
        f"/models/{model}/public/",
        "/explore/?taxon=Copepoda",
        "/catalogue/",
    ]
    site_wide += [f"/models/new/?project={project}", "/accounts/profile/", "/accounts/password/", "/nowhere/"]
    return site_wide + [f"/projects/{project}/{path}" for path in inside]


def faults(page: Page, rules: dict = RULES) -> list[str]:
    """What axe finds on the page as it is now, or what makes it wider than the screen."""
    if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
        return [f"wider than the screen: {page.evaluate(WIDE)}"]
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    violations = page.evaluate(VIOLATIONS, rules)
    return [f"{v['id']}: {node['target']} {node['html'][:120]}" for v in violations for node in v["nodes"]]


def faults_by_look(page: Page) -> list[str]:
    """On light and on dark ground, and on a phone."""
    faulty = [f"light: {fault}" for fault in faults(page)]
    page.emulate_media(color_scheme="dark")
    faulty += [f"dark: {fault}" for fault in faults(page, COLOURS)]
    page.emulate_media(color_scheme="light")
    faulty += [f"phone: {fault}" for fault in faults_on_a_phone(page)]
    return faulty


def faults_on_a_phone(page: Page) -> list[str]:
    page.set_viewport_size(PHONE)
    if page.locator("#gallery").count():  # is laid out by the width that it has when it comes
        page.reload()
        settle(page)
    faulty = faults(page)
    page.set_viewport_size(DESK)
    return faulty


def settle(page: Page) -> None:
    page.wait_for_function("!document.querySelector('[aria-busy=true]')")


def shifted(page: Page) -> list[str]:
    """Whether what was shown has moved, where the page watches that."""
    value = page.evaluate("window.shifted")
    return [f"shifts by {value:.3f}"] if value > MOST_SHIFTED else []


def unfold(page: Page) -> None:
    """All that a model's page fetches when it is opened, and the objects of a cell of its matrix."""
    for summary in page.locator("details.fold > summary").all():
        summary.click()
    page.wait_for_function("!document.querySelector('.unfolded > [role=status]')")
    if page.locator("[data-cells] td a").count():
        page.locator("[data-cells] td a").first.press("Enter")
        page.locator("#cell h3").wait_for()


def test_a_colour_that_is_parsed_once_is_judged_on_each_ground(page: Page, site: Site) -> None:
    page.goto(site.url)
    page.set_content(
        """<main><p id="faint" style="color:#999;background:#fff">Copepoda</p>
        <p style="color:#999;background:#000">Copepoda</p><p style="color:#000;background:#fff">Copepoda</p></main>"""
    )
    page.evaluate(AXE)
    [fault] = page.evaluate(VIOLATIONS, COLOURS)
    assert [node["target"] for node in fault["nodes"]] == [["#faint"]]


def test_signing_in_has_no_fault(site: Site, browser: Browser) -> None:
    page = browser.new_page(reduced_motion="reduce")
    page.goto(f"{site.url}/accounts/sign-in/")
    assert faults_by_look(page) == []
    page.close()


def test_no_page_has_a_fault(site: Site, browser: Browser, paths: list[str]) -> None:
    faulty = []
    with browser_of("root", site, browser, reduced_motion="reduce") as page:
        page.add_init_script(WATCH)
        page.add_init_script(AXE)  # by `evaluate` it takes an eighth of a second more of each page
        for path in paths:
            page.goto(path)
            settle(page)
            faulty += [f"{path} {fault}" for fault in shifted(page)]
            unfold(page)
            settle(page)
            faulty += [f"{path} {fault}" for fault in faults_by_look(page)]
    assert not faulty, "\n".join(faulty)


def test_no_page_of_a_viewer_has_a_fault(site: Site, browser: Browser, paths: list[str]) -> None:
    """What needs more rights is left out there; what they may not open is a page that says so. On a phone alone: at a
    desk nothing of it looks otherwise than for the administrator."""
    faulty = []
    refusals: set[str] = set()  # the documents that were looked at
    with browser_of("vera", site, browser, reduced_motion="reduce", viewport=PHONE) as page:
        page.add_init_script(AXE)
        for path in paths:
            answer = page.goto(path)
            if answer.status == 403:  # one refusal stands at dozens of addresses
                text = TOKEN.sub("", answer.text())
                if text in refusals:
                    continue
                refusals.add(text)
            settle(page)
            faulty += [f"{path} {fault}" for fault in faults(page)]
    assert not faulty, "\n".join(faulty)


def test_no_dialog_has_a_fault_and_escape_closes_each(page: Page, site: Site, paths: list[str]) -> None:
    bench = next(path for path in paths if re.fullmatch(r"/projects/\d+/", path))
    page.goto(site.url + bench)
    ready(page)
    page.locator(".vignette").first.click()
    faulty = []
    for opener in OPENERS:
        page.get_by_role("button", name=opener, exact=True).click()
        page.locator("dialog[open] :is(h2), [popover]:popover-open").first.wait_for()
        faulty += [f"{opener} {fault}" for fault in faults(page)]
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open], [popover]:popover-open")).to_have_count(0)
        expect(page.locator("#selected")).to_have_text("1 selected")
    assert not faulty, "\n".join(faulty)
