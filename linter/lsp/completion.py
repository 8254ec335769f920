"""What completion offers: the names of fields and the values that a field takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from linter.lsp.fields import Field, fields_at, kind_names, opens_block, spelled_type, values_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.lsp.cursor import Cursor
    from linter.version import KubeVersion


def completions(cursor: Cursor, version: KubeVersion) -> Iterator[types.CompletionItem]:
    """Yield what can be written at a cursor."""
    if cursor.in_value:
        yield from _values(cursor, version)
        return
    if not cursor.parent and not cursor.kind:
        for name in ("apiVersion", "kind", "metadata"):
            if name not in cursor.siblings:
                yield types.CompletionItem(
                    label=name, kind=types.CompletionItemKind.Field, insert_text=f"{name}: "
                )
        return
    for field in fields_at(cursor, version):
        if field.name not in cursor.siblings:
            yield _key(field)


def _key(field: Field) -> types.CompletionItem:
    required = ", required" if field.required else ""
    return types.CompletionItem(
        label=field.name,
        kind=types.CompletionItemKind.Field,
        detail=f"{spelled_type(field.type)}{required}",
        insert_text=f"{field.name}:" if opens_block(field.type) else f"{field.name}: ",
        # What must be written is offered first.
        sort_text=f"{0 if field.required else 1}{field.name}",
    )


def _values(cursor: Cursor, version: KubeVersion) -> Iterator[types.CompletionItem]:
    if not cursor.parent and cursor.key == "kind":
        for kind in kind_names():
            yield _value(kind)
    elif not cursor.parent and cursor.key == "apiVersion":
        known = kind_names()
        versions = known.get(cursor.kind) or sorted({each for found in known.values() for each in found})
        for api_version in versions:
            yield _value(api_version)
    else:
        for field in fields_at(cursor, version):
            if field.name == cursor.key:
                for value in values_of(field):
                    yield _value(value)


def _value(text: str) -> types.CompletionItem:
    return types.CompletionItem(label=text, kind=types.CompletionItemKind.EnumMember)
