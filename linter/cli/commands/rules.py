"""`podplan rules`."""

from __future__ import annotations

import click

from linter.cli.options import config_option, quote_command


@click.command(
    name="rules", epilog=quote_command("Examples:", "podplan rules", "podplan rules --group practice")
)
@click.option(
    "--group",
    type=click.Choice(["api", "wiring", "rollout", "practice", "custom", "podplan"]),
    help="Only this group.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@config_option
def command(group: str | None, form: str, config_file: str | None) -> None:
    """List the rules: id, severity, and what they find. Groups api, wiring and rollout are on by default.

    Custom rules are those of the configuration; they are on, too.
    """
    from linter.cli.reports import write_out
    from linter.engine.config.load import every_rule
    from linter.engine.registry import DEFAULT_GROUPS
    from linter.engine.report.finding import docs_of, page_url
    from linter.output.terminal import json_text, sanitize_lines

    rules = [rule for rule in every_rule(config_file).values() if group in {None, rule.group}]
    if form == "json":
        listed = [
            {
                "id": rule.id,
                "group": rule.group,
                "severity": rule.severity,
                "default": rule.group in DEFAULT_GROUPS or rule.group == "podplan",
                "summary": rule.summary,
                "docs_url": page_url(docs_of(rule.group, rule.id)),
                "kinds": sorted(rule.kinds) if rule.kinds is not None else None,
            }
            for rule in rules
        ]
        write_out(json_text(listed))
        return
    width = max((len(rule.id) for rule in rules), default=0)
    lines: list[str] = []
    last = None
    for rule in rules:
        if rule.group != last:
            state = "on" if rule.group in DEFAULT_GROUPS or rule.group == "podplan" else "off unless selected"
            lines += ["", f"{rule.group} ({state})"] if lines else [f"{rule.group} ({state})"]
            last = rule.group
        lines.append(f"  {rule.id:{width}}  {rule.severity:7}  {rule.summary}")
    write_out(sanitize_lines("\n".join(lines)) + "\n")
