"""Source → documents → resources, split as kubectl splits them."""

from __future__ import annotations

from linter.kube.unknown import holds_mark
from linter.light_typing import NamedTuple
from linter.loading.document import Document
from linter.loading.limits import DEFAULT
from linter.loading.place import LoadProblem, Range
from linter.loading.resource import Resource
from linter.loading.yaml.plain import read_plain
from linter.loading.yaml.scalars import ScalarError, as_json, json_integer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from linter.loading.limits import Limits
    from linter.loading.source import Source
    from linter.path import FieldPath


class _Chunk(NamedTuple):
    first_line: int
    text: str
    after_separator: bool
    bad_separator: LoadProblem | None = None
    """Text behind a separator in it: then kubectl takes it for none, and nothing of the chunk."""


class Part(NamedTuple):
    """Documents of a source that stand one behind the other, to be read without the others."""

    first: int
    """The number of the first one, from 0, those that hold nothing among them."""
    chunks: Sequence[_Chunk]


def read_documents(source: Source, *, limits: Limits = DEFAULT) -> list[Document]:
    """Read all documents of a source, each with what is wrong with it.

    A document that holds nothing (comments alone, or null) is left out where kubectl silently skips it, but a source
    without any other is reported.
    """
    if source.problems and not source.text:
        return [Document(source, 0, 1, source.text, None, source.problems)]
    documents = _documents(source, limits)
    # What is wrong with the text as a whole is reported with its first document.
    documents[0].problems = source.problems + documents[0].problems
    return documents


def _documents(source: Source, limits: Limits) -> list[Document]:
    if source.text.lstrip().startswith("{"):
        documents = list(_json_documents(source, limits))
        if documents:
            return documents
    documents, _ = _read_chunks(source, 0, _split(source.text), limits)
    if not hold_anything(documents):
        problem = LoadProblem(
            "empty-file",
            "There is no object in this file: kubectl would refuse it. Remove the file, or write a manifest.",
            Range(1, 1, 1, 1),
            reason="Required",
        )
        return [Document(source, 0, 1, source.text, None, (problem,))]
    return documents


def _read_chunks(
    source: Source, first: int, chunks: Iterable[_Chunk], limits: Limits
) -> tuple[list[Document], int]:
    """Return the documents, numbered from the first one on, and how many values they hold."""
    documents: list[Document] = []
    left = limits.values
    for number, chunk in enumerate(chunks):
        index = first + len(documents)
        if number >= limits.documents:
            documents.append(_too_many(source, index, chunk.first_line, limits))
            break
        rest = limits if left == limits.values else limits._replace(values=left)
        document, size = _read(source, index, chunk, rest)
        left -= size
        if document is not None:
            documents.append(document)
    return documents, limits.values - left


def hold_anything(documents: Iterable[Document]) -> bool:
    """Tell whether a source with these documents is more than comments and empty documents."""
    return any(document.value is not None or _is_broken(document) for document in documents)


def parts_of(source: Source, size: int, limits: Limits) -> list[Part]:
    """Return the parts, of about so many characters each, in which a source may be read; one that can only be read as a whole has none.

    Together they hold what `read_documents` returns if all is within the limits and they `hold_anything`.
    """
    if source.problems or source.text.lstrip().startswith("{"):
        return []
    chunks = list(_split(source.text))
    if len(chunks) > limits.documents:
        return []
    parts = []
    start = characters = 0
    for number, chunk in enumerate(chunks):
        characters += len(chunk.text)
        if characters >= size:
            parts.append(Part(start, chunks[start : number + 1]))
            start, characters = number + 1, 0
    if start < len(chunks):
        parts.append(Part(start, chunks[start:]))
    return parts


def read_part(source: Source, part: Part, limits: Limits) -> tuple[list[Document], int]:
    """Return the documents of a part of a source, and how many values they hold. Their numbers are those of the part."""
    return _read_chunks(source, part.first, part.chunks, limits)


def _too_many(source: Source, index: int, line: int, limits: Limits) -> Document:
    message = (
        f"The file holds more than {limits.documents} documents; from here on it was not read. Split it, or raise the limit "
        "with --limit documents=NUMBER."
    )
    problem = LoadProblem("yaml-limits", message, Range(line, 1, line, 1))
    return Document(source, index, line, "", None, (problem,))


def _is_broken(document: Document) -> bool:
    return any(problem.rule != "empty-document" for problem in document.problems)


def _split(text: str) -> Iterable[_Chunk]:
    """Split at lines that begin with `---`, before YAML is read, as kubectl's reader does."""
    if text.startswith("---") or "\n---" in text:
        return _split_at_separators(text)
    return (_Chunk(1, text, after_separator=False),)


