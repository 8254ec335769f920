"""A share of a large run, checked ahead: what it comes to is stored, so that the run itself finds most of its work done."""

from __future__ import annotations

from linter.engine.run.run import check_files, context_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.engine.config.options import LintOptions
    from linter.engine.run.inputs import Inputs
    from linter.engine.run.stored import Stored


def prepare(inputs: Inputs, options: LintOptions, stored: Stored, share: slice) -> None:
    """Check files, and what kustomizations build, as far as it goes without the rest of the run.

    Args:
        inputs: What there is to check; of kustomizations those of the share alone are built.
        options: What the run is asked for.
        stored: Where the results are kept.
        share: Which of the files are checked.
    """
    from linter.apiserver.server import Server
    from linter.engine.registry import choose
    from linter.engine.rule_set import RuleSet
    from linter.engine.run.sets import check_sets

    rules = RuleSet(choose(options.select, options.ignore, options.custom_rules))
    for _ in check_files(inputs.sources[share], rules, options, stored):
        pass
    sets = () if inputs.sets is None else inputs.sets.sets
    check_sets(sets, rules, Server(options.version), context_of(options), stored)
