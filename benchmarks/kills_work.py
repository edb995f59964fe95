"""The jobs that `kills` disturbs, and what each leaves: in the words of the package, for numbers of rows differ."""

import hashlib
import shutil
import zipfile
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import QuerySet

from annotations.accounts.models import User
from annotations.demo.package import write_package
from annotations.exports.actions import export_path, start_export
from annotations.imports.actions import start_import
from annotations.imports.origins.places import Incoming
from annotations.jobs.models import Job
from annotations.learning.actions import start_prediction, start_training
from annotations.learning.models import Model
from annotations.projects.actions import create_project
from annotations.projects.models import Project

OBJECTS = """
SELECT f.original_id, t.display_name, o.state, round(o.score::numeric, 2), u.first_name || u.last_name, o.version,
       md5(f."values"::text || f.texts::text),
       (SELECT string_agg(i.file_name || i.key || i.rank, ' ' ORDER BY i.rank) FROM samples_image i
        WHERE i.object_id = o.id),
       (SELECT count(*) FROM labels_change c WHERE c.object_id = o.id),
       (SELECT count(*) FROM learning_prediction p WHERE p.object_id = o.id AND p.is_current),
       (SELECT count(*) FROM similarity_embedding e WHERE e.object_id = o.id)
FROM samples_object o JOIN samples_objectfields f ON f.object_id = o.id
LEFT JOIN taxonomy_taxon t ON t.id = o.taxon_id LEFT JOIN accounts_user u ON u.id = o.annotator_id
WHERE o.project_id = %s ORDER BY f.original_id
"""
TALLY = """
SELECT t.display_name, y.state, sum(y.count)::bigint FROM labels_tally y LEFT JOIN taxonomy_taxon t ON t.id = y.taxon_id
WHERE y.project_id = %s GROUP BY 1, 2 HAVING sum(y.count) <> 0 ORDER BY 1, 2
"""
BATCHES = "SELECT kind, changed FROM labels_batch WHERE project_id = %s ORDER BY id"
HELD_OUT = """
SELECT f.original_id, h.fold, round(h.score::numeric, 2) FROM learning_heldout h
JOIN samples_objectfields f ON f.object_id = h.object_id WHERE h.model_id = %s ORDER BY 1
"""
FEW = 100  # objects to learn from
KINDS = ("import", "train", "predict", "export")


class Works:
    """Each import makes a project, each prediction is of one where nothing was predicted; the first is exported."""

    def __init__(self, home: Path, objects: int, network: dict[str, Any]):
        self.network = network
        self.package = home / "drawn.zip"
        write_package(self.package, objects)
        self.user = User.objects.filter(username="kills").first() or User.objects.create_superuser("kills")
        self.first: Project | None = None
        self.learnt_from = create_project(title="Kills: to learn from", owner=self.user)
        write_package(home / "few.zip", FEW, settled=0.9)
        few = {"project": self.learnt_from.title, "create_taxa": True, "stdout": StringIO()}
        call_command("import_ecotaxa", str(home / "few.zip"), **few)

    def start(self, kind: str) -> int:
        job: Job = getattr(self, f"_start_{kind}")()
        return job.pk

    def _start_import(self) -> Job:
        """Of a copy among the uploads, which must be gone when the job has ended."""
        project = create_project(title="Kills", owner=self.user)
        self.first = self.first or project
        upload = settings.UPLOADS_FOLDER / f"kills-{project.pk}.zip"
        upload.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.package, upload)
        return start_import(project=project, user=self.user, incoming=Incoming(upload, "drawn.zip"))

    def _start_train(self) -> Job:
        return start_training(user=self.user, projects=[self.learnt_from], name="Kills", **self.network)

    def _start_predict(self) -> Job:
        model = Model.objects.filter(is_ready=True).order_by("pk").first()
        project = self._unpredicted().first()
        assert model is not None and project is not None
        return start_prediction(user=self.user, project=project, model=model)

    def has_unpredicted(self) -> bool:
        return self._unpredicted().exists()

    def _unpredicted(self) -> QuerySet[Project]:
        imported = Project.objects.filter(title="Kills", jobs__kind="import_package", jobs__state="done")
        predicted = Job.objects.filter(kind="predict").values("project")
        return imported.exclude(pk__in=predicted).order_by("-pk")

    def _start_export(self) -> Job:
        assert self.first is not None
        return start_export(project=self.first, user=self.user)

    # --- What there is then -------------------------------------------------------------------------------------------

    def is_finished(self, job: int) -> bool:
        return Job.objects.get(pk=job).is_finished

    def attempt(self, job: int) -> int:
        return Job.objects.get(pk=job).attempt

    def message(self, job: int) -> str:
        ended = Job.objects.get(pk=job)
        return f"{ended.state}, claim {ended.attempt}: {ended.message}"

    def left_by(self, kind: str, job_id: int) -> dict[str, Any]:
        """By name of what was looked at, so that a difference can be named."""
        job = Job.objects.get(pk=job_id)
        left: dict[str, Any] = {"state": job.state, "message": job.message, "errors": job.errors}
        left["upload"] = bool(job.params.get("path")) and Path(job.params["path"]).exists()
        if kind in ("import", "predict"):
            queries = {"objects": OBJECTS, "tally": TALLY, "batches": BATCHES}
            left |= {name: _rows(sql, job.project_id) for name, sql in queries.items()}
        if kind == "export":
            left["package"] = _contents(export_path(job))
        if kind == "train" and job.state == "done":
            model = Model.objects.get(pk=job.params["model"])
            figures = ("accuracy", "macro_f1", "n_train", "n_held_out")
            left |= {name: round(model.metrics[name], 6) for name in figures}
            left["curves"] = [epoch["epoch"] for epoch in model.history]
            left["held out"] = _rows(HELD_OUT, model.pk)
        return left

    def difference(self, measure: dict[str, Any], left: dict[str, Any]) -> str:
        words = []
        for name in measure:
            if measure[name] != left.get(name):
                words.append(f"{name}: {_brief(measure[name], left.get(name))}")
        return "; ".join(words)


def _brief(measure: Any, left: Any) -> str:
    if not isinstance(measure, list) or not isinstance(left, list):
        return f"{left!r} in place of {measure!r}"
    differ = [pair for pair in zip(measure, left, strict=False) if pair[0] != pair[1]]
    return f"{len(left)} rows in place of {len(measure)}, {len(differ)} differ, such as {differ[:1]}"


def _rows(sql: str, number: int | None) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [number])
        return cursor.fetchall()


def _contents(path: Path) -> list[tuple[str, str]]:
    """Names and digests of what a zip holds."""
    with zipfile.ZipFile(path) as package:
        return [(name, hashlib.sha256(package.read(name)).hexdigest()) for name in sorted(package.namelist())]
