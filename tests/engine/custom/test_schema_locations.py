from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from linter.apiserver.decode import Decoder
from linter.apiserver.server import Server
from linter.engine.custom.schema_locations import SchemaLocationError, fetch
from linter.engine.custom_resources import CustomSchemas
from linter.version import KubeVersion

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA = {"type": "object", "properties": {"spec": {"type": "object", "required": ["size"]}}}
WIDGET = {"apiVersion": "example.com/v1", "kind": "Widget", "spec": {}}
CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: {type: object, required: [size], properties: {size: {type: integer}}}
"""


def rules(location: str) -> list[str]:
    version = KubeVersion(1, 36)
    decoder = Decoder(version, CustomSchemas(locations=[location], version=version))
    return [each.rule for each in decoder.errors("example.com/v1", "Widget", WIDGET)]


@pytest.mark.parametrize(
    ("location", "file"),
    [
        ("", "example.com/widget_v1.json"),
        ("", "widget-example-v1.json"),
        ("", "v1.36.0-standalone-strict/widget-example-v1.json"),
        ("/{{.Group}}-{{ .ResourceKind }}.json", "example.com-widget.json"),
        ("/{{.NormalizedKubernetesVersion}}{{.StrictSuffix}}{{.KindSuffix}}", "v1.36.0-strict-example-v1"),
        ("/{{.ResourceAPIVersion}}.json", "v1.json"),
    ],
)
def test_files(tmp_path: Path, location: str, file: str) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(json.dumps(SCHEMA), encoding="utf-8")
    assert rules(f"{tmp_path}{location}") == ["missing-field"]


def test_a_file_of_definitions(tmp_path: Path) -> None:
    file = tmp_path / "crds.yaml"
    file.write_text(f"# definitions\n---\n{CRD}", encoding="utf-8")
    server = Server(KubeVersion(1, 36), CustomSchemas(locations=[str(file)]))
    widget = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "a"}, "spec": {}}
    assert [each.rule for each in server.create(widget).errors] == ["missing-field"]
    decoder = Decoder(KubeVersion(1, 36), CustomSchemas(locations=[str(file)]))
    assert decoder.status("example.com/v1", "Gadget") == "skipped"


def test_locations_are_asked_in_order(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "crds.yaml").write_text(CRD, encoding="utf-8")
    schemas = CustomSchemas(locations=[str(tmp_path / "empty"), str(tmp_path / "crds.yaml")])
    assert schemas.find("example.com/v1", "Widget") is not None


def test_a_folder_without_the_kind_is_no_error(tmp_path: Path) -> None:
    assert rules(str(tmp_path)) == []
    assert rules(f"{tmp_path}/{{{{.ResourceKind}}}}.json") == []


@pytest.mark.parametrize(
    ("location", "text", "complaint"),
    [
        ("absent.yaml", None, "There is no schema location"),
        ("crds.yaml", "kind: ConfigMap\napiVersion: v1\n", "holds no CustomResourceDefinition"),
        ("{{.ResourceKind}}.json", "no json", "is not JSON"),
        ("{{.ResourceKind}}.json", "[]", "is not a JSON object"),
        ("{{.Kind}}.json", None, r"\{\{\.Kind\}\} in a schema location stands for nothing"),
    ],
)
def test_errors(tmp_path: Path, location: str, text: str | None, complaint: str) -> None:
    if text is not None:
        (tmp_path / location.replace("{{.ResourceKind}}", "widget")).write_text(text, encoding="utf-8")
    with pytest.raises(SchemaLocationError, match=complaint):
        rules(f"{tmp_path}/{location}")


def test_text_that_is_no_utf_8(tmp_path: Path) -> None:
    (tmp_path / "widget_v1.json").write_bytes(b"\xff\xfe{")
    with pytest.raises(SchemaLocationError, match="can't be read"):
        rules(f"{tmp_path}/{{{{.ResourceKind}}}}_v1.json")


@pytest.fixture
def server() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status = {"/widget.json": 200, "/broken/widget.json": 500}.get(self.path, 404)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(SCHEMA).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name it overrides
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


def test_urls(server: str) -> None:
    assert rules(f"{server}/{{{{.ResourceKind}}}}.json") == ["missing-field"]
    assert rules(f"{server}/none/{{{{.ResourceKind}}}}.json") == []
    with pytest.raises(SchemaLocationError, match="the answer is 500"):
        rules(f"{server}/broken/{{{{.ResourceKind}}}}.json")


def test_a_url_that_nobody_answers() -> None:
    with pytest.raises(SchemaLocationError, match="can't be read"):
        list(
            fetch("http://127.0.0.1:9/{{.ResourceKind}}.json", "example.com/v1", "Widget", KubeVersion(1, 36))
        )
