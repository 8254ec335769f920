"""Writes docs/rules/ from the rules' docstrings and docs/command-line.md from the commands; with --check, only compares."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from click import Command

    from linter.engine.rule import Rule

DOCS = Path(__file__).parent
WIDTH = 110
"""Characters in a line of help."""
GROUPS = {
    "api": "What the API server would refuse, or warn about. On by default.",
    "wiring": "Objects that do not fit together. On by default.",
    "rollout": "Updates, scales and drains that will hurt. On by default.",
    "practice": "Advice. Off unless selected: `--select practice`, or a rule by name.",
    "podplan": "What podplan says about its own run. Always on.",
}

_ORDER = (
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "ReplicaSet",
    "ReplicationController",
    "Pod",
    "Job",
    "CronJob",
)
_PODS = """# Pods wherever they are

Which rules look into the pods of which kinds. The rules of group api are not listed: they judge the pods of every kind.

This page is made by `python docs/generate.py` from what the rules declare.

Why a rule does not look into all of them:

- an update is what a Deployment, StatefulSet or DaemonSet does; the others keep their pods as they are;
- a number of equal pods is what a Deployment, StatefulSet, ReplicaSet or ReplicationController runs; a ReplicaSet that a Deployment made
  is not told what its Deployment is told;
- whether a container still runs, and whether it is ready, is asked of pods that run for ever, not of those of a Job or CronJob, which end;
- a Pod and a Job are not made anew from their image, so that a tag that moves does not hurt them; each run of a CronJob is;
- room on nodes is what the planner knows of the kinds whose rollouts it plays;
- a PodTemplate is looked at by group api alone: nothing makes pods of it.
"""


def pages() -> dict[str, str]:
    """Return every generated page by its name below docs/."""
    from linter.engine.registry import all_rules

    rules = all_rules().values()
    found = {f"rules/{rule.group}/{rule.id}.md": page(rule) for rule in rules}
    return {
        **found,
        "rules/index.md": table_of_rules(list(rules)),
        "rules/pods.md": table_of_pods(list(rules)),
        "command-line.md": command_line(),
    }


def table_of_rules(rules: list[Rule]) -> str:
    """Return the page that lists all rules."""
    parts = [
        "# Rules\n",
        f"{len(rules)} rules. `podplan explain RULE` prints a rule's page on the command line.\n",
        "[Which rules look into the pods of which kinds](pods.md) is a page of its own.\n",
        "These pages are made by `python docs/generate.py` from `rules/`.\n",
    ]
    for group, words in GROUPS.items():
        parts += [f"## Group {group}\n", f"{words}\n", "| rule | severity | what it finds |", "|---|---|---|"]
        parts += [
            f"| [{rule.id}]({group}/{rule.id}.md) | {rule.severity} | {cell(rule.summary)} |"
            for rule in rules
            if rule.group == group
        ]
        parts.append("")
    return "\n".join(parts)


def table_of_pods(rules: list[Rule]) -> str:
    """Return the page that says into which kinds' pods each rule looks."""
    from linter.rules.facts.pods import PODS

    kinds = sorted(PODS, key=_ORDER.index)
    parts = [_PODS, f"| rule | {' | '.join(kinds)} |", f"|---|{'---|' * len(kinds)}"]
    for rule in rules:
        if rule.group in {"wiring", "rollout", "practice"} and rule.kinds is not None and rule.kinds & PODS:
            cells = " | ".join("yes" if kind in rule.kinds else "" for kind in kinds)
            parts.append(f"| [{rule.id}]({rule.group}/{rule.id}.md) | {cells} |")
    return "\n".join([*parts, ""])


def page(rule: Rule) -> str:
    """Return the page of one rule."""
    from linter.output.rule_page import with_headings

    kinds = ", ".join(sorted(rule.kinds)) if rule.kinds is not None else "every kind"
    group = f"[group {rule.group}](../index.md#group-{rule.group})"
    lines = [f"# {rule.id}\n", f"*{rule.severity}* · {kinds} · {group}\n", with_headings(rule.page), ""]
    if rule.options:
        options = (f"- `{name}`: {default!r} by default" for name, default in rule.options.items())
        lines += ["Options:\n", *options, ""]
    return "\n".join(lines)


def command_line() -> str:
    """Return the page with the help of every command."""
    from click import Context, Group

    from linter.cli.app import app

    parts = [
        "# Command line\n",
        "What `--help` prints for each command. This page is made by `python docs/generate.py`.\n",
        "Exit status: 0 nothing at or above `--fail-on` (a plan: it completes) · 1 findings (a plan: refused or stuck) · 2 wrong usage or",
        "configuration · 3 something could not be read · 70 a bug. `podplan completion SHELL` prints a script for bash, zsh or fish that completes",
        "commands, options, files, rules, git revisions, and the workloads, containers, pods and nodes of the files on the line.\n",
    ]

    def describe(name: str, command: Command, parent: Context | None) -> None:
        context = Context(command, parent, info_name=name, max_content_width=WIDTH, terminal_width=WIDTH)
        if parent is not None:
            parts.extend(
                [f"## {context.command_path}\n", f"```text\n{command.get_help(context).rstrip()}\n```\n"]
            )
        if isinstance(command, Group):
            for below in command.list_commands(context):
                if (found := command.get_command(context, below)) is not None:
                    describe(below, found, context)

    describe("podplan", app, None)
    return "\n".join(parts)


def cell(text: str) -> str:
    """Return the text for a table."""
    return text.replace("|", "\\|")


def main() -> None:
    """Write or check the pages."""
    wanted = pages()
    there = {file.relative_to(DOCS).as_posix() for file in (DOCS / "rules").rglob("*.md")}
    gone = sorted(there - wanted.keys())
    stale = sorted(
        name
        for name, text in wanted.items()
        if not (DOCS / name).exists() or (DOCS / name).read_text("utf-8") != text
    )
    if "--check" in sys.argv:
        if stale or gone:
            sys.exit(f"out of date: {', '.join(stale + gone)}; run `python docs/generate.py`")
        return
    for name in gone:
        (DOCS / name).unlink()
    for name in stale:
        (DOCS / name).parent.mkdir(parents=True, exist_ok=True)
        (DOCS / name).write_text(wanted[name], "utf-8")


if __name__ == "__main__":
    main()
