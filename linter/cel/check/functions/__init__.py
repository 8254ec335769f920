"""The signatures of all functions that expressions may call, by name."""

from __future__ import annotations

from typing import Final

from linter.cel.check.functions import conversions, kubernetes, lists, operators, optionals, texts, times

SIGNATURES: Final[dict[str, tuple[str, ...]]] = {
    **operators.SIGNATURES,
    **conversions.SIGNATURES,
    **texts.SIGNATURES,
    **lists.SIGNATURES,
    **times.SIGNATURES,
    **optionals.SIGNATURES,
    **kubernetes.SIGNATURES,
}
