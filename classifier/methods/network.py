"""The fine-tuned network: a backbone that learns taxa and traits together, alone or as an ensemble."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from classifier.contract.errors import ClassifierError
from classifier.contract.messages import TrainRequest
from classifier.data.learning_set import LearningSet
from classifier.inference.device import choose_device, set_up_cpu
from classifier.inference.formats import BACKBONE, read_config
from classifier.models.network import Architecture, Network
from classifier.models.preprocessing import Preprocessing, unit_grey
from classifier.models.trait_heads import NumberScale, read
from classifier.models.views import views_of
from classifier.outputs import Outputs, PictureBatch
from classifier.run_folder import RunFolder
from classifier.training import checkpoint, distributed
from classifier.training.examples import Examples
from classifier.training.loop import OnProgress, Run, ShouldStop, Trainer
from classifier.training.precision import predicts_in_bfloat16, repeatable

WEIGHTS = "model.safetensors"
AT_ONCE = 256  # pictures


class NetworkMethod:
    def fit(
        self,
        learning_set: LearningSet,
        request: TrainRequest,
        folder: RunFolder,
        on_progress: OnProgress,
        should_stop: ShouldStop,
    ) -> "FittedNetwork":
        """Under torchrun every process calls it, and all get the same weights.

        Leaves a checkpoint in the folder, which `checkpoint.remove` takes away when the model is written.
        Raises ClassifierError, and Cancelled when `should_stop` says so.
        """
        set_up_cpu(request.threads, leaves_a_core=True)
        device = choose_device(request.device)
        with repeatable(device):
            examples = Examples.of(learning_set, device)
            run = Run(request, folder, device, on_progress, should_stop)
            done: list[Member] = []
            for number in range(max(request.members, 1)):
                done.append(_member(run, examples, number, [line for one in done for line in one.history]))
        return FittedNetwork(
            networks=[member.network for member in done],
            preprocessing=examples.preprocessing,
            scales=examples.scales,
            adjustment=request.logit_adjustment * np.log(examples.prior),
            views=request.views,
            warnings=sorted({warning for member in done for warning in member.warnings}),
        )

    def load(self, folder: RunFolder, config: dict, device: torch.device) -> "FittedNetwork":
        """Raises ClassifierError when the folder lacks its weights."""
        stored = config["fitted"]
        weights = _weights(folder.path)
        networks = []
        for number in range(stored["members"]):
            network = Network(Architecture.from_json(stored["network"]))
            network.load_state_dict(_of_member(weights, number))
            networks.append(_ready(network, device))
        return FittedNetwork(
            networks=networks,
            preprocessing=Preprocessing.from_json(stored["preprocessing"]),
            scales=[NumberScale(**scale) for scale in stored["scales"]],
            adjustment=np.array(stored["adjustment"]),
            views=stored.get("views", 1),  # what was written before there were several says nothing of them
        )


@dataclass
class FittedNetwork:
    """The geometric mean over networks, where there are several, and over views of the picture."""

    networks: list[Network]
    preprocessing: Preprocessing
    scales: list[NumberScale]  # of each trait
    adjustment: np.ndarray  # (classes,): what the network's logits lack to be under the natural frequencies
    views: int = 1
    warnings: list[str] = field(default_factory=list)
    needs_measurements: bool = False

    @property
    def device(self) -> torch.device:
        return next(self.networks[0].parameters()).device

    def __call__(self, batch: PictureBatch) -> Outputs:
        """The embedding is the first network's."""
        parts = range(0, max(len(batch), 1), AT_ONCE)
        return Outputs.joined(
            [self._some(batch.pixels[k : k + AT_ONCE], batch.sizes[k : k + AT_ONCE]) for k in parts]
        )

    def _some(self, pixels: np.ndarray, sizes: np.ndarray) -> Outputs:
        grey = self.preprocessing.pictures(unit_grey(torch.from_numpy(pixels).to(self.device)))
        scaled = self.preprocessing.sizes(sizes).to(self.device)
        with torch.inference_mode():
            views = views_of(grey, self.views)
            answers = [network(view, scaled) for network in self.networks for view in views]
        logits = [answer.logits.cpu().numpy().astype(np.float64) + self.adjustment for answer in answers]
        traits = zip(self.networks[0].shape.traits, self.scales, strict=True)
        return Outputs(
            logits=np.mean([_log_softmax(one) for one in logits], 0),
            embedding=torch.stack([answer.embedding for answer in answers[: self.views]])
            .mean(0)
            .cpu()
            .numpy(),
            traits={
                trait.key: np.mean([read(trait, answer.traits[k], scale) for answer in answers], 0)
                for k, (trait, scale) in enumerate(traits)
            },
        )

    def save(self, folder: RunFolder) -> dict:
        weights = {
            _name(number, name): value.cpu().contiguous()
            for number, network in enumerate(self.networks)
            for name, value in network.state_dict().items()
        }
        save_file(weights, folder / WEIGHTS)
        return {
            "network": self.networks[0].shape.as_json(),
            "members": len(self.networks),
            "preprocessing": self.preprocessing.as_json(),
            "scales": [{"mean": scale.mean, "std": scale.std} for scale in self.scales],
            "adjustment": self.adjustment.tolist(),
            "views": self.views,
        }


