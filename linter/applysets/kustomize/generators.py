"""`configMapGenerator` and `secretGenerator`."""

from __future__ import annotations

from linter.applysets.files import FileError
from linter.applysets.kustomize.build_metadata import ORIGIN
from linter.applysets.kustomize.errors import KustomizeError
from linter.applysets.kustomize.nodes import Mapping, Scalar, checked_key, is_null, raw_text
from linter.applysets.kustomize.places import FilePlace
from linter.applysets.kustomize.resource import Resource
from linter.applysets.kustomize.scalars import BOOL, STR
from linter.light_typing import NamedTuple
from linter.loading.place import Range

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as AnyMapping
    from typing import Any

    from linter.applysets.kustomize.nodes import Node
    from linter.applysets.kustomize.places import FieldOrNode, Place

_BEHAVIORS = {"create", "replace", "merge"}


class LoadedFile(NamedTuple):
    """What is in a file, and its path."""

    path: str
    data: bytes


class _Pair(NamedTuple):
    data: bytes
    place: Place


def generate(
    kind: str,
    fields: AnyMapping[str, Any],
    options: AnyMapping[str, Any],
    load: Callable[[str], LoadedFile],
    place: FieldOrNode,
) -> Resource:
    """Make a ConfigMap or a Secret.

    Args:
        kind: Which of both.
        fields: The entry of the generator, decoded.
        options: Its options, with those for all generators in them.
        load: Reads a file that the entry names.
        place: The place of the entry.

    Raises:
        KustomizeError: It has no name, a key is there twice, or a source is broken.
    """
    name = fields.get("name", "")
    if not name:
        raise KustomizeError(f"A generated {kind} needs a `name`.", place)
    metadata: dict[str, Node] = {"name": Scalar(name, STR, "", place.below("name"))}
    if fields.get("namespace"):
        metadata["namespace"] = Scalar(fields["namespace"], STR, "", place.below("namespace"))
    for field in ("labels", "annotations"):
        texts = options.get(field) or {}
        if texts:
            metadata[field] = Mapping(
                {
                    checked_key(key, place): Scalar(texts[key], STR, "'", place.below("options", field, key))
                    for key in sorted(texts)
                },
                place,
            )
    entries: dict[str, Node] = {
        "apiVersion": Scalar("v1", STR, "", place),
        "kind": Scalar(kind, STR, "", place),
        "metadata": Mapping(metadata, place),
    }
    if kind == "Secret":
        entries["type"] = Scalar(fields.get("type") or "Opaque", STR, "", place.below("type"))
    entries |= _data(kind, name, _pairs(fields, load, place), place)
    if options.get("immutable"):
        entries["immutable"] = Scalar("true", BOOL, "", place.below("options", "immutable"))
    resource = Resource(Mapping(entries, place), place)
    resource.needs_hash = not options.get("disableNameSuffixHash")
    behavior = fields.get("behavior", "")
    resource.behavior = behavior if behavior in _BEHAVIORS else "unspecified"
    return resource


def merged_options(own: AnyMapping[str, Any], common: AnyMapping[str, Any]) -> dict[str, Any]:
    """Return the options of one generator with those of all."""
    result = dict(own)
    for field in ("labels", "annotations"):
        if common.get(field):
            result[field] = {**common[field], **(own.get(field) or {})}
    for flag in ("disableNameSuffixHash", "immutable"):
        if common.get(flag):
            result[flag] = True
    return result


def _data(kind: str, name: str, pairs: list[tuple[str, _Pair]], place: Place) -> dict[str, Node]:
    data: dict[str, Node] = {}
    binary: dict[str, Node] = {}
    for key, pair in pairs:
        checked_key(key, pair.place)
        if key in data or key in binary:
            raise KustomizeError(f"The {kind} {name} gets the key `{key}` twice.", pair.place)
        if kind == "Secret":
            data[key] = _block(_base64(pair.data), pair.place)
            continue
        try:
            data[key] = _block(pair.data.decode("utf-8"), pair.place)
        except UnicodeDecodeError:
            binary[key] = _block(_base64(pair.data), pair.place)
    result: dict[str, Node] = {}
    if data or kind == "Secret":
        result["data"] = Mapping(data, place)
    if binary:
        result["binaryData"] = Mapping(binary, place)
    return result


def _block(text: str, place: Place) -> Scalar:
    return Scalar(text, STR, "|" if "\n" in text else "", place)


_LINE = 70


def _base64(data: bytes) -> str:
    """Encode as kustomize does: what is longer than a line ends with a line feed, and has one after each 70 characters."""
    import base64

    text = base64.b64encode(data).decode("ascii")
    if len(text) < _LINE:
        return text
    return "".join(f"{text[start : start + _LINE]}\n" for start in range(0, len(text), _LINE))


