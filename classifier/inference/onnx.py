"""A model as one ONNX file that runs without Seston and without PyTorch.

pictures (N, 1, S, S) float, grey from 0 black to 1 white, letterboxed; sizes (N, 3) as letterbox.true_size gives them
→ probabilities (N, classes), calibrated, in the order of the metadata's `classes`; embedding (N, D).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
import torch.fx.config as tracing
from torch import Tensor, nn

from classifier.contract.errors import ClassifierError
from classifier.inference.checking import verify
from classifier.inference.graph import graph_of
from classifier.inference.predict import LoadedModel

OPSET = 18


class Standalone(nn.Module):
    """Raw pictures and sizes to probabilities: preprocessing and calibration are constants of the graph."""

    def __init__(self, model: LoadedModel):
        super().__init__()
        calibration = model.calibrator.calibration
        bias = np.zeros(len(model.classes)) if calibration.bias is None else calibration.bias
        self.fitted = graph_of(model.fitted)
        self.temperature = calibration.temperature
        self.register_buffer("bias", torch.tensor(bias, dtype=torch.float32))

    def forward(self, pictures: Tensor, sizes: Tensor) -> tuple[Tensor, Tensor]:
        logits, embedding = self.fitted(pictures, sizes)
        return (logits / self.temperature + self.bias).softmax(1), embedding


def export_onnx(folder: Path, out: Path) -> None:
    """Writes the model of a folder as ONNX. Raises ClassifierError for a method that no such graph is made of."""
    config = verify(folder)
    module = Standalone(LoadedModel(folder, "cpu")).eval()
    onnx = _onnx()
    side = config["preprocessing"]["image_size"]
    example = torch.full((2, 1, side, side), 0.8), torch.tensor([[6.0, 0.3, 1.0], [5.0, 0.1, 0.0]])
    number = torch.export.Dim("number", min=1, max=65536)
    with _without_stacks():
        program = torch.onnx.export(
            module,
            example,
            input_names=["pictures", "sizes"],
            output_names=["probabilities", "embedding"],
            dynamic_shapes={"pictures": {0: number}, "sizes": {0: number}},
            opset_version=OPSET,
            dynamo=True,
            verbose=False,
        )
    assert program is not None  # without a path to write to
    graph = program.model_proto
    onnx.helper.set_model_props(graph, _metadata(config))
    onnx.checker.check_model(graph)
    draft = out.with_suffix(".draft")
    draft.write_bytes(graph.SerializeToString())
    draft.replace(out)


@contextmanager
def _without_stacks() -> Iterator[None]:
    """Looking up the stack of each node of the graph took a third of an export; the file would name folders of here."""
    before = tracing.do_not_emit_stack_traces
    tracing.do_not_emit_stack_traces = True
    try:
        yield
    finally:
        tracing.do_not_emit_stack_traces = before


def _onnx():
    try:
        import onnx
        import onnxscript  # noqa: F401 (torch's exporter imports it)
    except ImportError as error:
        raise ClassifierError(
            "ONNX needs further packages: pip install 'seston[onnx]', then try again."
        ) from error
    return onnx


def _metadata(config: dict) -> dict[str, str]:
    pre = config["preprocessing"]
    taxa = config.get("taxa") or {}
    names = [taxa.get(key, {}).get("name") or key for key in config["classes"]]
    return {
        "classes": json.dumps(config["classes"]),
        "names": json.dumps(names),
        "taxa": json.dumps(taxa),
        "preprocessing": json.dumps({"version": pre["version"], "image_size": pre["image_size"]}),
        "method": config["method"],
        # the label is the class with the largest probability / prior ** balance
        "prior": json.dumps(config["prior"]),
        "balance": json.dumps(config["calibrator"]["balance"]),
        # its score has the log odds slope * those of its probability + shift (+ overruled, where another is larger);
        # where none is, it is 1 / classes at least
        "confidence": json.dumps(config["calibrator"].get("confidence", {})),
        "name": (config.get("about") or {}).get("name", ""),
    }
