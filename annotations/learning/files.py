"""Where the files of models and learning sets lie: in folders that all machines share, or in the bucket.

Their rows say which: `artefact` is the key in the bucket, and empty for what was made in a folder, also on a site that
got its bucket later. That one is used where it lies, and no other machine has it.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from django.conf import settings

from annotations.jobs.errors import JobError
from annotations.learning.models import Backbone, LearningSet, Model
from annotations.pictures.artefacts import is_folder
from annotations.pictures.packing import adopt_folder, store_folder, stored_folder

MODELS, LEARNING_SETS, BACKBONES = "models", "learning_sets", "backbones"


def model_folder(model: Model) -> Path:
    """Where its files lie without a bucket, and where they are made."""
    return settings.MODELS_FOLDER / model.folder_name


def backbone_folder(backbone: Backbone) -> Path:
    """Where its files lie without a bucket, and where they are made."""
    return settings.MODELS_FOLDER / f"backbone-{backbone.pk}"


def learning_set_folder(learning_set: LearningSet) -> Path:
    """Where its file lies without a bucket, and where it is made."""
    if learning_set.folder:
        return settings.SESTON_HOME / learning_set.folder
    return settings.LEARNING_SETS_FOLDER / str(learning_set.pk)


def files_of_model(model: Model) -> AbstractContextManager[Path]:
    """Its folder on this machine, which stays while it is used. Raises JobError where the bucket has lost it."""
    lost = f"The files of {model.name} are gone from the storage: train it again."
    return files_here(model.artefact, model_folder(model), lost)


def files_of_backbone(backbone: Backbone) -> AbstractContextManager[Path]:
    """Its folder on this machine, which stays while it is used. Raises JobError where the bucket has lost it."""
    lost = f"The files of {backbone.name} are gone from the storage: pretrain it again."
    return files_here(backbone.artefact, backbone_folder(backbone), lost)


def files_of_set(learning_set: LearningSet) -> AbstractContextManager[Path]:
    """The folder of a frozen set on this machine, which stays while it is used; its file is `facts["file"]`.

    Out of the bucket pictures are named by their keys, and the folder is where copies of them belong. Raises JobError
    where the bucket has lost it.
    """
    lost = f"The file of {learning_set.name} is gone from the storage: freeze it again."
    return files_here(learning_set.artefact, learning_set_folder(learning_set), lost)


def store_model(folder: Path, kind: str = MODELS) -> str:
    """Stores the finished files of a model, or of a backbone. Returns their key: none where they lie in folders."""
    files = {path.name: path for path in folder.iterdir() if path.is_file()}
    # named so that the sweep knows whose job it is: `.packed.training-12-1.part`
    draft = folder.with_name(f".packed{folder.name}.part")
    return "" if is_folder() else store_folder(kind, files, draft)


def store_set(name: str, path: Path, draft: Path) -> str:
    """Stores the finished file of a learning set under this name, packed at `draft` on its way. Returns as above."""
    return "" if is_folder() else store_folder(LEARNING_SETS, {name: path}, draft)


def keep_as_copy(key: str, folder: Path) -> None:
    """What was made here and lies in the bucket now goes on as this machine's copy of it."""
    if key and folder.exists():
        adopt_folder(key, folder)


@contextmanager
def files_here(artefact: str, folder: Path, lost: str) -> Iterator[Path]:
    """The `folder`, or, of what lies in the bucket under the key `artefact`, a copy on this machine. Raises JobError
    with the sentence `lost` where the bucket has it no more."""
    if not artefact:
        yield folder
        return
    with stored_copy(artefact, lost) as copy:
        yield copy


@contextmanager
def stored_copy(key: str, lost: str) -> Iterator[Path]:
    """What the bucket has under the key, as a folder on this machine. Raises JobError with the sentence `lost`."""
    with ExitStack() as stack:
        try:
            copy = stack.enter_context(stored_folder(key))
        except FileNotFoundError as error:
            raise JobError(lost) from error
        yield copy
