"""Files that cannot be read, disks that are full, streams that are closed."""

from __future__ import annotations

import functools
import io
import json
import os
import resource
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import linter
from linter.cli.lint.request import FORMATS
from linter.engine.custom.schema_locations import SchemaLocationError, fetch
from linter.loading.discovery import read_all
from linter.loading.source import Source, Unreadable
from linter.version import KubeVersion

from .hostile import CONTROL
from .running import COMMAND, DEPLOYMENT, FIXABLE, FIXED, SERVICE, UNKNOWN_FIELD, podplan, without_privileges

if TYPE_CHECKING:
    from collections.abc import Iterator

unprivileged = functools.partial(podplan, preexec_fn=without_privileges)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    for each in tmp_path.rglob("*"):
        if not each.is_symlink():
            each.chmod(0o700)


def write(name: str, text: str = UNKNOWN_FIELD) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def findings(done: subprocess.CompletedProcess[bytes]) -> list[tuple[str, str]]:
    return [(each["file"], each["rule"]) for each in json.loads(done.stdout)["findings"]]


# --- reading -------------------------------------------------------------------------------------------------------


def test_what_may_not_be_read_is_said_and_the_rest_is_checked(folder: Path) -> None:
    write("a.yaml").chmod(0)
    write("closed/b.yaml").parent.chmod(0)
    write("c.yaml")
    done = unprivileged("lint", "--format", "json", ".")
    assert done.returncode == 3
    assert findings(done) == [("c.yaml", "unknown-field")]
    assert done.stderr.decode().splitlines() == [
        "podplan: a.yaml: permission denied",
        "podplan: closed: permission denied",
    ] or done.stderr.decode().splitlines() == [
        "podplan: closed: permission denied",
        "podplan: a.yaml: permission denied",
    ]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("lint", "closed.yaml"), 3),
        (("lint", "a.yaml", "--nodes", "closed.yaml"), 3),
        (("lint", "a.yaml", "--baseline", "closed.yaml"), 3),
        (("lint", "a.yaml", "--config", "closed.yaml"), 2),
        (("lint", "a.yaml", "--policies", "closed.yaml"), 2),
        (("plan", "create", "closed.yaml"), 3),
        (("plan", "create", "a.yaml", "--state", "closed.yaml"), 3),
        (("plan", "scenario", "closed.yaml"), 3),
        (("render", "closed.yaml"), 3),
    ],
)
def test_every_option_that_names_a_file_says_that_it_cannot_be_read(
    arguments: tuple[str, ...], status: int
) -> None:
    write("a.yaml", SERVICE)
    write("closed.yaml", SERVICE).chmod(0)
    done = unprivileged(*arguments)
    assert done.returncode == status
    assert b"closed.yaml" in done.stderr
    assert b"permission denied" in done.stderr


@pytest.mark.parametrize("kind", ["itself", "nowhere", "pipe", "socket", "folder"])
def test_what_is_no_file_is_refused_wherever_it_is_found(kind: str) -> None:
    write("good.yaml", SERVICE)
    odd = Path("odd.yaml")
    with socket.socket(socket.AF_UNIX) as server:
        match kind:
            case "itself":
                odd.symlink_to("odd.yaml")
            case "nowhere":
                odd.symlink_to("missing.yaml")
            case "pipe":
                os.mkfifo(odd)
            case "socket":
                server.bind(str(odd))
            case "folder":
                odd.mkdir()
        walked = podplan("lint", ".")
        named = podplan("lint", "odd.yaml")
    assert walked.returncode == (0 if kind == "folder" else 3)
    assert b"1 resource" in walked.stdout
    assert walked.stderr.startswith(b"" if kind == "folder" else b"podplan: odd.yaml: ")
    if kind == "folder":
        assert (named.returncode, b"nothing to check" in named.stderr) == (0, True)
    else:
        assert named.returncode == 3
        assert named.stderr.startswith(b"podplan: odd.yaml: ")


def test_loops_of_links_end(folder: Path) -> None:
    write("sub/a.yaml")
    Path("sub/loop").symlink_to(folder)
    Path("sub/twin.yaml").symlink_to("a.yaml")
    done = podplan("lint", "--format", "json", ".")
    assert findings(done) == [("sub/a.yaml", "unknown-field")]
    through = podplan("lint", "--format", "json", "sub/loop/sub/loop/sub")
    assert len(findings(through)) == 1


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("lint", "/dev/zero"), 3),
        (("lint", "a.yaml", "--config", "/dev/zero"), 2),
        (("lint", "a.yaml", "--baseline", "/dev/zero"), 3),
        (("lint", "a.yaml", "--nodes", "/dev/zero"), 3),
        (("lint", "a.yaml", "--schema-location", "/dev/zero"), 3),
        (("plan", "create", "/dev/zero"), 3),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_has_no_end_is_refused(arguments: tuple[str, ...], status: int) -> None:
    write("a.yaml", "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\n")
    done = podplan(*arguments, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30)))
    assert done.returncode == status
    assert b"/dev/zero" in done.stderr


