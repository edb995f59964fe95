"""`platform/` must not shadow the standard library's module of the same name."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_platform_still_answers_from_the_repository_root():
    code = "import platform; print(platform.system())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() in ("Linux", "Darwin")
    assert not (ROOT / "platform" / "__init__.py").exists()


def test_the_web_process_never_loads_torch():
    code = (
        "import sys; sys.path.insert(0, 'platform'); import seston.asgi; from django.urls import get_resolver; "
        "get_resolver().url_patterns; print('torch' in sys.modules, 'worker.tasks' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
