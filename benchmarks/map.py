"""The map of many objects in a browser without a graphics card: `python -m benchmarks.map 200000 1000000`.

A site of its own draws plankton, grows it to so many objects and embeds them in heaps; headless Chromium opens the map,
drags it for some seconds and says how long all took, how many bytes came, and how much memory the page and the web
process took. `--layout 100000 --dimensions 128` measures a layout alone.
"""

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from annotations.demo.package import write_package
from classifier.statistics.components import PrincipalComponents
from tests.browser.site import Site, running_site

DIMENSIONS, HEAPS = 64, 60
MIB = 2**20
SECONDS = 4  # of dragging
EMBED = """
import numpy as np
from annotations.learning.models import Model
from annotations.projects.models import Project
from annotations.samples.models import Object
from annotations.similarity.actions import keep_embeddings, space_of
project = Project.objects.get(title={title!r})
space = space_of(Model.objects.create(name="benchmark"), {dimensions})
ids = list(Object.objects.filter(project=project).order_by("id").values_list("pk", flat=True))
rng = np.random.default_rng(1)
middles = rng.normal(size=({heaps}, {dimensions}))
for start in range(0, len(ids), 20_000):
    part = ids[start:start + 20_000]
    vectors = middles[np.array(part) % {heaps}] + rng.normal(0, 0.4, (len(part), {dimensions}))
    keep_embeddings(space=space, project_id=project.pk, ids=part, vectors=vectors)
"""
DRAG = """(seconds) => new Promise((resolve) => {
  const frame = document.getElementById("map-frame"), gaps = [];
  const at = (type, x, y) => frame.dispatchEvent(new PointerEvent(type, {
    bubbles: true, pointerId: 1, button: 0, clientX: x, clientY: y }));
  frame.setPointerCapture = () => {};
  at("pointerdown", 700, 400);
  const start = performance.now();
  let before = start;
  const step = (now) => {
    gaps.push(now - before);
    before = now;
    at("pointermove", 700 + 150 * Math.sin(now / 400), 400 + 100 * Math.cos(now / 500));
    if (now - start < 1000 * seconds) return requestAnimationFrame(step);
    at("pointerup", 700, 400);
    resolve(gaps.slice(5));
  };
  requestAnimationFrame(step);
})"""
BYTES = """() => {
  const points = performance.getEntriesByType("resource").find(({ name }) => name.includes("/map/points/"));
  return [points.encodedBodySize, points.decodedBodySize];
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*")
    parser.add_argument("--layout", type=int, nargs="*", default=[])
    parser.add_argument("--dimensions", type=int, default=DIMENSIONS)
    options = parser.parse_args()
    for count in options.layout:
        _measure_layout(count, options.dimensions)
    for count in options.sizes:
        with _site_of(count) as (site, address):
            _measure_page(site, address, count)


def _measure_layout(count: int, dimensions: int) -> None:
    from classifier.projection.layout import laid_out  # loads numba: only who measures it waits for that

    rng = np.random.default_rng(1)
    middles = rng.normal(size=(HEAPS, dimensions))
    vectors = (middles[np.arange(count) % HEAPS] + rng.normal(0, 0.4, (count, dimensions))).astype(np.float32)
    started = time.perf_counter()
    start = PrincipalComponents.of(vectors).apply(vectors)[:, :2]
    print(f"{count:,}: principal components {time.perf_counter() - started:.1f} s", flush=True)
    started = time.perf_counter()
    near: list[float] = []

    def on_epoch(done: int, total: int) -> None:
        near[:] = near or [time.perf_counter() - started]

    laid_out(vectors, start, on_near=lambda done, total: None, on_epoch=on_epoch)
    took = time.perf_counter() - started
    print(f"{count:,}: UMAP {took:.0f} s, of these {near[0]:.0f} s until it begins to lay out", flush=True)


@contextmanager
def _site_of(count: int) -> Iterator[tuple[Site, str]]:
    title = "Many"
    with tempfile.TemporaryDirectory() as home, running_site(Path(home, "site")) as site:
        package = Path(home, "plankton.zip")
        write_package(package, objects=200, samples=4)
        address = site.project(title, package, create_taxa=True)
        site.command("grow_project", title, "--objects", str(count))
        site.shell(EMBED.format(title=title, dimensions=DIMENSIONS, heaps=HEAPS))
        yield site, address


def _measure_page(site: Site, address: str, count: int) -> None:
    with sync_playwright() as playwright:
        names = ("chromium-headless-shell", "chromium", "chromium-browser")
        path = next(filter(None, map(shutil.which, names)), None)
        browser = playwright.chromium.launch(executable_path=path, args=["--enable-precise-memory-info"])
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.add_cookies([{"name": "sessionid", "value": site.session("alice"), "url": site.url}])
        page = context.new_page()
        web = _process_of("web")
        before = _resident(web, "VmRSS")
        _forget_peak(web)
        for name in ("first", "again"):
            _open(page, f"{address}map/", f"{count:,}, {name}")
        packed, plain = page.evaluate(BYTES)
        print(f"{count:,}: {packed / MIB:.1f} MiB sent, {plain / MIB:.1f} MiB unpacked")
        print(f"{count:,}: web process {before:.0f} MiB before, at most {_resident(web, 'VmHWM'):.0f} MiB")
        gaps = np.array(page.evaluate(DRAG, SECONDS))
        print(
            f"{count:,}: {1000 / gaps.mean():.0f} frames/s while dragged, slowest of 20 "
            f"{np.quantile(gaps, 0.95):.0f} ms; page {_resident(_process_of('--type=renderer'), 'VmRSS'):.0f} MiB, "
            f"graphics {_resident(_process_of('--type=gpu-process'), 'VmRSS'):.0f} MiB",
            flush=True,
        )
        browser.close()


def _process_of(words: str) -> int:
    """The largest process below this one, of its site by name, or of its browser by words of its command line."""
    own = [
        pid
        for pid in _below(os.getpid())
        if words == Path(f"/proc/{pid}/comm").read_text().strip()
        or words in Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    ]
    return max(own, key=lambda pid: _resident(pid, "VmRSS"))


def _below(pid: int) -> Iterator[int]:
    children = (path.read_text().split() for path in Path(f"/proc/{pid}/task").glob("*/children"))
    for child in (int(text) for some in children for text in some):
        yield child
        yield from _below(child)


def _resident(pid: int, line: str) -> float:
    """MiB: `VmRSS` of now, `VmHWM` the most since the process was started or `_forget_peak` asked to forget."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(text.split()[1]) / 1024 for text in lines if text.startswith(line))


def _forget_peak(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def _open(page: Page, address: str, words: str) -> None:
    page.goto(address, timeout=300_000)
    page.wait_for_selector("[data-drawn]", timeout=300_000)
    first, took, drawn = page.evaluate(
        "(({ first, took, drawn }) => [first, took, drawn])(document.getElementById('object-map').dataset)"
    )
    print(f"{words}: first points {int(first) / 1000:.1f} s, all {int(drawn):,} {int(took) / 1000:.1f} s")


if __name__ == "__main__":
    main()
