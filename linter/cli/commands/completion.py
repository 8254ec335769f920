"""`podplan completion`."""

from __future__ import annotations

import click

from linter.cli.options import quote_command


@click.command(
    name="completion",
    epilog=quote_command(
        "Examples:",
        'eval "$(podplan completion bash)"                                  # in ~/.bashrc',
        'eval "$(podplan completion zsh)"                                   # in ~/.zshrc',
        "podplan completion fish > ~/.config/fish/completions/podplan.fish",
    ),
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the script that completes podplan's commands, options and files in a shell, and what stands in the files: workloads, containers, pods, nodes."""
    from click.shell_completion import get_completion_class

    from linter.cli.app import app
    from linter.cli.bash import register
    from linter.cli.reports import write_out

    register()
    maker = get_completion_class(shell)
    if maker is None:  # pragma: no cover  the choice above names only shells that click knows
        raise click.UsageError(f"click cannot complete for {shell}")
    write_out(maker(app, {}, "podplan", "_PODPLAN_COMPLETE").source() + "\n")
