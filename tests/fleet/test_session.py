"""Which Java there is, and what is said where it does not do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linter.errors import InputError
from linter.fleet.spark.session import java_version, require_spark

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("pyspark", reason="the extra fleet is not installed")


@pytest.mark.parametrize(
    ("told", "version", "message"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17, None),
        ('openjdk version "25" 2025-09-16', 25, None),
        ('java version "1.8.0_291"', 8, "is Java 8"),
        ('openjdk version "11.0.2" 2019-01-15', 11, "is Java 11"),
        ("No Java runtime present", None, "needs Java 17 or later"),
    ],
)
def test_java(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: str, version: int | None, message: str | None
) -> None:
    (tmp_path / "bin").mkdir()
    java = tmp_path / "bin/java"
    java.write_text(f"#!/bin/sh\necho '{told}' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert java_version() == version
    if message is None:
        require_spark()
    else:
        with pytest.raises(InputError, match=message):
            require_spark()


def test_no_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert java_version() is None
