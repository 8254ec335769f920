"""Whether a rule could judge what a suppression is about: only then may it be called unused."""

from __future__ import annotations

from collections import defaultdict

from linter.engine.checking import NOT_YET, NeedsTheRunError
from linter.engine.filing import pod_labels
from linter.kube.kinds import is_builtin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from linter.engine.checking import Found
    from linter.engine.report.suppress import Suppression
    from linter.engine.rule import Context, Rule
    from linter.loading.resource import Resource


class Judged:
    """What the rules of a run could know.

    Args:
        rules: The rules that ran.
        resources: All resources of the run.
        found: What was found.
        context: What the rules knew.
    """

    def __init__(
        self, rules: Iterable[Rule], resources: Iterable[Resource], found: Sequence[Found], context: Context
    ) -> None:
        self._rules = {rule.id: rule for rule in rules}
        self._context = context
        self._resources: dict[int, list[Resource]] = defaultdict(list)
        for resource in resources:
            self._resources[id(resource.document)].append(resource)
        self._found = {(each.rule.id, id(each.document)) for each in found}
        # What the API server refuses hides what else it would say, and of what it cannot read no rule is asked.
        self._refused = {
            id(each.document)
            for each in found
            if each.rule.group == "api" and each.problem.reason is not None
        }

    def could_judge(self, suppression: Suppression) -> bool:
        """Tell whether the rule of a suppression would have found what it is about, if it were there."""
        if (suppression.rule, id(suppression.document)) in self._found:
            return True  # it has found something elsewhere in the document
        if id(suppression.document) in self._refused:
            return False
        rule = self._rules[suppression.rule]
        about = [
            each
            for each in self._resources[id(suppression.document)]
            if suppression.root is None or each.root == suppression.root
        ]
        return all(self._sees(rule, resource) for resource in about)

    def _sees(self, rule: Rule, resource: Resource) -> bool:
        if rule.check is None:
            return is_builtin(resource.api_version)  # of others there may be no schema
        if rule.scope == "document" or (rule.kinds is not None and resource.kind not in rule.kinds):
            return True
        try:
            for _ in rule.check(resource, self._context._replace(inventory=NOT_YET)):
                pass
        except NeedsTheRunError:
            return self._surrounds(resource)
        except Exception:  # noqa: BLE001  it has been reported as what it is
            return False
        return True

    def _surrounds(self, resource: Resource) -> bool:
        """Tell whether the run holds what is around a resource.

        Files that were named one by one are a part of it, and so is what comes without any pods.
        """
        if resource.document.source.explicit:
            return False
        return any(
            each is not resource and each.namespace == resource.namespace and pod_labels(each) is not None
            for resources in self._resources.values()
            for each in resources
        )
