"""When a Job has failed (podFailurePolicy), and when it has done enough (successPolicy).

Source: https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-failure-policy and #success-policy
"""

from __future__ import annotations

import re

from linter.apiserver.constraints import check
from linter.kube import names
from linter.kube.pods import containers
from linter.kube.suggest import did_you_mean, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object
    from linter.path import FieldPath

MOST_RULES = 20
MOST_EXIT_CODES = 255
LONGEST_INDEXES = 65536
_FAILURE = "pod-failure-policy"
_SUCCESS = "job-success-policy"


def validate_pod_failure_policy(spec: Object, path: FieldPath, errors: Errors) -> None:
    """Judge the podFailurePolicy of a Job; one without rules is fine.

    Args:
        spec: The Job's spec.
        path: Where it stands.
        errors: Gets what is wrong.
    """
    rules = spec["podFailurePolicy"].get("rules") or ()
    at = (*path, "podFailurePolicy", "rules")
    if len(rules) > MOST_RULES:
        message = f"The policy has {len(rules)} rules; at most {MOST_RULES} are allowed."
        errors.too_many(at, message, rule=_FAILURE)
    pod = spec["template"]["spec"]
    known = {
        each.spec.get("name") or "" for each in containers(pod) if each.list_name != "ephemeralContainers"
    }
    for index, rule in enumerate(rules):
        _validate_failure_rule(rule, (*at, index), errors, known, per_index="backoffLimitPerIndex" in spec)


def validate_success_policy(spec: Object, path: FieldPath, errors: Errors) -> None:
    """Judge the successPolicy of a Job; arguments as for validate_pod_failure_policy."""
    at = (*path, "successPolicy")
    if spec.get("completionMode") != "Indexed":
        message = (
            "Only an Indexed Job can have a successPolicy: write `completionMode: Indexed`, or delete it."
        )
        errors.invalid(at, message, rule=_SUCCESS)
        return
    rules = spec["successPolicy"].get("rules") or ()
    if not rules:
        message = "The success policy has no rules; it needs at least one."
        errors.required((*at, "rules"), message, rule=_SUCCESS)
    if len(rules) > MOST_RULES:
        message = f"The policy has {len(rules)} rules; at most {MOST_RULES} are allowed."
        errors.too_many((*at, "rules"), message, rule=_SUCCESS)
    if (completions := spec.get("completions")) is not None:
        for index, rule in enumerate(rules):
            _validate_success_rule(rule, (*at, "rules", index), errors, completions)


def count_indexes(text: str, completions: int) -> int | None:
    """Count the indexes in a text such as "0,2-4,7".

    Args:
        text: Numbers and ranges in ascending order; empty for none.
        completions: How many indexes there are.

    Returns:
        None where it is malformed, out of order, or names an index that there isn't.
    """
    total, last = 0, -1
    for part in text.split(",") if text else ():
        limits = part.split("-")
        # Numbers as Go reads them: with a sign and any number of leading zeros, which Python would refuse.
        numbers = [re.fullmatch(r"\+?0*([0-9]{1,19})", each) for each in limits]
        if len(limits) > 2 or numbers[0] is None or numbers[-1] is None:
            return None
        first, final = int(numbers[0][1]), int(numbers[-1][1])
        if final >= completions or first <= last or (len(limits) == 2 and first >= final):
            return None
        total += final - first + 1
        last = final
    return total


def _validate_failure_rule(
    rule: Object, path: FieldPath, errors: Errors, known: Collection[str], *, per_index: bool
) -> None:
    check("batch/v1.PodFailurePolicyRule", rule, path, errors)
    if rule.get("action") == "FailIndex" and not per_index:
        message = "The action FailIndex needs a backoffLimitPerIndex of the Job."
        errors.invalid((*path, "action"), message, rule=_FAILURE)
    codes, conditions = rule.get("onExitCodes"), rule.get("onPodConditions")
    if codes is not None:
        _validate_exit_codes(codes, (*path, "onExitCodes"), errors, known)
    if conditions:
        _validate_conditions(conditions, (*path, "onPodConditions"), errors)
    if codes is not None and conditions:
        message = "A rule looks at exit codes or at pod conditions, not at both: make two rules of it."
        errors.invalid(path, message, rule=_FAILURE)
    if codes is None and not conditions:
        errors.invalid(path, "The rule needs onExitCodes or onPodConditions.", rule=_FAILURE)


