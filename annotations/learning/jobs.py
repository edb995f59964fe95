"""The kinds of long work of this app; where each is done says `done_by`."""

from annotations.jobs.registry import declare_job

freeze_set = declare_job(
    "freeze_set", title="Learning set", alone_by=("learning_set",), done_by="worker.learning_sets"
)
train = declare_job(
    "train",
    title="Training",
    queue="gpu",
    alone_by=("model",),
    done_by="worker.learning",
    again_by="annotations.learning.again:train_again",
)
predict = declare_job(
    "predict",
    title="Prediction",
    queue="gpu",
    alone_by=("project",),
    done_by="worker.predicting",
    again_by="annotations.learning.again:predict_again",
    keeps_former=True,
)
export_model = declare_job(
    "export_model",
    title="Export of a model",
    queue="gpu",
    alone_by=("model", "format"),
    done_by="worker.model_folders",
    makes="model_{job}.zip",
    again_by="annotations.learning.again:export_again",
)
import_model = declare_job(
    "import_model", title="Import of a model", queue="gpu", done_by="worker.model_folders"
)
measure_device = declare_job(
    "measure_device",
    title="Measuring how fast trainings are",
    queue="gpu",
    alone_by=("project",),
    done_by="worker.speed",
    again_by="annotations.learning.again:measure_device_again",
)