def _split_at_separators(text: str) -> Iterator[_Chunk]:
    start, first_line = 0, 1
    after = False
    bad = None
    begin = 0 if text.startswith("---") else text.index("\n---") + 1
    while True:
        end = text.find("\n", begin)
        line = text[begin:] if end < 0 else text[begin:end]
        number = first_line + text.count("\n", start, begin)
        rest = line[3:].strip()
        if rest and not rest.startswith("#"):
            bad = bad or _bad_separator(number, line)
        else:
            if number > first_line or after:
                yield _Chunk(first_line, text[start : max(begin - 1, start)], after, bad)
            start, first_line = begin + len(line) + 1, number + 1
            after = True
            bad = None
        if end < 0 or (before := text.find("\n---", end)) < 0:
            break
        begin = before + 1
    yield _Chunk(first_line, text[start:], after, bad)


def _read(source: Source, index: int, chunk: _Chunk, limits: Limits) -> tuple[Document | None, int]:
    """Read one document; None where there is nothing in it and nothing to say. Also return how many values it holds."""
    first_line, text, after_separator, bad_separator = chunk
    if bad_separator is not None:
        return Document(source, index, first_line, text, None, (bad_separator,)), 0
    if (plain := read_plain(text, limits)) is not None:
        value, size = plain
        return Document(source, index, first_line, text, value, ()), size
    from linter.loading.yaml.composer import ComposeError, compose

    try:
        composed = compose(text, limits=limits)
    except ComposeError as error:
        problem = LoadProblem(error.rule, error.message, _shift(error.range, first_line))
        return Document(source, index, first_line, text, None, (problem,)), 0
    problems = [each._replace(range=_shift(each.range, first_line)) for each in composed.problems]
    if composed.more is not None:
        range_ = _shift(composed.more, first_line)
        message = "kubectl reads nothing behind `...`; separate documents by a line with `---`."
        problems.append(LoadProblem("ignored-document", message, range_, reason=None))
    if composed.value is None:
        if not after_separator:
            return None, composed.size
        problems.append(
            LoadProblem(
                "empty-document",
                "This document is empty; kubectl skips it. Remove the separator above it.",
                Range(first_line - 1, 1, first_line - 1, 4),
                reason=None,
            )
        )
    return Document(source, index, first_line, text, composed.value, tuple(problems)), composed.size


def _bad_separator(number: int, line: str) -> LoadProblem:
    return LoadProblem(
        "yaml-syntax",
        "kubectl takes nothing but a comment behind the separator `---`; put the text on the next line.",
        Range(number, 4, number, len(line) + 1),
    )


def _shift(range_: Range, first_line: int) -> Range:
    return Range(
        range_.line + first_line, range_.column + 1, range_.end_line + first_line, range_.end_column + 1
    )


def _json_documents(source: Source, limits: Limits) -> Iterator[Document]:
    """Read a text that begins with a brace: kubectl takes it as JSON, one object behind the other.

    Yields nothing for a text that YAML has to judge: broken as JSON, or with a repeated key (its position is needed).
    """
    import json

    decoder = json.JSONDecoder(
        object_pairs_hook=_unique,
        parse_float=lambda text: as_json(float(text)),
        parse_int=json_integer,
        parse_constant=lambda text: as_json(
            float(text)
        ),  # NaN and Infinity, which only Python takes for JSON
    )
    text = source.text
    found: list[Document] = []
    left = limits.values
    position, line = _next_value(text, 0, 1)
    while position < len(text):
        if len(found) >= limits.documents:
            found.append(_too_many(source, len(found), line, limits))
            break
        try:
            value, end = decoder.raw_decode(text, position)
            left -= _size(value, limits.depth, left)
        except json.JSONDecodeError as error:
            if text.startswith("---", position):
                return  # YAML documents whose first one is in braces
            found.append(Document(source, len(found), 1, text, None, (_json_problem(text, error),)))
            break
        except (_RepeatedKeyError, RecursionError):
            return
        except (ScalarError, _LimitError) as error:
            rule = "yaml-syntax" if isinstance(error, ScalarError) else "yaml-limits"
            problem = LoadProblem(rule, str(error), Range(line, 1, line, 1))
            found.append(Document(source, len(found), 1, text, None, (problem,)))
            break
        column = position - text.rfind("\n", 0, position) - 1
        # Blanks keep the columns right; nobody looks at columns in a line of thousands of characters.
        indent = " " * column if column <= _WIDEST else ""
        found.append(Document(source, len(found), line, indent + text[position:end], value, ()))
        position, line = _next_value(text, end, line + text.count("\n", position, end))
    yield from found


_WIDEST = 10_000


def _next_value(text: str, position: int, line: int) -> tuple[int, int]:
    """Return where the next value begins, behind blanks, and its line."""
    start = position
    while position < len(text) and text[position].isspace():
        position += 1
    return position, line + text.count("\n", start, position)


