"""What site and library agree on is light: it loads neither torch nor the rest of the library."""

import json
import subprocess
import sys
from pkgutil import iter_modules

import classifier.contract
import classifier.statistics

LOAD = """
import importlib, json, sys
for name in {names}:
    importlib.import_module(name)
print(json.dumps(sorted(sys.modules)))
"""


def test_the_contract_loads_no_torch_and_nothing_else_of_the_library() -> None:
    names = [
        f"{package.__name__}.{module.name}"
        for package in (classifier.contract, classifier.statistics)
        for module in iter_modules(package.__path__)
    ]
    code = LOAD.format(names=names)
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    loaded = json.loads(answer)
    assert [
        name for name in loaded if name.split(".")[0] in ("torch", "torchvision", "django", "seston")
    ] == []
    rooms = {".".join(name.split(".")[:2]) for name in loaded if name.startswith("classifier.")}
    assert rooms == {"classifier.contract", "classifier.statistics"}
