"""Where the values of variables come from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import linter
from linter.engine.config.options import LintOptions
from linter.errors import InputError, UnreadableError
from linter.loading.discovery import read_all
from linter.loading.variables import find_variables, read_env_file

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_a_file_of_variables(project: Path) -> None:
    write(
        project / ".env",
        "# comment\n\nA=1\nexport B = x\nC='a b'\nD=\"q\" \nE=x # y\nF=a=b\nG=\n".replace(" = ", "="),
    )
    assert read_env_file(".env") == {"A": "1", "B": "x", "C": "a b", "D": "q", "E": "x", "F": "a=b", "G": ""}


def test_a_line_that_is_something_else(project: Path) -> None:
    write(project / "a.env", "A=1\nB: 2\n")
    with pytest.raises(InputError, match=r"a\.env:2: write NAME=value"):
        read_env_file("a.env")
    with pytest.raises(UnreadableError, match="gone"):
        read_env_file("gone")


FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: NAME, namespace: flux-system}
spec:
  path: ./apps/web
  postBuild:
    substitute: SUBSTITUTE
    substituteFrom:
    - {kind: ConfigMap, name: settings}
    - {kind: ConfigMap, name: gone, optional: true}
"""
SETTINGS = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: flux-system}
data: {A: from-map, B: from-map, C: "${OTHER}"}
"""


def flux(name: str, substitute: str) -> str:
    return FLUX.replace("NAME", name).replace("SUBSTITUTE", substitute)


def of(path: str, **given: str) -> dict[str, str]:
    return dict(find_variables(list(read_all(["."])), given).of(path))


def test_variables_of_flux(project: Path) -> None:
    write(project / "apps/web/a.yaml", "a: 1\n")
    write(project / "clusters/main/web.yaml", flux("web", "{B: own, COUNT: 3, X: '${Y}'}"))
    write(project / "clusters/main/settings.yaml", SETTINGS)
    assert of("apps/web/a.yaml") == {"A": "from-map", "B": "own", "COUNT": "3"}
    assert of("apps/web") == {"A": "from-map", "B": "own", "COUNT": "3"}
    assert of("apps/web/a.yaml", B="given") == {"A": "from-map", "B": "given", "COUNT": "3"}
    assert of("apps/website/a.yaml") == of("clusters/main/web.yaml") == {}


def test_two_kustomizations_of_one_folder_agree_or_nothing_is_known(project: Path) -> None:
    write(project / "apps/web/a.yaml", "a: 1\n")
    write(project / "one.yaml", flux("one", "{A: x, B: y}"))
    write(project / "two.yaml", flux("two", "{A: x, B: z}"))
    assert of("apps/web/a.yaml") == {"A": "x"}


def test_a_secret_may_say_anything(project: Path) -> None:
    write(project / "apps/web/a.yaml", "a: 1\n")
    write(project / "settings.yaml", SETTINGS)
    text = flux("web", "{COUNT: 1}").replace("- {kind: ConfigMap, name: gone", "- {kind: Secret, name: gone")
    write(project / "web.yaml", text)
    assert of("apps/web/a.yaml") == {"COUNT": "1"}


CLAIM = """\
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: "${APP}"}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: "${SIZE}"}}}
"""


def findings(**options: Any) -> list[str]:
    return [finding.message for finding in linter.lint(options=LintOptions(**options)).findings]


@pytest.mark.parametrize("kustomization", [False, True])
def test_values_that_are_known_are_judged(project: Path, *, kustomization: bool) -> None:
    write(project / "apps/web/claim.yaml", CLAIM)
    if kustomization:
        write(project / "apps/web/kustomization.yaml", "resources: [claim.yaml]\n")
    assert findings() == []
    write(project / "web.yaml", flux("web", "{APP: web, SIZE: many}"))
    (message,) = findings()
    assert "`many`" in message
    assert findings(variables={"SIZE": "5Gi"}) == []


def test_the_option_and_the_cache(project: Path) -> None:
    write(project / "claim.yaml", CLAIM)
    assert findings(cache=True, variables={"SIZE": "5Gi"}) == []
    assert len(findings(cache=True, variables={"SIZE": "5Gigs"})) == 1
    assert findings(cache=True) == []
