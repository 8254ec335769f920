"""Serialized protocol buffers, taken apart without their definitions: https://protobuf.dev/programming-guides/encoding/."""

from __future__ import annotations

from typing import Any

Fields = dict[int, list[Any]]
"""Values by field number: whole numbers, or bytes (texts, messages, packed numbers)."""


def decode(data: bytes) -> Fields:
    """Take a message apart."""
    fields: Fields = {}
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        number, kind = tag >> 3, tag & 7
        value: Any
        if kind == 0:
            value, at = _varint(data, at)
        elif kind == 2:
            length, at = _varint(data, at)
            value = data[at : at + length]
            at += length
        else:
            size = 8 if kind == 1 else 4
            value = int.from_bytes(data[at : at + size], "little")
            at += size
        fields.setdefault(number, []).append(value)
    return fields


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return value, at
        shift += 7
