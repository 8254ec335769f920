"""`podplan explain`."""

from __future__ import annotations

import click

from linter.cli import completers
from linter.cli.options import config_option, quote_command


@click.command(name="explain", epilog=quote_command("Example:", "podplan explain selector-mismatch"))
@click.argument("rule", metavar="RULE", shell_complete=completers.rules)
@config_option
def command(rule: str, config_file: str | None) -> None:
    """Explain a rule: why it matters, how to fix it, a bad and a good example."""
    from linter.cli.reports import write_out
    from linter.engine.config.load import every_rule
    from linter.engine.registry import UnknownRuleError, all_rules, unknown
    from linter.engine.report.finding import docs_of, page_url
    from linter.output.rule_page import with_headings
    from linter.output.terminal import sanitize_lines

    found = all_rules().get(rule)
    if found is None:
        rules = every_rule(config_file)
        found = rules.get(rule)
        if found is None:
            raise UnknownRuleError(unknown(rule, rules))
    kinds = ", ".join(sorted(found.kinds)) if found.kinds is not None else "all kinds"
    head = f"{found.id} ({found.group}, {found.severity}; {kinds})"
    lines = [head, "=" * len(head), "", with_headings(found.page)]
    for name, default in found.options.items():
        lines += ["", f"Option `{name}`, default {default!r}"]
    lines += ["", page_url(docs_of(found.group, found.id))]
    write_out(sanitize_lines("\n".join(lines)) + "\n")
