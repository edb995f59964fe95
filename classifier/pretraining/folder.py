"""A backbone's folder, in the shape of a model's: models start from it, and it embeds pictures.

model.safetensors   weights, named as in a network's folder (`features.…`)
config.json         `method` backbone, what it is built from, preprocessing, settings, versions
metrics.json        what the probes said, how much it has seen, minutes
README.md           its card, for people
history.jsonl       one line an epoch
"""

import hashlib
from importlib.metadata import version

from safetensors.torch import save_file

from classifier.contract.pretraining import LOSSES, PretrainRequest
from classifier.data.letterbox import VERSION as LETTERBOX
from classifier.inference.config import LIBRARIES
from classifier.inference.formats import BACKBONE, FORMAT
from classifier.methods.frozen import FEATURES
from classifier.pretraining.loop import Pretrainer
from classifier.run_folder import RunFolder

WEIGHTS = "model.safetensors"
FILES = (WEIGHTS, "config.json", "metrics.json", "README.md", "history.jsonl")


def write_backbone(
    folder: RunFolder, request: PretrainRequest, pretrainer: Pretrainer, metrics: dict
) -> None:
    """`config.json` last: with it the folder is a backbone."""
    network = pretrainer.average.network
    weights = {
        FEATURES + name: value.cpu().contiguous() for name, value in network.features.state_dict().items()
    }
    save_file(weights, folder / WEIGHTS)
    preprocessing = {"version": LETTERBOX, "image_size": request.side}
    config = {
        "format": FORMAT,
        "method": BACKBONE,
        "preprocessing": preprocessing,
        "preprocessing_hash": hashlib.sha256(repr(preprocessing).encode()).hexdigest()[:16],
        "fitted": {
            "network": network.shape.as_json(),
            "preprocessing": pretrainer.preprocessing.as_json(),
            "dimensions": network.width,
        },
        "settings": request.settings | {"epochs": pretrainer.epochs},
        "versions": {name: version(name) for name in LIBRARIES},
    }
    folder.write_json("metrics.json", metrics)
    (folder / "README.md").write_text(backbone_card(config, metrics))
    folder.write_json("config.json", config)


def backbone_card(config: dict, metrics: dict) -> str:
    """What a person should know who finds the folder."""
    settings, network = config["settings"], config["fitted"]["network"]
    lines = [
        f"# {network['backbone']}, pretrained without labels",
        "",
        f"{LOSSES[settings['loss']]}.",
        "",
        f"- Learnt from {metrics['images']:,} images at {network['image_size']} pixels, {settings['epochs']} epochs, "
        f"{metrics['minutes']:.0f} minutes on {metrics['device']}.",
        f"- Gives {metrics['dimensions']} features of a grey picture; the true size stands beside them.",
        *_probes(metrics),
        "",
        "It names nothing by itself: a model starts from it, and its features sort pictures by similarity.",
        "",
    ]
    return "\n".join(lines)


def _probes(metrics: dict) -> list[str]:
    if "knn_accuracy" not in metrics:
        return ["- Nothing was labelled to look at it by."]
    return [
        f"- Of {metrics['held_out']:,} labelled objects whose pictures it had not seen, the {metrics['labelled']:,} "
        f"others' nearest neighbours name {metrics['knn_accuracy']:.1%} right, a linear classifier "
        f"{metrics['linear_accuracy']:.1%}."
    ]
