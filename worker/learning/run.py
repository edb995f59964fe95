"""What trainings share: a claim's own folder, in which a row becomes a model, a backbone or a segmenter, and steps
that reach the job's row and the page with the curves.
"""

import shutil
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.jobs.transient import DATABASE_ERRORS
from annotations.learning.files import keep_as_copy, store_model
from annotations.learning.models import Backbone, Model
from annotations.scans.segmenters.models import Segmenter
from classifier.run_folder import RunFolder

WHOSE = "made.txt"  # when the row was made that the folder belongs to
StageShares = Mapping[str, tuple[float, float]]  # a stage of the classifier to where it lies on the whole bar


@dataclass(frozen=True)
class LearningRun:
    """What learns: the row that it fills, where its folder lies at the end, and what its files are in the bucket."""

    row: Model | Backbone | Segmenter
    place: Path
    kind: str  # of `files.py`
    shares: StageShares
    job: Job
    progress: Progress

    def claim(self) -> None:
        if self.row.job != self.job:  # a command makes its job itself
            with self.progress.fenced():
                self.row.job = self.job
                self.row.save(update_fields=["job"])

    def learn(self, make: Callable[[Path], dict], keep: Callable[[Path, dict, str], None]) -> None:
        """`make` fills a folder, where `finished` finds what a killed worker had made, and returns its figures; `keep`
        writes folder, figures and key into the row. Done twice it does nothing.
        """
        if "trained" not in self.job.checkpoint:
            folder = self._work_folder()
            metrics = make(folder)
            artefact = store_model(folder, self.kind)
            with self.progress.fenced():
                keep(folder, metrics, artefact)
                self.progress.checkpoint(trained=True)
                self._put_in_place(folder)

    def keep_copy(self) -> None:
        keep_as_copy(self.row.artefact, self.place)

    # --- Folders ------------------------------------------------------------------------------------------------------

    def _work_folder(self) -> Path:
        """This claim's own, with what an earlier one left: whoever was overtaken finds its folder gone, and writes
        nothing.

        Another database may have left one for a row of this number: what is not of this one is not taken for it.
        """
        work = settings.MODELS_FOLDER / f"{self._prefix}{self.job.attempt}"
        whose = self.row.created.isoformat()
        for former in [*self._left_by_earlier_claims(), self.place]:
            about = former / WHOSE
            if not work.exists() and about.exists() and about.read_text() == whose:
                former.rename(work)
        if not work.exists():
            work.mkdir(parents=True)
            (work / WHOSE).write_text(whose)
        return work

    @property
    def _prefix(self) -> str:
        return f".{self.job.kind}ing-{self.job.pk}-"

    def _left_by_earlier_claims(self) -> list[Path]:
        """The last one first."""
        folders = settings.MODELS_FOLDER.glob(f"{self._prefix}*")
        return sorted(folders, key=lambda folder: int(folder.name.rsplit("-", 1)[1]), reverse=True)

    def _put_in_place(self, work: Path) -> None:
        shutil.rmtree(self.place, ignore_errors=True)
        work.rename(self.place)

    # --- Steps --------------------------------------------------------------------------------------------------------

    def report(self, step: dict) -> None:
        """Passes a step of the classifier on to the job's row, and the curves to the page of the row."""
        # decoding and measuring have no curves of their own: those that there are stay
        if "history" in step and len(step["history"]) != len(self.row.history):
            self._keep_curves(list(step["history"]))
        with self.progress.part(*self.shares.get(step["stage"], (0, 0))):  # others take no time to speak of
            self.progress.update(step["done"], step["total"], step["message"])

    def _keep_curves(self, history: list[dict]) -> None:
        """It goes on while the database is away: the next epoch, or the end, brings the curves of this one."""
        self.row.history = history
        try:
            with self.progress.fenced():
                self.row.save(update_fields=["history"])
                self.progress.checkpoint(epochs=len(history))
        except DATABASE_ERRORS:
            connection.close()


def remove_all_but(folder: Path, names: Collection[str]) -> None:
    """Leaves the files of these names: lists that name objects, copies of pictures and caches go."""
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name not in names:
            path.unlink()


def finished(folder: Path) -> dict | None:
    """The figures of a run whose worker died when all but the rows of the database was written."""
    is_whole = (folder / "config.json").exists() and not (folder / "checkpoint.pt").exists()
    return RunFolder(folder).read_json("metrics.json") if is_whole else None