def _json_problem(text: str, error: Any) -> LoadProblem:
    position, fault = error.pos, f"{error.msg[0].lower()}{error.msg[1:]}"
    before = text[:position].rstrip()
    if text[position : position + 1] in {"}", "]"} and before.endswith(","):
        # Python 3.13 points at a comma that is too many, earlier versions at what stands behind it.
        position, fault = (
            len(before) - 1,
            "illegal trailing comma before end of " + ("object" if text[position] == "}" else "array"),
        )
    if number := _zero_in_front(text, position):
        position, fault = position - 1, number
    line = text.count("\n", 0, position) + 1
    column = position - text.rfind("\n", 0, position)
    message = f"A file that begins with a brace is read as JSON by kubectl, and here it is not: {fault}."
    return LoadProblem("yaml-syntax", message, Range(line, column, line, column + 1))


def _zero_in_front(text: str, position: int) -> str | None:
    """Say how a number with a zero in front (0400) is written in JSON, whose reader stops behind the zero; None for anything else."""
    import re

    from linter.kube.file_modes import FIELDS

    digits = re.compile("[0-9]+").match(text, position)
    if digits is None or text[position - 1] != "0" or text[position - 2 : position - 1].isalnum():
        return None
    octal = f"0{digits[0]}"
    meant = str(int(octal, 8)) if not {"8", "9"} & set(octal) else None
    key = re.search(r'"(\w+)"\s*:\s*0$', text[max(position - 100, 0) : position])
    if key is not None and key[1] in FIELDS and meant is not None:
        return f"JSON knows no octal numbers such as {octal}; the mode is {meant} there"
    either = f", or {meant} if it is octal" if meant is not None else ""
    return f"no number begins with a zero; write {digits[0].lstrip('0') or 0}{either}"


class _RepeatedKeyError(ValueError):
    pass


class _LimitError(Exception):
    pass


def _size(value: Any, max_depth: int, most: int) -> int:
    """Count the values in a JSON value.

    Raises:
        _LimitError: There are more than that, or they nest too deep.
    """
    size, depth = 1, 0
    level = [value] if isinstance(value, (dict, list)) else []
    while level:
        depth += 1
        if depth > max_depth:
            raise _LimitError(f"Nested more than {max_depth} levels deep; --limit depth=NUMBER allows more.")
        inside: list[Any] = []
        for each in level:
            children = each.values() if type(each) is dict else each
            size += len(each) * (2 if type(each) is dict else 1)
            inside += [child for child in children if type(child) is dict or type(child) is list]
        if size > most:
            raise _LimitError(
                "The file holds more values than are read at once. Split it, or raise the limit with "
                "--limit values=NUMBER."
            )
        level = inside
    return size


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise _RepeatedKeyError
    return result


def resources_of(document: Document) -> Iterable[Resource]:
    """Return the objects of a document; a List gives its items. What is not an object gives none (see rule `not-an-object`)."""
    value = document.value
    if not isinstance(value, dict):
        return ()
    return _expand(value, document, ()) if "items" in value else (resource_of(value, document),)


def manifests_of(document: Document) -> dict[FieldPath, dict[str, Any]]:
    """Return the manifests of a document's objects by where they stand in it."""
    return {each.root: each.manifest for each in resources_of(document)}


def _expand(value: dict[str, Any], document: Document, root: FieldPath) -> Iterator[Resource]:
    kind = value.get("kind")
    items = value.get("items")
    if isinstance(kind, str) and kind.endswith("List") and isinstance(items, list) and "spec" not in value:
        for index, item in enumerate(items):
            if isinstance(item, dict):
                if kind != "List" and "kind" not in item and "apiVersion" not in item:
                    # kubectl gives the items of a typed list (ConfigMapList) what the list says of them.
                    typed = {"apiVersion": value.get("apiVersion"), "kind": kind.removesuffix("List"), **item}
                    yield resource_of(typed, document, (*root, "items", index))
                    continue
                yield from _expand(item, document, (*root, "items", index))
        return
    yield resource_of(value, document, root)


def resource_of(
    value: dict[str, Any],
    document: Document,
    root: FieldPath = (),
    variables: Mapping[str, str] | None = None,
) -> Resource:
    """Return the resource that stands somewhere in a document; what is known of its variables is filled in.

    Args:
        value: The object as written.
        document: The document.
        root: Where it stands in there.
        variables: The variables that are given; None: those of the document's source.
    """
    # What is built has no text of its own.
    is_marked = document.is_marked if document.written is None else holds_mark(value)
    if not is_marked and "sops" not in value:
        return Resource(value, document, root)
    from linter.loading.substitution import fill_in, has_encryption

    if not is_marked and not has_encryption(value):
        return Resource(value, document, root)
    given = dict(document.source.variables) if variables is None else variables
    return Resource(fill_in(value, given), document, root, partly_known=True)
