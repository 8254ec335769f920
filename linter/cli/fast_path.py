"""What is asked for most, understood without loading click: the version, the list of commands, and a plain `podplan lint`."""

from __future__ import annotations

from linter.release import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.cli.lint.request import LintRequest

COMMANDS = {
    "lint": "Check manifests: what the API server would refuse, what does not fit together, what will hurt.",
    "plan": "Print, pod by pod, what a create, update, scale, restart, undo or delete would do.",
    "fleet": "Judge many repositories and clusters on Spark, and keep the results as tables.",
    "render": "Print what is applied: kustomizations built, with the file and line behind each value on request.",
    "rules": "List the rules.",
    "explain": "Explain a rule: why it matters, how to fix it, a bad and a good example.",
    "config": "Print the effective configuration, and where each value comes from.",
    "cache": "Show or clear the cache of earlier runs.",
    "lsp": "Serve an editor: findings, fixes, completion and rollouts while you type.",
    "completion": "Print the script that completes podplan's commands in bash, zsh or fish.",
}

VERSION = f"podplan, version {__version__}\n"

HELP = (
    """\
Usage: podplan [OPTIONS] COMMAND [ARGS]...

  Check Kubernetes manifests and see how they would roll out, before you apply them. No cluster needed.

Options:
  --version   Show the version and exit; with --verbose, also what reads YAML.
  -h, --help  Show this message and exit.

Commands:
"""
    + "".join(f"  {name:10}  {words}\n" for name, words in COMMANDS.items())
    + """
  `podplan COMMAND --help` explains a command, with examples.
"""
)


def answer(arguments: list[str]) -> str | None:
    """Return the whole output for arguments that ask for nothing but the version or the help."""
    if arguments == ["--version"]:
        return VERSION
    if sorted(arguments) == ["--verbose", "--version"]:
        return f"{VERSION}YAML is read by {_yaml_reader()}\n"
    if arguments in (["--help"], ["-h"]):
        return HELP
    return None


def _yaml_reader() -> str:
    from linter.loading.yaml.plain import native_version

    native = native_version()
    if native is not None:
        return f"podplan-native, compiled, with libyaml {native}"
    try:
        import _ruamel_yaml
    except ImportError:
        return "ruamel.yaml, in Python; podplan-native would be faster"
    return f"ruamel.yaml, with libyaml {_ruamel_yaml.get_version_string()}; podplan-native would be faster"


def plain_lint(arguments: list[str]) -> LintRequest | None:
    """Return the request of a `lint` with nothing but paths and flags, as hooks run it; None: click is to read it."""
    if arguments[:1] != ["lint"]:
        return None
    from linter.cli.lint.request import LintRequest

    flags = {
        name: option.field
        for option in LintRequest.options()
        if option.default is False
        for name in option.names
    }
    paths = []
    given = {}
    for number, argument in enumerate(arguments[1:], 2):
        if argument == "--":
            paths += arguments[number:]
            break
        if argument in flags:
            given[flags[argument]] = True
        elif argument.startswith("-") and argument != "-":
            return None
        else:
            paths.append(argument)
    return LintRequest(tuple(paths), **given)