def _validate_exit_codes(codes: Object, path: FieldPath, errors: Errors, known: Collection[str]) -> None:
    check("batch/v1.PodFailurePolicyOnExitCodesRequirement", codes, path, errors)
    name = codes.get("containerName")
    if name is not None and name not in known:
        message = f"The pod has no container {quote(name)}.{did_you_mean(name, known)}"
        errors.invalid((*path, "containerName"), message, rule=_FAILURE)
    values = codes.get("values") or ()
    at = (*path, "values")
    if not values:
        errors.invalid(at, "The rule names no exit codes.", rule=_FAILURE)
    elif len(values) > MOST_EXIT_CODES:
        message = f"There are {len(values)} exit codes; at most {MOST_EXIT_CODES} are allowed."
        errors.too_many(at, message, rule=_FAILURE)
    seen: set[int] = set()
    for index, value in enumerate(values):
        if value in seen:
            errors.duplicate((*at, index), f"The exit code {value} stands there twice.", rule=_FAILURE)
        seen.add(value)
        if value == 0 and codes.get("operator") == "In":
            message = "The exit code 0 is success, not failure: take it out of the list."
            errors.invalid((*at, index), message, rule=_FAILURE)
    if list(values) != sorted(values):
        errors.invalid(at, "The exit codes must be in ascending order.", rule=_FAILURE)


def _validate_conditions(conditions: list[Object], path: FieldPath, errors: Errors) -> None:
    if len(conditions) > MOST_RULES:
        message = f"There are {len(conditions)} conditions; at most {MOST_RULES} are allowed."
        errors.too_many(path, message, rule=_FAILURE)
    for index, condition in enumerate(conditions):
        check("batch/v1.PodFailurePolicyOnPodConditionsPattern", condition, (*path, index), errors)


def _validate_success_rule(rule: Object, path: FieldPath, errors: Errors, completions: int) -> None:
    indexes, count = rule.get("succeededIndexes"), rule.get("succeededCount")
    if indexes is None and count is None:
        message = "The rule needs succeededIndexes, succeededCount or both."
        errors.required(path, message, rule=_SUCCESS)
    check("batch/v1.SuccessPolicyRule", rule, path, errors)
    total = 0
    if indexes is not None:
        total = _validate_indexes(indexes, (*path, "succeededIndexes"), errors, completions)
    if count is None:
        return
    at = (*path, "succeededCount")
    if count > completions:
        message = f"succeededCount is {count}, but the Job has only {completions} indexes."
        errors.invalid(at, message, rule=_SUCCESS)
    if indexes is not None and count > total:
        message = f"succeededCount is {count}, but succeededIndexes names {total} indexes."
        errors.invalid(at, message, rule=_SUCCESS)


def _validate_indexes(text: str, path: FieldPath, errors: Errors, completions: int) -> int:
    """Judge succeededIndexes, and count the indexes: none where the text is malformed."""
    if names.byte_length(text) > LONGEST_INDEXES:
        errors.too_long(path, f"succeededIndexes is longer than {LONGEST_INDEXES} bytes.", rule=_SUCCESS)
    total = count_indexes(text, completions)
    if total is None:
        message = (
            f"succeededIndexes {quote(text)} must list indexes from 0 to {completions - 1} and ranges of them in ascending order, "
            "such as `0,2-4`."
        )
        errors.invalid(path, message, rule=_SUCCESS)
    return total or 0