def test_a_schema_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            assert size > 0, "asks for all there is"
            return b" " * size

    monkeypatch.setattr("urllib.request.urlopen", lambda *_, **__: Endless())
    with pytest.raises(SchemaLocationError, match="larger than"):
        list(
            fetch("https://example.com/{{.ResourceKind}}.json", "example.com/v1", "Thing", KubeVersion(1, 36))
        )


def test_a_file_that_vanishes_meanwhile_is_said() -> None:
    for name in ("a.yaml", "b.yaml", "c.yaml"):
        write(name)
    sources = read_all(["."])
    first = next(sources)
    Path("b.yaml").unlink()
    write("c.yaml", "changed: 1\n")
    second, third = sources
    assert isinstance(first, Source)
    assert second == Unreadable("b.yaml", "does not exist")
    assert isinstance(third, Source)
    assert third.text == "changed: 1\n"


def test_a_folder_that_vanishes_meanwhile_is_passed_over() -> None:
    write("a/a.yaml")
    write("b/b.yaml")
    sources = read_all(["."])
    assert isinstance(next(sources), Source)
    Path("b/b.yaml").unlink()
    Path("b").rmdir()
    assert all(isinstance(each, Unreadable) for each in sources)


def test_a_current_folder_that_is_gone(folder: Path) -> None:
    gone = folder / "gone"
    gone.mkdir()
    file = write("a.yaml").absolute()
    done = podplan("lint", str(file), cwd=gone, preexec_fn=gone.rmdir)
    assert done.returncode in {1, 3}
    assert done.stdout or done.stderr


PAGES = ["", "For more information:", "https://…/rules/api/unknown-field/"]
"""What stands once at the end."""
ODD_NAMES = [b"\xff\xfe.yaml", "é\u202e.yaml".encode(), b"new\nline.yaml", b"\x1b[31m.yaml", b"a:1:2.yaml", b"-n.yaml", b"::error::.yaml",
             b"100%25,=.yaml", b"<b>&.yaml", b"|x|`.yaml"]  # fmt: skip


def test_names_of_all_kinds_are_reported_on_one_line_and_harmless(folder: Path) -> None:
    for name in ODD_NAMES:
        Path(os.fsdecode(name)).write_text(UNKNOWN_FIELD)
    into = [f"--format={form}=reports/{form}" for form in FORMATS]
    assert podplan("lint", *into, ".").returncode == 1
    for form in FORMATS:
        shown = (folder / "reports" / form).read_bytes().decode("utf-8")  # no byte that is not UTF-8
        assert not CONTROL.search(shown)
        assert shown.count("unknown-field") >= len(ODD_NAMES)
        if form == "github":
            assert sum(line.startswith("::") for line in shown.splitlines()) == len(ODD_NAMES)
        if form == "text":
            assert len(shown.splitlines()) == 5 * len(ODD_NAMES) + len(PAGES) + 1


def test_files_of_all_names_are_mended() -> None:
    paths = [Path(os.fsdecode(name)) for name in ODD_NAMES]
    for path in paths:
        path.write_text(FIXABLE)
    assert podplan("lint", "--fix", ".").returncode == 0
    assert {path.read_text() for path in paths} == {FIXED}
    # Named one by one, too.
    for path in paths:
        path.write_text(FIXABLE)
    assert podplan("lint", "--fix", "--", *ODD_NAMES).returncode == 0
    assert {path.read_text() for path in paths} == {FIXED}


# --- writing -------------------------------------------------------------------------------------------------------

WRITING: list[tuple[str, ...]] = [
    ("lint", "a.yaml", "--fix"),
    ("lint", "a.yaml", "--write-baseline", "out"),
    ("lint", "a.yaml", "--format", "json=out"),
    ("lint", "a.yaml", "--format", "html=out"),
    ("plan", "create", "web.yaml", "-o", "out"),
    ("plan", "create", "web.yaml", "-o", "out", "--format", "json"),
]


@pytest.fixture
def inputs() -> dict[str, str]:
    # Long enough that not all of it goes into what a full disk still takes.
    texts = {"a.yaml": FIXABLE + "# " + "x" * 5000 + "\n", "web.yaml": DEPLOYMENT, "out": "as it was"}
    for name, text in texts.items():
        write(name, text)
    return texts


def unchanged(inputs: dict[str, str]) -> bool:
    return {each.name: each.read_text() for each in Path().iterdir()} == inputs


