"""What an interrupted training goes on from: one file after each epoch, and one for each network that is done."""

from dataclasses import asdict

import torch

from classifier.contract.messages import TrainRequest
from classifier.run_folder import RunFolder

NAME = "checkpoint.pt"
PLACES = ("manifest", "out")  # of a request: whoever takes a job up has a folder of another name


def key(request: TrainRequest, fingerprint: str, member: int) -> dict:
    """What tells one training from another: `fingerprint` is that of its learning set."""
    settings = {name: value for name, value in asdict(request).items() if name not in PLACES}
    return {"settings": settings, "learning_set": fingerprint, "member": member}


def write(folder: RunFolder, state: dict, name: str = NAME) -> None:
    """Whole or not at all: a run may be killed while it writes."""
    draft = folder / f".{name}.draft"
    torch.save(state, draft)
    draft.replace(folder / name)


def read(folder: RunFolder, key: dict, device: torch.device, name: str = NAME) -> dict | None:
    """The state that was written under the same `key`, which tells one training from another."""
    path = folder / name
    if not path.exists():
        return None
    state = torch.load(path, map_location=device, weights_only=True)
    return state if state["key"] == key else None


def member_name(member: int) -> str:
    return f"member{member}.pt"


def remove(folder: RunFolder) -> None:
    """When the model's folder is complete."""
    for path in (folder / NAME, *folder.path.glob("member*.pt")):
        path.unlink(missing_ok=True)
