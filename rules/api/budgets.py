"""The spec of a PodDisruptionBudget.

Source: https://kubernetes.io/docs/tasks/run-application/configure-pdb/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.engine.rule import Context, Problem, rule
from linter.kube.names import is_percent
from linter.kube.suggest import not_supported, quote

from .selectors import selector_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource

KIND = {"PodDisruptionBudget"}
EVICTION_POLICIES = ("AlwaysAllow", "IfHealthyBudget")


def spec_is_faulty(budget: Resource) -> bool:
    """Tell whether the API server refuses the spec: it then looks no further."""
    faulty: bool | None = budget.memo.get(spec_is_faulty)
    if faulty is None:
        spec = budget.object.get("spec") or {}
        faulty = bool(selector_problems(budget)) or any(True for _ in _spec_problems(spec))
        budget.memo[spec_is_faulty] = faulty
    return faulty


@rule("disruption-budget", kinds=KIND, needs={"minAvailable", "maxUnavailable", "unhealthyPodEvictionPolicy"})
def disruption_budget(resource: Resource, context: Context) -> Iterator[Problem]:
    """A PodDisruptionBudget states one budget, as a number or a percentage.

    Write `minAvailable` or `maxUnavailable`, not both: an integer that is not negative, or a percentage from `0%` to
    `100%` (without a sign or decimals). A number between quotes is no integer. `unhealthyPodEvictionPolicy` is
    IfHealthyBudget or AlwaysAllow.

    ```yaml bad
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata:
      name: web
    spec:
      minAvailable: "2"
      selector:
        matchLabels:
          app: web
    ```

    ```yaml good
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata:
      name: web
    spec:
      maxUnavailable: 1
      selector:
        matchLabels:
          app: web
    ```
    """
    yield from _spec_problems(resource.object.get("spec") or {})


def _spec_problems(spec: dict[str, Any]) -> Iterator[Problem]:
    if "minAvailable" in spec and "maxUnavailable" in spec:
        yield Problem(
            ("spec",), "minAvailable and maxUnavailable exclude each other: keep one of them.", "Invalid"
        )
    for name in ("minAvailable", "maxUnavailable"):
        if name in spec and (fault := amount_fault(spec[name])):
            yield Problem(("spec", name), f"{name} is {quote(spec[name])}; {fault}.", "Invalid")
    policy = spec.get("unhealthyPodEvictionPolicy")
    if policy is not None and policy not in EVICTION_POLICIES:
        yield Problem(
            ("spec", "unhealthyPodEvictionPolicy"),
            not_supported("unhealthyPodEvictionPolicy", policy, EVICTION_POLICIES),
            "NotSupported",
        )


def amount_fault(value: int | str, *, at_most_all: bool = True) -> str | None:
    """Return what is wrong with a number or percentage of pods, as the end of a sentence; None where nothing is.

    Args:
        value: The value, e.g. 1 or "25%".
        at_most_all: Refuse percentages above 100%.
    """
    if isinstance(value, int):
        return "it must not be negative" if value < 0 else None
    if not is_percent(value):
        if value.isascii() and value.isdigit():
            return f"write {value[:20]} without quotes, or a percentage such as `25%`"
        return "it must be an integer or a percentage such as `25%`"
    if at_most_all and effective_amount(value) > 100:
        return "it must not be above `100%`"
    return None


def effective_amount(value: int | str) -> int:
    """Return the number in a value as the API server reads it, right or wrong: text that holds no number counts as 0."""
    if isinstance(value, int):
        return value
    digits = value.removesuffix("%") if is_percent(value) else value
    sign = -1 if digits.startswith("-") else 1
    if digits.startswith(("-", "+")):
        digits = digits[1:]
    if not (digits.isascii() and digits.isdigit()):
        return 0
    digits = digits.lstrip("0")
    return sign * int(digits[:19] or "0")
