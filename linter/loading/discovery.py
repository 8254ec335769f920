"""Paths, folders, globs and standard input → sources, and what is left out with its reason."""

from __future__ import annotations

import os
from errno import EBADF, ELOOP, ENOENT, ENOTDIR
from itertools import chain
from operator import attrgetter
from stat import S_ISDIR

from linter.light_typing import NamedTuple
from linter.loading.default_excludes import DEFAULT as DEFAULT_SEARCH
from linter.loading.default_excludes import left_out_as
from linter.loading.default_excludes import skip_reason as folder_skip_reason
from linter.loading.limits import DEFAULT
from linter.loading.repository import LEADS_OUT, leads_out
from linter.loading.source import STDIN, Source, Unreadable, decode, read_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from linter.loading.default_excludes import Search
    from linter.loading.known_files import KnownFiles
    from linter.loading.limits import Limits

SUFFIXES = frozenset({".yaml", ".yml", ".json"})
_NEVER_ENTERED = frozenset({"node_modules", "__pycache__"})
_name_of = attrgetter("name")


class Skipped(NamedTuple):
    """A file, or a folder (its name ends with a slash), that was found but is not linted, and why."""

    name: str
    reason: str
    by_default: bool = False
    """Whether it is a folder that is left out unless somebody names it."""
    explicit: bool = False
    """Named by the user, not found by walking a folder."""
    top: str = ""
    """The folder that was named, for a file below it."""


class Found(NamedTuple):
    """One file to read."""

    path: str
    name: str
    explicit: bool
    real: str
    """The one name of the file, whichever links and detours lead to it."""
    top: str = ""
    """The folder that was named, for a file below it."""


def find(paths: Sequence[str], search: Search = DEFAULT_SEARCH) -> Iterator[Found | Unreadable | Skipped]:
    """Yield the files that paths name, each once, in a stable order, and the folders that are left out by default.

    Args:
        paths: Files, folders (every YAML and JSON file below, hidden folders and node_modules left out), or glob
            patterns (`**` for any depth) where no file has that name. `-` is not for here. Links that lead out of the
            repository are not followed, whoever names them.
        search: How folders are searched.
    """
    seen: set[str] = set()
    for each in paths:
        for found in _find_one(each, search):
            if not isinstance(found, Found):
                yield found
            elif found.real not in seen:
                seen.add(found.real)
                yield found


def _find_one(text: str, search: Search) -> Iterable[Found | Unreadable | Skipped]:
    path = _plain(text)
    try:
        mode = _mode(path)
    except OSError as error:
        return [Unreadable(text, (error.strerror or str(error)).lower())]
    if S_ISDIR(mode):
        return _below(path, search)
    if mode or not any(sign in text for sign in "*?["):
        return [_named(path)]
    import glob

    matches = [*map(_plain, sorted(glob.glob(text, recursive=True)))]
    if not matches:
        return [Unreadable(text, "matches no file")]
    return chain.from_iterable(
        _below(match, search) if os.path.isdir(match) else [_named(match)] for match in matches
    )


_NOTHING = (ENOENT, ENOTDIR, EBADF, ELOOP)


def _mode(path: str) -> int:
    """Return the mode of a file or folder, 0 where there is none.

    Raises:
        OSError: Nobody may look whether there is one.
    """
    try:
        return os.stat(path).st_mode
    except ValueError:
        return 0
    except OSError as error:
        if error.errno not in _NOTHING:
            raise
        return 0


def _plain(path: str) -> str:
    """Return a path as pathlib spells it: without `.` and empty names. It is loaded only for a path that is not spelled so already."""
    if os.sep == "/" and os.path.normpath(path) == path:
        return path
    from pathlib import Path

    return str(Path(path))


def _named(path: str) -> Found | Unreadable:
    name = display_name(path)
    try:
        real = os.path.realpath(path)
        if leads_out(path):
            return Unreadable(name, LEADS_OUT)
    except (OSError, ValueError):
        real = name
    return Found(path, name, explicit=True, real=real)


def _below(folder: str, search: Search) -> Iterable[Found | Unreadable | Skipped]:
    return [Unreadable(display_name(folder), LEADS_OUT)] if leads_out(folder) else _walk(folder, search)


