"""Schemas from elsewhere: files, folders and URL templates, as kubeconform's -schema-location takes them."""

from __future__ import annotations

import re
from pathlib import Path

from linter.errors import UnreadableError
from linter.kube.kinds import api_group

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from linter.version import KubeVersion

TIMEOUT_SECONDS = 10
_MARK = re.compile(r"\{\{\s*\.(\w+)\s*\}\}")
_CATALOG = "{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json"
_FLAT = "{{.ResourceKind}}{{.KindSuffix}}.json"
_BY_VERSION = "{{.NormalizedKubernetesVersion}}-standalone{{.StrictSuffix}}/" + _FLAT


class SchemaLocationError(UnreadableError):
    """A schema location that can't be read, or holds no schema."""


def fetch(location: str, api_version: str, kind: str, version: KubeVersion) -> Iterator[dict[str, Any]]:
    """Yield what a location has for a kind: a JSON Schema, or CustomResourceDefinitions that may be those of the kind.

    Args:
        location: A file (a JSON Schema where its name is a template, else CustomResourceDefinitions in YAML or JSON), a
            folder (`GROUP/KIND_VERSION.json`, `KIND-GROUP-VERSION.json` or kubeconform's default layout in it), or the
            like as an http or https URL. `{{.Group}}`, `{{.ResourceKind}}`, `{{.ResourceAPIVersion}}`, `{{.KindSuffix}}`,
            `{{.NormalizedKubernetesVersion}}` and `{{.StrictSuffix}}` stand for parts of the kind, in lower case.
        api_version: The apiVersion of the object.
        kind: Its kind.
        version: The Kubernetes version.

    Raises:
        SchemaLocationError: the location can't be read. A template or folder without this kind is not an error.
    """
    names = _names(api_version, kind, version)
    is_url = location.startswith(("http://", "https://"))
    if _MARK.search(location):
        text = _read(_filled(location, names))
        if text is not None:
            yield _json(text, _filled(location, names))
    elif is_url or Path(location).is_dir():
        for layout in (_CATALOG, _FLAT, _BY_VERSION):
            place = f"{location.rstrip('/')}/{_filled(layout, names)}"
            if (text := _read(place)) is not None:
                yield _json(text, place)
                return
    else:
        text = _read(location)
        if text is None:
            raise SchemaLocationError(f"There is no schema location {location}.")
        yield from _definitions(text, location)


def _names(api_version: str, kind: str, version: KubeVersion) -> dict[str, str]:
    group = api_group(api_version)
    resource_version = api_version.rpartition("/")[2].lower()
    first = group.partition(".")[0].lower()
    return {
        "Group": group,
        "KindSuffix": f"-{first}-{resource_version}" if first else f"-{resource_version}",
        "NormalizedKubernetesVersion": f"v{version.release}.0",
        "ResourceAPIVersion": resource_version,
        "ResourceKind": kind.lower(),
        "StrictSuffix": "-strict",
    }


def _filled(template: str, names: dict[str, str]) -> str:
    def value(mark: re.Match[str]) -> str:
        if mark[1] not in names:
            known = ", ".join(f"{{{{.{name}}}}}" for name in names)
            raise SchemaLocationError(
                f"{mark[0]} in a schema location stands for nothing; there are {known}."
            )
        return names[mark[1]]

    return _MARK.sub(value, template)


def _read(place: str) -> str | None:
    """Return the text at a place; None where there is nothing."""
    if place.startswith(("http://", "https://")):
        return _download(place)
    from linter.loading.source import read_text

    try:
        return read_text(Path(place))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise SchemaLocationError(f"The schema {place} can't be read: {error}") from error


def _download(url: str) -> str | None:
    import urllib.error
    import urllib.request

    from linter.loading.limits import DEFAULT

    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310  http and https only, see _read
            data = answer.read(DEFAULT.file_bytes + 1)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 404:
            return None
        raise SchemaLocationError(f"The schema {url} can't be read: the answer is {error.code}.") from error
    except OSError as error:
        raise SchemaLocationError(f"The schema {url} can't be read: {error}") from error
    if len(data) > DEFAULT.file_bytes:
        raise SchemaLocationError(f"The schema {url} is larger than {DEFAULT.file_bytes} bytes.")
    try:
        return str(data, "utf-8-sig")
    except UnicodeDecodeError as error:
        raise SchemaLocationError(f"The schema {url} can't be read: {error}") from error


def _json(text: str, place: str) -> dict[str, Any]:
    import json

    try:
        schema = json.loads(text)
    except ValueError as error:
        raise SchemaLocationError(f"The schema {place} is not JSON: {error}") from error
    if not isinstance(schema, dict):
        raise SchemaLocationError(f"The schema {place} is not a JSON object.")
    return schema


def _definitions(text: str, place: str) -> Iterator[dict[str, Any]]:
    from linter.loading.source import Source
    from linter.loading.yaml.reader import read_documents, resources_of

    documents = read_documents(Source(place, text))
    definitions = [
        resource.manifest
        for document in documents
        for resource in resources_of(document)
        if resource.kind == "CustomResourceDefinition"
    ]
    if not definitions:
        raise SchemaLocationError(f"The file {place} holds no CustomResourceDefinition.")
    yield from definitions
