"""The job that trains a segmenter: outlines of a project's scans become a network.

Killed at any point and taken up again it learns from the same masks, goes on from the last epoch and ends in the same
weights.
"""

from pathlib import Path

from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.scans import jobs
from annotations.scans.segmenters.accuracy import sentence_of
from annotations.scans.segmenters.files import SEGMENTERS, segmenter_folder
from annotations.scans.segmenters.models import Segmenter
from classifier.contract.segmentation import SegmentationRecipe
from classifier.run_folder import RunFolder
from classifier.segmentation.unet.comparing import threshold_figures
from worker.errors import classifier_errors
from worker.learning.run import WHOSE, LearningRun, StageShares, finished, remove_all_but
from worker.segmenters.examples import EXAMPLES, write_examples
from worker.segmenters.kinds import LEARNERS
from worker.segmenters.masks import learning_files

COMPARISON = "comparison.json"
SHARES: StageShares = {"decode": (0.02, 0.1), "train": (0.1, 0.95), "measure": (0.95, 0.97)}  # of the bar


@jobs.train_segmenter.work
def train_segmenter(job: Job, progress: Progress) -> dict:
    segmenter = Segmenter.objects.select_related("project", "recipe").get(pk=job.params["segmenter"])
    run = LearningRun(segmenter, segmenter_folder(segmenter), SEGMENTERS, SHARES, job, progress)
    run.claim()
    run.learn(lambda folder: _made(segmenter, folder, run), lambda *made: _keep_result(segmenter, *made))
    run.keep_copy()
    return {"segmenter": segmenter.pk, "message": sentence_of(segmenter)}


def _made(segmenter: Segmenter, folder: Path, run: LearningRun) -> dict:
    learner, progress = LEARNERS[segmenter.kind], run.progress
    metrics = finished(folder)
    if metrics is None or not (folder / EXAMPLES).exists():
        with classifier_errors(), progress.part(0, SHARES["decode"][0]):
            files = learning_files(segmenter, folder, progress)
            with files as (manifest, scans):
                if metrics is None:
                    metrics = learner.learn(
                        manifest, folder, segmenter.settings, run.report, progress.should_stop
                    )
                RunFolder(folder).write_json(COMPARISON, _of_recipe(segmenter, manifest, progress))
                write_examples(learner.load(folder), scans, folder)
    remove_all_but(folder, (*learner.files, EXAMPLES, COMPARISON, WHOSE))
    return metrics


def _of_recipe(segmenter: Segmenter, manifest: Path, progress: Progress) -> dict | None:
    """What the threshold of the recipe makes of the held-out scan, against the same outlines."""
    if segmenter.recipe is None:
        return None
    recipe = SegmentationRecipe.checked(segmenter.recipe.settings)
    return threshold_figures(manifest, recipe, progress.should_stop)


def _keep_result(segmenter: Segmenter, folder: Path, metrics: dict, artefact: str) -> None:
    segmenter.metrics, segmenter.artefact, segmenter.is_ready = metrics, artefact, True
    segmenter.history = RunFolder(folder).read_history()
    segmenter.examples = RunFolder(folder).read_json(EXAMPLES)
    segmenter.recipe_figures = RunFolder(folder).read_json(COMPARISON)
    segmenter.save(update_fields=["metrics", "artefact", "is_ready", "history", "examples", "recipe_figures"])
