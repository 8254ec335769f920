"""What a command can be asked for: its options, each said once.

click's options (linter.cli.options), the fast path without click (linter.cli.fast_path) and the settings of the run are made from
subclasses of Request.
"""

from __future__ import annotations

from linter.light_typing import Generic, TypeVar, overload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, Literal

Value = TypeVar("Value")


class Option(Generic[Value]):
    """An option, as an attribute of a Request: of the class it is the option itself, of a request its value.

    Args:
        names: As on the command line, the long one first.
        default: The value where it is not given. False makes it a flag, a tuple an option that may be repeated.
        help: What it does.
        metavar: What the help shows for the value.
        type: What the value is: any text, a file or folder, a number from 1 on, or one of some words.
        setting: Whether the configuration file has a setting of this name, which the option overrides.
        read: Makes the setting of the value.
        completer: The function of linter.cli.completers that completes it in a shell.
        shows_default: Whether the help says the default.
    """

    def __init__(
        self,
        *names: str,
        default: Value,
        help: str,  # noqa: A002  click's word
        metavar: str | None = None,
        type: Literal["text", "path", "number"] | tuple[str, ...] = "text",  # noqa: A002  likewise
        setting: bool = False,
        read: Callable[[Value], Any] | None = None,
        completer: str | None = None,
        shows_default: bool = False,
    ) -> None:
        self.names = names
        self.default = default
        self.help = help
        self.metavar = metavar
        self.type = type
        self.setting = names[0].removeprefix("--") if setting else None
        self.read = read
        self.completer = completer
        self.shows_default = shows_default
        self.field = ""

    def __set_name__(self, _owner: type, field: str) -> None:
        self.field = field

    @overload
    def __get__(self, request: None, owner: type) -> Option[Value]: ...

    @overload
    def __get__(self, request: Request, owner: type) -> Value: ...  # noqa: F811  an overload

    def __get__(self, request: Request | None, owner: type) -> Option[Value] | Value:  # noqa: F811  likewise
        if request is None:
            return self
        value: Value = request.given.get(self.field, self.default)
        return value


Flag = Option[bool]
Number = Option[int | None]
Text = Option[str | None]
Texts = Option[tuple[str, ...]]


class Request:
    """One call of a command. Its options are attributes of the class.

    Args:
        given: The values of the options that were given, by the names of the attributes.
    """

    def __init__(self, **given: Any) -> None:
        self.given = given

    @classmethod
    def options(cls) -> Iterator[Option[Any]]:
        """Yield all options, in the order of the help."""
        for attribute in vars(cls).values():
            if isinstance(attribute, Option):
                yield attribute

    def settings(self) -> dict[str, Any]:
        """Return what overrides the configuration file, by the name of the setting.

        Raises:
            InputError: A value cannot be read.
        """
        found: dict[str, Any] = {}
        for option in self.options():
            value = self.given.get(option.field, option.default)
            if option.setting is not None and value not in (None, ()):
                found[option.setting] = option.read(value) if option.read else value
        return {name: value for name, value in found.items() if value not in ((), [], {})}
