"""The kinds of long work of this app; where each is done says `done_by`."""

from annotations.jobs.registry import ResultPage, declare_job

MODEL = ResultPage("Open the model", "learning:detail", "result.model")

freeze_set = declare_job(
    "freeze_set",
    title="Learning set",
    alone_by=("learning_set",),
    done_by="worker.learning.sets",
    pages=(ResultPage("Look at the learning set", "learning_sets:detail", "result.learning_set"),),
)
train = declare_job(
    "train",
    title="Training",
    queue="gpu",
    alone_by=("model",),
    done_by="worker.learning.job",
    again_by="annotations.learning.rerunning:train_again",
    pages=(
        MODEL,
        ResultPage("Watch the curves", "learning:detail", "params.model", while_running=True, is_next=False),
    ),
)
predict = declare_job(
    "predict",
    title="Prediction",
    queue="gpu",
    alone_by=("project",),
    done_by="worker.prediction.job",
    again_by="annotations.learning.rerunning:predict_again",
    keeps_former=True,
    pages=(ResultPage("Review the predictions", "review:queue"),),
    part="learning/parts/prediction_job.html",
)
preview_prediction = declare_job(
    "preview_prediction",
    title="Preview of a prediction",
    queue="gpu",
    alone_by=("project",),
    done_by="worker.prediction.previewing",
    again_by="annotations.learning.rerunning:preview_again",
    pages=(ResultPage("Look at what would change", "learning:preview", "result.preview"),),
)
export_model = declare_job(
    "export_model",
    title="Export of a model",
    queue="gpu",
    alone_by=("model", "format"),
    done_by="worker.learning.model_folders",
    makes="model_{job}.zip",
    made="the model",
    again_by="annotations.learning.rerunning:export_again",
)
import_model = declare_job(
    "import_model",
    title="Import of a model",
    queue="gpu",
    done_by="worker.learning.model_folders",
    pages=(MODEL,),
)
pretrain = declare_job(
    "pretrain",
    title="Pretraining",
    queue="gpu",
    alone_by=("backbone",),
    done_by="worker.learning.pretraining",
    again_by="annotations.learning.rerunning:pretrain_again",
    pages=(
        ResultPage("Open the backbone", "backbones:detail", "result.backbone"),
        ResultPage(
            "Watch the curves", "backbones:detail", "params.backbone", while_running=True, is_next=False
        ),
    ),
)
export_backbone = declare_job(
    "export_backbone",
    title="Export of a backbone",
    queue="gpu",
    alone_by=("backbone",),
    done_by="worker.learning.backbone_folders",
    makes="backbone_{job}.zip",
    made="the backbone",
    again_by="annotations.learning.rerunning:export_backbone_again",
)
import_backbone = declare_job(
    "import_backbone",
    title="Import of a backbone",
    queue="gpu",
    done_by="worker.learning.backbone_folders",
    pages=(ResultPage("Open the backbone", "backbones:detail", "result.backbone"),),
)
measure_device = declare_job(
    "measure_device",
    title="Measuring how fast trainings are",
    queue="gpu",
    alone_by=("project",),
    done_by="worker.learning.speed",
    again_by="annotations.learning.rerunning:measure_device_again",
)
