from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING
from unittest.mock import Mock

import pytest

from conformance import control_plane
from conformance.build import API_SERVER, Programs
from conformance.errors import StartError

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the keys")


def program(path: Path, code: str) -> Path:
    """Write a program that notes its process id and its arguments before it runs `code`."""
    note = f"open({str(path)!r} + '.started', 'w').write(' '.join([str(os.getpid()), *sys.argv[1:]]))"
    path.write_text(f"#!{sys.executable} -S\nimport os, sys, time\n{note}\n{code}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def started(path: Path) -> list[str]:
    note = path.with_name(f"{path.name}.started")
    return note.read_text(encoding="utf-8").split() if note.exists() else []


def is_running(path: Path) -> bool:
    if not started(path):
        return False
    try:
        os.kill(int(started(path)[0]), 0)
    except ProcessLookupError:
        return False
    return True


def test_what_does_not_start_is_told_and_the_rest_is_stopped(tmp_path: Path) -> None:
    etcd = program(tmp_path / "etcd", "time.sleep(60)")
    server = program(tmp_path / API_SERVER, "print('unknown flag'); sys.exit(1)")
    with (
        pytest.raises(StartError, match=r"kube-apiserver did not start:\nunknown flag"),
        control_plane.control_plane(Programs(etcd, {API_SERVER: server}), (), tmp_path / "run"),
    ):
        pytest.fail("it did not start")
    assert not is_running(server)
    assert not is_running(etcd)


def test_all_parts_are_stopped_whatever_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The fake makes its certificate as the API server does, and is taken for ready without being asked.
    certificate = tmp_path / "run" / "certificates" / "apiserver.crt"
    make = f"os.mkdir({str(certificate.parent)!r}); open({str(certificate)!r}, 'w').close(); time.sleep(60)"
    etcd = program(tmp_path / "etcd", "time.sleep(60)")
    server = program(tmp_path / API_SERVER, make)
    monkeypatch.setattr("ssl.create_default_context", Mock())
    monkeypatch.setattr(control_plane, "_is_ready", Mock(return_value=True))
    programs = Programs(etcd, {API_SERVER: server})
    gates = {"A": True, "B": False}

    def interrupted() -> None:
        with control_plane.control_plane(
            programs, (), tmp_path / "run", gates=gates, all_apis=True
        ) as client:
            assert client.url.startswith("https://127.0.0.1:")
            assert is_running(etcd)
            assert is_running(server)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not is_running(server)
    assert not is_running(etcd)
    assert {"--feature-gates=A=true,B=false", "--runtime-config=api/all=true"} <= set(started(server))
