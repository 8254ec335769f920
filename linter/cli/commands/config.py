"""`podplan config`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from linter.cli.options import PATH, config_option, quote_command

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linter.engine.config.file import Config
    from linter.engine.config.settings import Setting


@click.command(
    name="config",
    epilog=quote_command(
        "Examples:",
        "podplan config",
        "podplan config charts/",
        "podplan config --schema > podplan.schema.json",
    ),
)
@click.argument("path", default=".", metavar="[PATH]", type=PATH)
@config_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--schema", "as_schema", is_flag=True, help="Print the JSON Schema of the file instead, for editors."
)
def command(path: str, config_file: str | None, form: str, *, as_schema: bool) -> None:
    """Print the effective configuration for a path, and where each value comes from.

    It is what `podplan lint PATH` uses where its options say nothing else. The exit status is 2 when the configuration has
    faults.
    """
    from linter.cli.reports import write_out
    from linter.engine.config.load import lint_options, read_config
    from linter.engine.config.schema import schema
    from linter.engine.config.settings import resolve_settings
    from linter.output.terminal import json_text, sanitize

    if as_schema:
        write_out(json_text(schema()))
        return
    config = read_config(config_file, (path,))
    settings = resolve_settings(config, {})
    options = lint_options(settings, config)
    if form == "json":
        listed = {name: {"value": value, "from": origin} for name, (value, origin) in settings.items()}
        write_out(json_text({"file": config.name or None, "settings": listed}))
        return
    lines = [f"configuration: {sanitize(config.name or 'no file, defaults alone')}"]
    if options.custom_rules:
        lines.append(f"custom rules: {', '.join(rule.id for rule in options.custom_rules)}")
    write_out("\n".join([*lines, "", *_table(settings, config)]) + "\n")


def _table(settings: Mapping[str, Setting], config: Config) -> list[str]:
    from linter.engine.config.settings import entries
    from linter.output.terminal import sanitize, without_commands

    rows = [
        [sanitize(cell) for cell in (name, _shown(setting.value), setting.origin)]
        for name, setting in entries(settings, config, {})
    ]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    return [
        without_commands(f"{name:{widths[0]}}  {value:{min(widths[1], 50)}}  {origin}")
        for name, value, origin in rows
    ]


def _shown(value: Any) -> str:
    if value in (None, [], {}):
        return "-"
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    if isinstance(value, dict):
        return " ".join(f"{key}={_shown(each)}" for key, each in value.items())
    return str(value).lower() if isinstance(value, bool) else str(value)