def _pairs(
    fields: AnyMapping[str, Any], load: Callable[[str], LoadedFile], place: FieldOrNode
) -> list[tuple[str, _Pair]]:
    result: list[tuple[str, _Pair]] = []
    envs = [(path, place.below("envs", number)) for number, path in enumerate(fields.get("envs", ()))]
    if fields.get("env"):
        envs.append((fields["env"], place.below("env")))
    for path, where in envs:
        result += _env_pairs(_loaded(load, path, where), where)
    for number, literal in enumerate(fields.get("literals", ())):
        where = place.below("literals", number)
        key, equals, value = literal.partition("=")
        if not equals or not key:
            raise KustomizeError(f"`{literal}` is not a literal; write key=value.", where)
        result.append((key, _Pair(_unquoted(value).encode("utf-8", "surrogatepass"), where)))
    for number, source in enumerate(fields.get("files", ())):
        where = place.below("files", number)
        key, path = _file_source(source, where)
        file = _loaded(load, path, where)
        end = file.data.count(b"\n") + 1
        result.append((key, _Pair(file.data, FilePlace(file.path, Range(1, 1, end, 1)))))
    return result


def _loaded(load: Callable[[str], LoadedFile], path: str, place: Place) -> LoadedFile:
    try:
        return load(path)
    except FileError as error:
        raise KustomizeError(f"{path} {error}.", place) from None
    except KustomizeError as error:
        raise error.located(place) from None


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value


def _file_source(source: str, place: Place) -> tuple[str, str]:
    match source.count("="):
        case 0:
            return source.rstrip("/").rpartition("/")[2], source
        case 1:
            key, _, path = source.partition("=")
            if key and path:
                return key, path
    raise KustomizeError(f"`{source}` is not a file; write the path, or key=path.", place)


def _env_pairs(file: LoadedFile, place: Place) -> list[tuple[str, _Pair]]:
    result = []
    for number, raw in enumerate(file.data.split(b"\n"), 1):
        try:
            line = raw.removesuffix(b"\r").decode("utf-8")
        except UnicodeDecodeError:
            raise KustomizeError(f"Line {number} of {file.path} is not UTF-8.", place) from None
        if number == 1:
            line = line.removeprefix("\ufeff")
        stripped = line.lstrip()
        if not stripped or stripped.startswith("#"):
            continue
        key, _, value = stripped.partition("=")
        if not key:
            continue  # kustomize passes over it without a word
        column = len(line) - len(stripped) + 1
        where = FilePlace(file.path, Range(number, column, number, len(line) + 1))
        result.append((key, _Pair(value.encode("utf-8"), where)))
    return result


def absorb(existing: Resource, new: Resource) -> None:
    """Let a generated object take the place of one of the same id, or merge into it, as its behavior says.

    Raises:
        KustomizeError: It says neither.
    """
    if new.behavior not in {"replace", "merge"}:
        raise KustomizeError(
            f"{new.id} exists already; `behavior: merge` or `behavior: replace` of the generator says what to do with it.",
            new.source,
        )
    node = new.node
    if new.behavior == "merge":
        old = existing.node
        if new.id.gvk.kind == "Secret":
            old = _with_encoded(old)
        for field in ("data", "binaryData"):
            node = _with_data(node, field, _texts(old.entries.get(field)) | _texts(node.entries.get(field)))
    result = new.copy()
    result.node = node
    for field in ("labels", "annotations"):
        metadata, old_metadata = result.metadata, existing.metadata
        old_texts = _texts(old_metadata.entries.get(field) if old_metadata else None)
        both = old_texts | _texts(metadata.entries.get(field) if metadata else None)
        if new.behavior == "merge" and ORIGIN in old_texts:
            both[ORIGIN] = old_texts[ORIGIN]
        result.set_metadata(field, Mapping(both, new.source) if both else None)
    for field in ("name", "namespace"):
        old_metadata = existing.metadata
        result.set_metadata(field, old_metadata.entries.get(field) if old_metadata else None)
    existing.node = result.node
    existing.needs_hash = new.needs_hash and existing.needs_hash
    existing.shared = ()
    existing.source = new.source


def _texts(node: Node | None) -> dict[str, Node]:
    if type(node) is not Mapping:
        return {}
    return {
        checked_key(key, value.place): Scalar(raw_text(value), STR, "", value.place)
        for key, value in sorted(node.entries.items())
    }


def _with_data(node: Mapping, field: str, entries: dict[str, Node]) -> Mapping:
    if not entries:
        return node.without(field)
    existing = node.entries.get(field)
    return node.with_entry(field, Mapping(entries, existing.place if existing else node.place))


def _with_encoded(node: Mapping) -> Mapping:
    """Return a Secret whose `stringData` are moved to `data`."""
    texts = node.entries.get("stringData")
    if texts is None:
        return node
    node = node.without("stringData")
    if is_null(texts):
        return node
    if type(texts) is not Mapping:
        raise KustomizeError("`stringData` takes a mapping.", texts.place)
    encoded: dict[str, Node] = {}
    for key, value in texts.entries.items():
        if type(value) is not Scalar:
            raise KustomizeError("`stringData` takes texts.", value.place)
        text = "" if is_null(value) else value.text
        encoded[key] = _block(_base64(text.encode()), value.place)
    return _with_data(node, "data", _texts(node.entries.get("data")) | encoded)