def full_disk() -> None:
    """Let no file grow beyond a few bytes, as a full disk does; Python turns the signal into an error."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))


@pytest.mark.parametrize("arguments", WRITING, ids=" ".join)
def test_a_full_disk_leaves_every_file_as_it_was(arguments: tuple[str, ...], inputs: dict[str, str]) -> None:
    done = podplan(*arguments, preexec_fn=full_disk)
    assert done.returncode == 3
    assert b"too large" in done.stderr
    assert unchanged(inputs)


@pytest.mark.parametrize("arguments", WRITING, ids=" ".join)
def test_a_folder_that_may_not_be_written_to_leaves_every_file_as_it_was(
    arguments: tuple[str, ...], inputs: dict[str, str], folder: Path
) -> None:
    folder.chmod(0o555)
    done = unprivileged(*arguments)
    assert done.returncode == 3
    assert b"permission denied" in done.stderr
    assert unchanged(inputs)


@pytest.mark.parametrize(
    "arguments",
    [
        ("lint", "a.yaml", "--write-baseline", "/dev/full"),
        ("lint", "a.yaml", "--format", "json=/dev/full"),
        ("plan", "create", "web.yaml", "-o", "/dev/full"),
    ],
    ids=" ".join,
)
def test_a_device_that_is_full_stays_a_device(arguments: tuple[str, ...], inputs: dict[str, str]) -> None:
    done = podplan(*arguments)
    assert done.returncode == 3
    assert b"/dev/full: no space left on device" in done.stderr
    assert Path("/dev/full").is_char_device()


def test_what_is_written_follows_links_and_keeps_the_mode(folder: Path) -> None:
    file = write("real/a.yaml", FIXABLE)
    file.chmod(0o640)
    Path("a.yaml").symlink_to("real/a.yaml")
    assert podplan("lint", "--fix", "a.yaml").returncode == 0
    assert Path("a.yaml").is_symlink()
    assert (file.read_text(), file.stat().st_mode & 0o777) == (FIXED, 0o640)


def test_a_file_that_changes_while_it_is_fixed_is_left_alone() -> None:
    write("a.yaml", FIXABLE)
    program = (
        "import linter.engine.fix.apply as m, pathlib, sys\n"
        "fix_all = m.fix_all\n"
        "def slow(*a):\n"
        "    done = fix_all(*a)\n"
        "    pathlib.Path('a.yaml').write_text('someone: else\\n')\n"
        "    return done\n"
        "m.fix_all = slow\n"
        "sys.argv = ['podplan', 'lint', '--fix', 'a.yaml']\n"
        "from linter.cli.main import main; main()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, text=True)
    assert done.returncode == 3
    assert "was changed while podplan ran" in done.stderr
    assert Path("a.yaml").read_text() == "someone: else\n"


@pytest.mark.parametrize("where", ["/proc/none", "/dev/null", "closed/cache", "file"])
def test_a_cache_that_cannot_be_used_is_done_without(where: str) -> None:
    write("a.yaml")
    write("file", "no database")
    Path("closed").mkdir()
    Path("closed").chmod(0o555)
    done = unprivileged("lint", "--format", "json", "a.yaml", env={"PODPLAN_CACHE_DIR": where})
    assert done.returncode == 1
    assert done.stderr == b""
    assert findings(done) == [("a.yaml", "unknown-field")]


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_broken_cache_is_built_anew(content: bytes) -> None:
    write("a.yaml")
    write("cache/cache.sqlite3").write_bytes(content)
    for _ in range(2):
        done = podplan("lint", "--format", "json", "a.yaml", env={"PODPLAN_CACHE_DIR": "cache"})
        assert findings(done) == [("a.yaml", "unknown-field")]
        assert done.stderr == b""
    assert Path("cache/cache.sqlite3").read_bytes().startswith(b"SQLite format 3\x00")


def test_a_full_disk_under_the_cache_costs_the_cache_alone() -> None:
    write("a.yaml")
    done = podplan("lint", "a.yaml", env={"PODPLAN_CACHE_DIR": "cache"}, preexec_fn=full_disk)
    assert done.returncode == 1
    assert done.stderr == b""


def test_a_user_without_a_home_has_no_cache() -> None:
    write("a.yaml")
    environment = {
        key: value
        for key, value in os.environ.items()
        if key not in {"HOME", "XDG_CACHE_HOME", "PODPLAN_CACHE_DIR"}
    }
    program = (
        "import pathlib, sys\n"
        "def home(): raise RuntimeError('Could not determine home directory.')\n"
        "pathlib.Path.home = home\n"
        "sys.argv = ['podplan', 'lint', 'a.yaml']\n"
        "from linter.cli.main import main; main()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, env=environment)
    assert (done.returncode, done.stderr) == (1, b"")


# --- streams -------------------------------------------------------------------------------------------------------


def in_shell(command: str) -> subprocess.CompletedProcess[str]:
    program = f'"{sys.executable}" -m linter'
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command.replace("podplan", program)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("podplan --version >&-", 0),
        ("podplan --help >/dev/full", 3),
        ("podplan lint a.yaml >&-", 1),
        ("podplan lint a.yaml 2>&-", 1),
        ("podplan lint missing.yaml 2>&-", 3),
        ("podplan lint a.yaml <&- >&- 2>&-", 1),
        ("podplan lint a.yaml >/dev/full", 3),
        ("podplan lint a.yaml >/dev/full 2>/dev/full", 3),
        ("podplan lint - <&-", 1),
        ("podplan lint missing.yaml 2>/dev/full", 3),
        ("podplan plan create web.yaml >&-", 0),
        ("podplan plan create web.yaml >/dev/full", 3),
        ("podplan render web.yaml >&-", 0),
        ("podplan render web.yaml >/dev/full", 3),
        ("podplan render missing.yaml 2>&-", 3),
        ("podplan rules >/dev/full", 3),
        ("podplan config >/dev/full", 3),
        ("podplan explain unknown-field >/dev/full", 3),
    ],
)
def test_streams_that_are_closed_or_full(command: str, status: int) -> None:
    write("a.yaml")
    write("web.yaml", DEPLOYMENT)
    done = in_shell(command)
    assert done.returncode == status
    assert "Traceback" not in done.stderr


def test_a_reader_that_leaves_does_not_change_the_exit_status() -> None:
    write("many.yaml", "\n---\n".join([UNKNOWN_FIELD] * 900))
    done = in_shell("podplan lint many.yaml | head -1")
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""


def test_a_closed_stream_is_not_taken_for_a_file(folder: Path) -> None:
    """The first file that is opened gets the number of a closed stream: nothing of the report may end in it."""
    write("a.yaml")
    for _ in range(2):
        in_shell("PODPLAN_CACHE_DIR=cache podplan lint a.yaml <&- >&- 2>&-")
    done = podplan("lint", "--format", "json", "a.yaml", env={"PODPLAN_CACHE_DIR": "cache"})
    assert findings(done) == [("a.yaml", "unknown-field")]
    assert write("b.yaml").read_text() == UNKNOWN_FIELD


def test_standard_input_that_is_no_text() -> None:
    for data, status in ((b"\xff\xfe\x00", 1), (b"\x00" * 100, 1), (b"", 1), (b"\x80abc", 1)):
        done = podplan("lint", "-", input=data, stdin=None)
        assert done.returncode == status
        assert done.stdout.decode().startswith("-:")


def test_the_module_and_the_script_are_the_same_program() -> None:
    assert COMMAND[1:] == ["-m", "linter"]
    assert podplan("--version").stdout.startswith(b"podplan, version ")


@pytest.mark.parametrize(
    "arguments",
    [
        ("lint", "--no-cache", "a.yaml"),
        ("plan", "create", "a.yaml"),
        ("explain", "unknown-field"),
        ("rules",),
    ],
    ids=lambda arguments: arguments[0],
)
def test_without_docstrings_and_assertions_it_says_the_same(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "a.yaml").write_text(f"{UNKNOWN_FIELD}---\n{DEPLOYMENT}")
    plain, optimized = (
        subprocess.run(
            [sys.executable, *options, "-m", "linter", *arguments],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        for options in ((), ("-OO",))
    )
    assert (optimized.returncode, optimized.stdout, optimized.stderr) == (
        plain.returncode, plain.stdout, plain.stderr,
    )  # fmt: skip
    assert plain.stdout


def test_inside_of_an_archive_it_says_that_it_cannot_run_there(tmp_path: Path) -> None:
    import zipfile

    archive = tmp_path / "podplan.zip"
    package = Path(linter.__file__).parent
    with zipfile.ZipFile(archive, "w") as file:
        for path in (
            Path(folder, name)
            for folder, _, names in os.walk(package, followlinks=True)
            for name in names
            if name.endswith(".py")
        ):
            file.write(path, path.relative_to(package.parent))
    (tmp_path / "a.yaml").write_text(UNKNOWN_FIELD)
    code = (
        f"import sys; sys.path.insert(0, {str(archive)!r})\n"
        "import linter; assert '.zip' in linter.__file__\n"
        "from linter.cli.main import guarded; sys.exit(guarded(['lint', '--no-cache', 'a.yaml']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=False, text=True
    )
    assert done.returncode == 3
    assert "podplan cannot run from inside an archive" in done.stderr
    assert len(done.stderr.splitlines()) == 1
