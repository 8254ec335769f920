"""Builds the extension: one file for all Pythons from 3.11 on (stable ABI), with libyaml inside."""

from __future__ import annotations

import sys
from pathlib import Path

from setuptools import Extension, setup

HERE = Path(__file__).parent
PARTS = ("api.c", "parser.c", "reader.c", "scanner.c")
if not all((HERE / "libyaml" / part).exists() for part in PARTS):
    sys.exit("The sources of libyaml are missing: run `python native/fetch.py` first.")

setup(
    ext_modules=[
        Extension(
            "podplan_native",
            [
                "src/podplan_native.c",
                "src/events.c",
                "src/locate.c",
                "src/objects.c",
                "src/shapes.c",
                *(f"libyaml/{part}" for part in PARTS),
            ],
            include_dirs=["libyaml", "src"],
            define_macros=[
                ("HAVE_CONFIG_H", "1"),
                *([("YAML_DECLARE_STATIC", "1")] if sys.platform == "win32" else []),
            ],
            py_limited_api=True,
        )
    ],
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
