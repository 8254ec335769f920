"""The rules of a run: which of them to ask of a resource."""

from __future__ import annotations

from linter.engine.own_rules import INTERNAL_ERROR, TOO_MANY_FINDINGS
from linter.engine.registry import CUSTOM, loaded
from linter.kube.kinds import is_builtin
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from linter.engine.registry import Asked
    from linter.engine.rule import Rule
    from linter.loading.resource import Resource


class ToAsk(NamedTuple):
    """The rules that can find something in a resource."""

    at_once: tuple[Asked, ...]
    with_the_run: tuple[Rule, ...]
    """Those that look at other resources first of all (`Rule.asks_run`)."""


_KEPT_SETS = 2_000
"""How many different sets of fields are remembered with the rules to ask for them."""


class RuleSet:
    """The chosen rules, by kind.

    Args:
        rules: The rules.
        timings: Gets the seconds that the API server takes for each kind; None where nobody asks.
    """

    def __init__(self, rules: Iterable[Rule], timings: dict[str, float] | None = None) -> None:
        self.by_id: dict[str, Rule] = {each.id: each for each in (INTERNAL_ERROR, TOO_MANY_FINDINGS)}
        self.timings = timings
        self.asks_server = False
        """Whether anything that the API server says is asked for."""
        self.document_rules: list[Rule] = []
        self._rules: list[Rule] = []
        self._by_kind: dict[str, tuple[Rule, ...]] = {}
        self._by_fields: dict[tuple[str, str, frozenset[str], bool, bool], ToAsk] = {}
        for rule in rules:
            self.by_id[rule.id] = rule
            if rule.check is None:
                self.asks_server = True
            elif rule.scope == "document":
                self.document_rules.append(rule)
            else:
                self._rules.append(rule)
        self._needed = frozenset().union(*(rule.needs for rule in self._rules if rule.needs))

    def rules_for_kind(self, kind: str) -> tuple[Rule, ...]:
        """Return the rules that look at resources of a kind; a custom one has its group behind it, as `ScaledObject.keda.sh`."""
        if kind not in self._by_kind:
            name, dot, _ = kind.partition(".")
            self._by_kind[kind] = tuple(
                rule
                for rule in self._rules
                if (kind in rule.kinds if rule.kinds is not None else not dot)
                # Rules of one's own look at custom kinds by their name alone.
                or (dot and rule.group == CUSTOM and (rule.kinds is None or name in rule.kinds))
            )
        return self._by_kind[kind]

    def rules_for(self, resource: Resource) -> tuple[Rule, ...]:
        """Return the rules that can find something in a resource: those whose `needs` are written, or that need nothing."""
        kind = resource.kind if is_builtin(resource.api_version) else f"{resource.kind}.{resource.group}"
        return tuple(
            rule
            for rule in self.rules_for_kind(kind)
            if rule.needs is None or not rule.needs.isdisjoint(resource.fields)
        )

    def to_ask(self, resource: Resource, *, with_nodes: bool) -> ToAsk:
        """Return the rules to ask of a resource, with the modules loaded of those that are asked at once."""
        # Manifests of one repository are much alike: few sets of fields that rules ask for occur in many files.
        fields = resource.fields
        is_controlled = "ownerReferences" in fields and resource.is_controlled
        key = (resource.api_version, resource.kind, self._needed & fields, is_controlled, with_nodes)
        to_ask = self._by_fields.get(key)
        if to_ask is None:
            rules = [rule for rule in self.rules_for(resource) if with_nodes or not rule.asks_nodes]
            if is_controlled:  # it is reported of the owner, whose template this is
                rules = [rule for rule in rules if rule.group not in {"rollout", "practice"}]
            at_once = loaded(rule for rule in rules if not rule.asks_run)
            to_ask = ToAsk(at_once, tuple(rule for rule in rules if rule.asks_run))
            if len(self._by_fields) < _KEPT_SETS:
                self._by_fields[key] = to_ask
        return to_ask