# --- Building ---------------------------------------------------------------------------------------------------------


@dataclass
class Member:
    network: Network
    history: list[dict]
    warnings: list[str]


def _member(run: Run, examples: Examples, number: int, earlier: list[dict]) -> Member:
    """A network of the ensemble: read where an interrupted run has finished it, else trained."""
    request = run.request
    network, fine_tuned, warnings = distributed.from_main(lambda: _new_network(number, examples, request))
    network = network.on(run.device)
    name, key = checkpoint.member_name(number), checkpoint.key(request, examples.fingerprint, number)
    state = checkpoint.read(run.folder, key, run.device, name)
    if state is None:
        trainer = Trainer(run, examples, network, number, fine_tuned, earlier)
        weights = trainer.train()
        state = {"key": key, "weights": weights, "history": trainer.history, "warnings": trainer.warnings}
        distributed.on_main(lambda: checkpoint.write(run.folder, state, name))
    network.load_state_dict(state["weights"])
    return Member(_ready(network, run.device), state["history"], warnings + state["warnings"])


def _new_network(number: int, examples: Examples, request: TrainRequest) -> tuple[Network, bool, list[str]]:
    """The network, whether its backbone has learnt elsewhere, and what to say of it."""
    if request.stem != "suited" and (request.start_from or request.pretrained):
        raise ClassifierError(
            "`stem` is for networks that learn from scratch: this one has its first layers already."
        )
    torch.manual_seed(request.seed + number)
    plain = Architecture.suited(
        request.backbone,
        request.side,
        request.stem,
        classes=len(examples.prior),
        traits=tuple(examples.traits),
        use_size=request.use_size,
    )
    if request.start_from:
        return _started_from(Path(request.start_from), plain), True, []
    if not request.pretrained:
        return Network(plain), False, []
    try:
        return Network(replace(plain, keep_resolution=False, open_stem=False), pretrained=True), True, []
    except OSError:  # urllib's errors are OSErrors: no network, or a file that is not there
        warning = "Pretrained weights could not be fetched: trained from scratch."
        return Network(plain), False, [warning]


def _started_from(folder: Path, shape: Architecture) -> Network:
    """Its body is that of the model or backbone in `folder`; the heads are new. Raises ClassifierError for another
    kind."""
    config = _config(folder)
    if config["method"] not in ("network", BACKBONE):
        raise ClassifierError(f"{folder} holds no network that this one could start from.")
    parent_shape = Architecture.from_json(config["fitted"]["network"])
    if parent_shape.backbone != shape.backbone:
        raise ClassifierError(
            f"{folder} holds a {parent_shape.backbone}: choose that backbone, not {shape.backbone}."
        )
    keep_resolution, open_stem = parent_shape.keep_resolution, parent_shape.open_stem
    network = Network(replace(shape, keep_resolution=keep_resolution, open_stem=open_stem))
    mine = network.state_dict()
    body = {
        name: value
        for name, value in _of_member(_weights(folder), 0).items()
        # a transformer's positions are learnt for one size of picture, and stay behind where it is another
        if name.startswith("features.") and mine[name].shape == value.shape
    }
    network.load_state_dict(mine | body)
    return network


def _ready(network: Network, device: torch.device) -> Network:
    network.in_bfloat16 = predicts_in_bfloat16(network.features, device)
    return network.eval().requires_grad_(False).on(device)


def _config(folder: Path) -> dict:
    try:
        return read_config(folder)
    except FileNotFoundError as error:
        raise ClassifierError(f"{folder} is no model: config.json is missing.") from error


def _weights(folder: Path) -> dict[str, Tensor]:
    try:
        return load_file(folder / WEIGHTS)
    except FileNotFoundError as error:
        raise ClassifierError(f"{folder} is no model: {WEIGHTS} is missing.") from error


def _name(member: int, name: str) -> str:
    """The first network's weights have their plain names, so that other programs find them."""
    return name if member == 0 else f"member{member}.{name}"


def _of_member(weights: dict[str, Tensor], member: int) -> dict[str, Tensor]:
    if member == 0:
        return {name: value for name, value in weights.items() if not name.startswith("member")}
    prefix = _name(member, "")
    return {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}


def _log_softmax(logits: np.ndarray) -> np.ndarray:
    highest = logits.max(1, keepdims=True)
    return logits - highest - np.log(np.exp(logits - highest).sum(1, keepdims=True))