def _walk(top: str, search: Search) -> Iterator[Found | Unreadable | Skipped]:
    """Yield the files below a folder: those of a folder by name, then what is below its folders by name."""
    # Links to folders are not followed, so that a loop of links ends, and all below a real folder is real but for
    # links. Names are joined as text: a Path for each file costs more than all else here.
    leaves_out = search.default_excludes and left_out_as(os.path.basename(top)) is None
    waiting = [(top, os.path.realpath(top), False)]
    while waiting:
        folder, real, included_only = waiting.pop()
        try:
            with os.scandir(folder) as listed:
                entries = sorted(listed, key=_name_of)
        except OSError as error:
            yield Unreadable(display_name(folder), (error.strerror or str(error)).lower())
            continue
        inside = "" if folder == os.curdir else os.path.join(folder, "")
        prefix = display_name(inside + "_")[:-1]
        real_inside = os.path.join(real, "")
        others: list[os.DirEntry[str]] = []  # than plain files
        for entry in entries:
            name = entry.name
            is_plain = _is_plain(entry)
            if not is_plain:
                others.append(entry)
            dot = name.rfind(".")
            if (dot <= 0 or name[dot:].lower() not in SUFFIXES) and name != "Kustomization":
                continue
            if not is_plain and _is_folder(entry):
                continue
            path = inside + name
            shown = prefix + name if name.isascii() else display_name(path)
            if included_only and not search.includes(relative_name(shown, search.root)):
                continue
            if is_plain:
                yield Found(path, shown, False, real_inside + name, top)  # noqa: FBT003  thousands of times
                continue
            fault = _fault(entry, path)
            if fault is not None:
                yield Unreadable(shown, fault)
                continue
            place = os.path.realpath(path) if entry.is_symlink() else real_inside + name
            yield Found(path, shown, explicit=False, real=place, top=top)
        folders = [entry.name for entry in others if _is_entered(entry)]
        parent = os.path.basename(real)
        is_judged = included_only or not leaves_out
        entered = []
        for name in folders:
            content = None if is_judged else left_out_as(name, parent, folders)
            if content is not None:
                yield Skipped(f"{display_name(inside + name)}/", folder_skip_reason(content), by_default=True)
            if content is None or search.include:
                entered.append(
                    (inside + name, os.path.join(real, name), included_only or content is not None)
                )
        waiting += reversed(entered)


def _is_plain(entry: os.DirEntry[str]) -> bool:
    """Tell whether an entry is a file and nothing else, as nearly all are."""
    try:
        return entry.is_file(follow_symlinks=False) and not entry.name.startswith(".#")
    except OSError:
        return False


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Tell whether an entry is a folder or a link to one, or what an editor leaves beside a file that is being edited."""
    # Emacs locks a file by a link that leads nowhere.
    try:
        return entry.is_dir() or entry.name.startswith(".#")
    except OSError:  # a loop of links, or a link that leads where nobody may look
        return False


def _fault(entry: os.DirEntry[str], path: str) -> str | None:
    """Return why a file that was found cannot be read, or None. A file that only its mode closes is left to whoever opens it."""
    try:
        if entry.is_symlink():
            if leads_out(path):
                return LEADS_OUT
            os.stat(path)
        return None if entry.is_file() else "is not a regular file"
    except FileNotFoundError:
        return "is a link that leads nowhere"
    except OSError as error:
        return (error.strerror or str(error)).lower()


def _is_entered(entry: os.DirEntry[str]) -> bool:
    try:
        is_folder = entry.is_dir(follow_symlinks=False)
    except OSError:
        return False
    return is_folder and not entry.name.startswith(".") and entry.name not in _NEVER_ENTERED


def display_name(path: str | Path) -> str:
    """Return the path for reports: forward slashes, no leading `./`; bytes that are not UTF-8 are shown as escapes."""
    name = _plain(os.fspath(path))
    if os.sep != "/":
        name = name.replace(os.sep, "/")
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def relative_name(name: str, root: Path | None) -> str:
    """Return the name of a file relative to a folder (None: the current one), for patterns."""
    return os.path.relpath(name, root or ".").replace(os.sep, "/")


def read_all(
    paths: Sequence[str],
    *,
    limits: Limits = DEFAULT,
    search: Search = DEFAULT_SEARCH,
    files: KnownFiles | None = None,
) -> Iterator[Source | Unreadable | Skipped]:
    """Read what the paths name. `-` is standard input, read once. What cannot be read is told once, however many paths lead to it.

    Args:
        paths: Files, folders, glob patterns.
        limits: The bounds on what is read.
        search: How folders are searched.
        files: What is known of files already.
    """
    from linter.loading.templates import Folders, skip_reason

    read = read_file if files is None else files.read
    folders = Folders()
    told: set[str] = set()
    named = [path for path in paths if path != STDIN]
    if len(named) < len(paths):
        yield read_stdin(limits=limits)
    for found in find(named, search):
        source: Source | Unreadable | Skipped
        if isinstance(found, Found):
            path, name, explicit, _, top = found
            source = read(path, name, explicit=explicit, limits=limits)
            if isinstance(source, Source) and (reason := skip_reason(source, folders)):
                source = Skipped(name, reason, explicit=explicit, top=top)
        else:
            source = found
        if isinstance(source, Unreadable):
            if source.name in told:
                continue
            told.add(source.name)
        yield source


def read_stdin(*, limits: Limits = DEFAULT) -> Source | Unreadable:
    """Read standard input to its end."""
    import sys

    try:
        return decode(sys.stdin.buffer.read(limits.file_bytes + 1), STDIN, limits=limits)
    except OSError as error:
        return Unreadable(STDIN, error.strerror or str(error))


def texts(named: Iterable[tuple[str, str]]) -> Iterator[Source]:
    """Make sources of texts that are in memory already. Half of a surrogate pair, which no file can hold, is a problem of its text."""
    for name, text in named:
        shown = name.encode("utf-8", "backslashreplace").decode("utf-8")
        try:
            text.encode()
        except UnicodeEncodeError:
            yield decode(text.encode("utf-8", "surrogatepass"), shown)
        else:
            yield Source(shown, text.removeprefix("\ufeff"))
