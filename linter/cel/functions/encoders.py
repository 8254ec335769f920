"""Functions that Kubernetes' own rules do not have, but rules of one's own do: mathematics and encodings.

Source: https://pkg.go.dev/github.com/google/cel-go/ext#Math
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from math import ceil, floor, isfinite, isinf, isnan, trunc
from typing import TYPE_CHECKING, Any, Final

from linter.cel.errors import NO_OVERLOAD, EvaluationError
from linter.cel.functions.operators import whole
from linter.cel.values import compare, is_number

if TYPE_CHECKING:
    from collections.abc import Callable


def _extreme(sign: int) -> Callable[..., Any]:
    def extreme(*values: Any) -> Any:
        numbers = values[0] if len(values) == 1 and isinstance(values[0], list) else values
        if not numbers or not all(map(is_number, numbers)):
            raise EvaluationError(NO_OVERLOAD)
        best = numbers[0]
        for each in numbers[1:]:
            if compare(each, best) * sign > 0:
                best = each
        return best

    return extreme


def _of_double(of: Callable[[float], Any]) -> Callable[[Any], Any]:
    def function(value: Any) -> Any:
        if not isinstance(value, float):
            raise EvaluationError(NO_OVERLOAD)
        result = of(value) if isfinite(value) or of in {isnan, isinf, isfinite} else value
        return result if isinstance(result, bool) else float(result)

    return function


def _number(value: Any) -> Any:
    if not is_number(value):
        raise EvaluationError(NO_OVERLOAD)
    return value


def _absolute(value: Any) -> Any:
    number = _number(value)
    return abs(number) if isinstance(number, float) else whole(abs(number), number)


def _sign(value: Any) -> Any:
    number = _number(value)
    return type(number)((number > 0) - (number < 0))


def _round(value: float) -> float:
    return trunc(value + (0.5 if value >= 0 else -0.5))


def _decode(value: Any) -> bytes:
    if not isinstance(value, str):
        raise EvaluationError(NO_OVERLOAD)
    try:
        return b64decode(value + "=" * (-len(value) % 4), validate=True)
    except ValueError:
        raise EvaluationError("illegal base64 data") from None


def _encode(value: Any) -> str:
    if not isinstance(value, bytes):
        raise EvaluationError(NO_OVERLOAD)
    return str(b64encode(value), "ascii")


FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "math.greatest": _extreme(1),
    "math.least": _extreme(-1),
    "math.abs": _absolute,
    "math.sign": _sign,
    "math.ceil": _of_double(ceil),
    "math.floor": _of_double(floor),
    "math.trunc": _of_double(trunc),
    "math.round": _of_double(_round),
    "math.isNaN": _of_double(isnan),
    "math.isInf": _of_double(isinf),
    "math.isFinite": _of_double(isfinite),
    "base64.encode": _encode,
    "base64.decode": _decode,
}
