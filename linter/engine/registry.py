"""Which rules there are: those of linter.rules, by their index, and those that a configuration adds."""

from __future__ import annotations

from functools import cache, partial
from types import FunctionType, MappingProxyType

from linter.engine.rule import Rule
from linter.errors import InputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from types import ModuleType
    from typing import Any, Final

    from linter.engine.rule import Context, Problem

    Ask = Callable[[Any, Context], Iterator[Problem]]
    """A rule's function."""
    Asked = tuple[Rule, Ask]

GROUPS = ("api", "wiring", "rollout", "practice")
CUSTOM: Final = "custom"
"""The group of the rules that a configuration adds; it is on when there are any."""
DEFAULT_GROUPS = frozenset({"api", "wiring", "rollout", CUSTOM})


@cache
def all_rules() -> Mapping[str, Rule]:
    """Return every rule by id: by group, then by module name, then in the order of the module."""
    from linter.engine.own_rules import OWN_RULES

    rules: dict[str, Rule] = {}
    for rule in (*(rule for group in GROUPS for rule in _rules_of(group)), *OWN_RULES):
        if rule.id in rules:
            raise RuntimeError(f"two rules are called {rule.id}")
        rules[rule.id] = rule
    return MappingProxyType(rules)


@cache
def _rules_of(group: str) -> tuple[Rule, ...]:
    from linter.rules.index import RULES

    rules = []
    for of, module, function, rule_id, severity, kinds, scope, needs, options, asks_run, asks_nodes in RULES:
        if of != group:
            continue
        check = None if module is None else _Deferred(f"linter.rules.{group}.{module}", function)
        rules.append(
            Rule(
                rule_id,
                group,  # type: ignore[arg-type]
                severity,
                None if kinds is None else frozenset(kinds),
                scope,
                check,
                partial(_page_of, rule_id) if check is None else check.page,
                options,
                None if needs is None else frozenset(needs),
                asks_run,
                asks_nodes,
            )
        )
    return tuple(rules)


def _page_of(rule_id: str) -> str:
    from linter.rules.pages import read_page

    return read_page(rule_id).text


class _Deferred:
    """A rule's function, whose module is loaded when it is first asked: most manifests need few of the rules."""

    __slots__ = ("_check", "function", "module")

    def __init__(self, module: str, function: str) -> None:
        self.module = module
        self.function = function
        self._check: Ask | None = None

    def __call__(self, subject: Any, context: Context) -> Iterator[Problem]:
        return self.load()(subject, context)

    def page(self) -> str:
        check = self.load()
        return check.__doc__ or _docstring_in_source(check)

    def load(self) -> Ask:
        if self._check is None:
            # As importlib.import_module, which would be loaded for it.
            module = __import__(self.module, fromlist=(self.function,))
            self._check = getattr(module, self.function)
        return self._check


def loaded(rules: Iterable[Rule]) -> tuple[Asked, ...]:
    """Return rules with their functions themselves, which are loaded for it: those of rules that the server or the reader finds have none."""
    return tuple(
        (rule, rule.check.load() if isinstance(rule.check, _Deferred) else rule.check)
        for rule in rules
        if rule.check is not None
    )


def _docstring_in_source(check: Callable[..., Any]) -> str:
    """Return the docstring of a function, which is its page, where `python -OO` has dropped it."""
    import ast
    import inspect

    (function,) = ast.parse(inspect.getsource(check)).body
    return (isinstance(function, ast.FunctionDef) and ast.get_docstring(function)) or ""


def rules_in(module: ModuleType) -> Iterable[Rule]:
    """Yield the rules that a module defines, in its order."""
    for value in vars(module).values():
        if isinstance(value, FunctionType) and value.__module__ == module.__name__:
            rule = getattr(value, "rule", None)
            if isinstance(rule, Rule):
                yield rule


class UnknownRuleError(InputError, ValueError):
    """A name that is neither a rule nor a group."""


def with_custom(custom: Iterable[Rule]) -> Mapping[str, Rule]:
    """Return every rule by id, with custom ones behind those that podplan brings along.

    Raises:
        UnknownRuleError: A custom rule has the id of another rule, or of a group.
    """
    rules = dict(all_rules())
    for rule in custom:
        if rule.id in rules or rule.id in {*GROUPS, CUSTOM}:
            raise UnknownRuleError(
                f"The custom rule `{rule.id}` has the name of another rule; give it its own."
            )
        rules[rule.id] = rule
    return MappingProxyType(rules)


def choose(select: Iterable[str], ignore: Iterable[str], custom: Iterable[Rule] = ()) -> list[Rule]:
    """Return the rules that are to run.

    Args:
        select: Rules and groups; nothing means the default groups. A rule named here runs although its group is off.
        ignore: Rules and groups to leave out; a rule that `select` names itself stays when only its group is ignored.
        custom: Rules that podplan does not bring along.

    Raises:
        UnknownRuleError: A name that does not exist, with the nearest one that does.
    """
    wanted = set(select) or set(DEFAULT_GROUPS)
    unwanted = set(ignore)
    custom = tuple(custom)
    if not custom and wanted | unwanted <= {*GROUPS, CUSTOM}:
        # Most runs name no rule, and need not look at those of other groups.
        from linter.engine.own_rules import OWN_RULES

        groups = [group for group in GROUPS if group in wanted - unwanted]
        return [*(rule for group in groups for rule in _rules_of(group)), *OWN_RULES]
    rules = with_custom(custom)
    for name in sorted(wanted | unwanted):
        if name not in rules and name not in GROUPS and name != CUSTOM:
            raise UnknownRuleError(unknown(name, rules))
    return [
        rule
        for rule in rules.values()
        if rule.group == "podplan"
        or (
            ((rule.id in wanted or rule.group in wanted) and rule.id not in unwanted)
            and (rule.group not in unwanted or rule.id in wanted)
        )
    ]


def unknown(name: str, rules: Iterable[str] | None = None) -> str:
    """Say that there is no such rule, and what may be meant.

    Args:
        name: What there is not.
        rules: The ids of all rules, where there are custom ones among them.
    """
    import difflib

    near = difflib.get_close_matches(name, [*(rules or all_rules()), *GROUPS, CUSTOM], n=1)
    hint = f" Did you mean `{near[0]}`?" if near else " `podplan rules` lists them all."
    return f"There is no rule or group `{name}`.{hint}"
