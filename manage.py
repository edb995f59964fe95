#!/usr/bin/env python
"""The door to every command of a checkout: puts `platform/` on the import path and hands over."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "platform"))

if __name__ == "__main__":
    from seston.__main__ import main

    main()
