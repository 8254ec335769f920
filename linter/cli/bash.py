"""Completion in bash, which splits words where click does not expect it.

For readline a word also ends at `=` and `:`, so that `--severity no-probe=err` comes as three words, and a completion replaces the last of
them alone. Here the line itself is split, and what stands before the last word of readline is left out of the answers.
"""

from __future__ import annotations

import os

from click.shell_completion import BashComplete, CompletionItem, add_completion_class, split_arg_string

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar


_SOURCE = """\
%(complete_func)s() {
    local IFS=$'\\n'
    local response type value
    response=$(env COMP_WORDS="${COMP_LINE:0:$COMP_POINT}" COMP_CWORD="${COMP_WORDS[$COMP_CWORD]}" %(complete_var)s=bash_complete $1)
    COMPREPLY=()
    for completion in $response; do
        IFS=',' read type value <<< "$completion"
        case $type in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            *) COMPREPLY+=("$value") ;;
        esac
        if [[ $value == *= ]]; then
            compopt -o nospace
        fi
    done
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""


class Bash(BashComplete):
    """What click asks to complete in bash."""

    name: ClassVar[str] = "bash"
    source_template: ClassVar[str] = _SOURCE
    _kept = ""
    """What stands in the word before the part of it that readline replaces."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the one that is completed, without the command, and that word as far as it is typed."""
        line, piece = os.environ["COMP_WORDS"], os.environ["COMP_CWORD"]
        words = split_arg_string(line)
        incomplete = words.pop() if not line.endswith((" ", "\t")) else ""
        typed = "" if piece.strip("=:") == "" else piece
        self._kept = incomplete.removesuffix(typed) if incomplete.endswith(typed) else ""
        return words[1:], incomplete

    def format_completion(self, item: CompletionItem[Any]) -> str:
        """Return a line of the answer."""
        return f"{item.type},{item.value.removeprefix(self._kept)}"


def register() -> None:
    """Make click use it."""
    add_completion_class(Bash)
