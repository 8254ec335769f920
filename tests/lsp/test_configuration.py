"""A configuration is read once, and again when a file that it is made of has changed."""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING

import pytest

from linter.engine.config.file import ConfigError
from linter.errors import UnreadableError
from linter.lsp.configuration import Configurations

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository with a folder in it."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "apps").mkdir()
    return tmp_path


MOMENTS = itertools.count(1_700_000_000)


def write(file: Path, text: str) -> None:
    """Write a file whose state differs from the one before, however coarse the clock of the file system."""
    file.write_text(text, "utf-8")
    moment = next(MOMENTS)
    os.utime(file, (moment, moment))


def test_what_did_not_change_is_not_read_again(folder: Path) -> None:
    write(folder / "podplan.yaml", "ignore: [replicas]\n")
    configurations = Configurations()
    first = configurations.options_for(folder / "apps" / "web.yaml")
    assert first.ignore == ("replicas",)
    assert configurations.options_for(folder / "apps" / "db.yaml") is first


def test_a_changed_a_nearer_and_a_deleted_one_are_noticed(folder: Path) -> None:
    configurations = Configurations()
    file = folder / "apps" / "web.yaml"
    assert configurations.options_for(file).ignore == ()
    write(folder / "podplan.yaml", "ignore: [replicas]\n")
    assert configurations.options_for(file).ignore == ("replicas",)
    write(folder / "podplan.yaml", "ignore: [wiring]\n")
    assert configurations.options_for(file).ignore == ("wiring",)
    write(folder / "apps" / ".podplan.yaml", "ignore: [rollout]\n")
    assert configurations.options_for(file).ignore == ("rollout",)
    (folder / "apps" / ".podplan.yaml").unlink()
    assert configurations.options_for(file).ignore == ("wiring",)


def test_files_that_it_names_are_followed(folder: Path) -> None:
    write(folder / "podplan.yaml", "env-file: [values.env]\n")
    configurations = Configurations()
    with pytest.raises(UnreadableError, match=r"values\.env"):
        configurations.options_for(folder / "web.yaml")
    write(folder / "values.env", "NAME=web\n")
    assert configurations.options_for(folder / "web.yaml").variables == {"NAME": "web"}
    write(folder / "values.env", "NAME=api\n")
    assert configurations.options_for(folder / "web.yaml").variables == {"NAME": "api"}


def test_an_error_is_told_until_the_file_is_corrected(folder: Path) -> None:
    write(folder / "podplan.yaml", "selekt: [api]\n")
    configurations = Configurations()
    for _ in range(2):
        with pytest.raises(ConfigError, match="selekt"):
            configurations.options_for(folder / "web.yaml")
    write(folder / "podplan.yaml", "select: [api]\n")
    assert configurations.options_for(folder / "web.yaml").select == ("api",)
