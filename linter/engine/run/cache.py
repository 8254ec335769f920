"""What earlier runs found, kept in the user's cache folder: whole runs, and single files.

Keys are digests of everything that a result depends on: the content, podplan's own code, the rules and options that are asked for. A
changed manifest, option or version is another key, so nothing has to be thrown away in time. The cache is one SQLite database: safe
under concurrent runs. It is a help, never a need: where it cannot be read or written, the run goes on without it.
"""

from __future__ import annotations

import os
import sys
from stat import S_ISREG
from types import MappingProxyType

try:
    # hashlib's own, without OpenSSL, which takes longer to load than the rest of the cache.
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence
    from typing import Any

MAX_BYTES = 256 * 1024 * 1024
"""How large the cache may grow; then the entries that were not used for longest go."""
_CHECK_BYTES = 8


def folder() -> str:
    """Return the folder of the cache: PODPLAN_CACHE_DIR, or podplan in the user's cache folder.

    Raises:
        OSError: The user has no home.
    """
    if chosen := os.environ.get("PODPLAN_CACHE_DIR"):
        return chosen
    if sys.platform == "win32":
        return os.path.join(os.environ.get("LOCALAPPDATA") or _home("AppData/Local"), "podplan", "cache")
    if sys.platform == "darwin":
        return _home("Library/Caches/podplan")
    return os.path.join(os.environ.get("XDG_CACHE_HOME") or _home(".cache"), "podplan")


def _home(inside: str) -> str:
    home = os.path.expanduser("~")
    if home == "~":  # a user without an entry in the system, and no HOME
        raise OSError("Could not determine home directory.")
    return os.path.join(home, *inside.split("/"))


def digest(*parts: bytes) -> bytes:
    """Return the digest of some parts; where one ends matters."""
    result = blake2b(digest_size=16)
    for part in parts:
        result.update(len(part).to_bytes(8, "little"))
        result.update(part)
    return result.digest()


def digest_of_text(text: bytes) -> bytes:
    """Return the digest of a text, which is that of no parts."""
    return blake2b(text, digest_size=16, person=b"text").digest()


def stable(value: Any) -> bytes:
    """Return a text of plain values that is the same in every process, whatever the order of sets and mappings."""
    return repr(_sorted(value)).encode("utf-8", "surrogatepass")


def _sorted(value: Any) -> Any:
    if isinstance(value, (dict, MappingProxyType)):
        return sorted((str(key), _sorted(each)) for key, each in value.items())
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, value))
    if isinstance(value, (list, tuple)):
        return [_sorted(each) for each in value]
    return value


_TABLE = "CREATE TABLE IF NOT EXISTS entries (key BLOB PRIMARY KEY, value BLOB NOT NULL, used INTEGER NOT NULL) WITHOUT ROWID"


def _claim(file: str) -> None:
    """Make sure that the cache is the user's own, and closed to others: it holds what manifests say.

    Raises:
        OSError: It is somebody else's, or no regular file.
    """
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(file, flags, 0o600)
    try:
        status = os.fstat(descriptor)
        if not S_ISREG(status.st_mode) or (hasattr(os, "geteuid") and status.st_uid != os.geteuid()):
            raise OSError("the cache is somebody else's")
        if os.name != "nt" and status.st_mode & 0o077:
            os.fchmod(descriptor, 0o600)
    finally:
        os.close(descriptor)


class Cache:
    """The entries, by key. Every failure of the database means: no entry, nothing stored.

    `_sqlite3` is all of `sqlite3` but dates, which take as long to load as the rest of it.
    """

    def __init__(self, where: str | os.PathLike[str] | None = None) -> None:
        self._where = where
        self._database: sqlite3.Connection | None = None
        self._broken = False

    def get(self, keys: Sequence[bytes]) -> dict[bytes, str]:
        """Return the texts of the keys that are there and whole."""
        import _sqlite3 as sqlite3

        found: dict[bytes, str] = {}
        today = _today()
        older: list[tuple[int, bytes]] = []  # with another day of last use
        try:
            database = self._open()
            for start in range(0, len(keys), 500):
                some = keys[start : start + 500]
                marks = ",".join("?" * len(some))
                query = f"SELECT key, value, used FROM entries WHERE key IN ({marks})"  # noqa: S608  question marks alone
                for key, value, used in database.execute(query, some):
                    text = _checked(value)
                    if text is not None:
                        found[key] = text
                        if used != today:
                            older.append((today, key))
            if older:
                with database:
                    database.executemany("UPDATE entries SET used = ? WHERE key = ?", older)
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)
        return found

    def put(self, entries: Mapping[bytes, str]) -> None:
        """Store texts."""
        import _sqlite3 as sqlite3

        try:
            database = self._open()
            with database:
                database.executemany(
                    "INSERT OR REPLACE INTO entries (key, value, used) VALUES (?, ?, ?)",
                    ((key, _with_check(text), _today()) for key, text in entries.items()),
                )
            self._shrink(database)
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)

    def close(self) -> None:
        """Let go of the database."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def _open(self) -> sqlite3.Connection:
        import _sqlite3 as sqlite3

        if self._broken:
            raise OSError("the cache is not usable")
        if self._database is None:
            self._where = self._where or folder()
            os.makedirs(self._where, mode=0o700, exist_ok=True)
            file = os.path.join(self._where, "cache.sqlite3")
            _claim(file)
            self._database = sqlite3.connect(file, timeout=2.0)
            self._database.execute("PRAGMA trusted_schema=OFF")
            # Before anything is written: to make a new cache wait for the disk four times helps nobody.
            self._database.execute("PRAGMA synchronous=OFF")
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute(_TABLE)
            # Nothing but the one table: a view in its place, or a trigger, would have a query do what is not asked for.
            if self._database.execute("SELECT type, name FROM sqlite_master").fetchall() != [
                ("table", "entries")
            ]:
                raise sqlite3.DatabaseError("the cache holds what podplan has not put there")
        return self._database

    def _shrink(self, database: sqlite3.Connection) -> None:
        size = os.path.getsize(os.path.join(self._where or folder(), "cache.sqlite3"))
        if size <= MAX_BYTES:
            return
        with database:
            count = database.execute("SELECT count(*) FROM entries").fetchone()[0]
            database.execute(
                "DELETE FROM entries WHERE key IN (SELECT key FROM entries ORDER BY used LIMIT ?)",
                (count // 2,),
            )
        database.execute("VACUUM")

    def _give_up(self, error: Exception) -> None:
        """Go on without the cache; remove a file that is not a database, so that the next run builds a new one."""
        import _sqlite3 as sqlite3
        from contextlib import suppress

        self._broken = True
        with suppress(sqlite3.Error):
            self.close()
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
            with suppress(OSError):
                clear(self._where)


def clear(where: str | os.PathLike[str] | None = None) -> int:
    """Remove the cache's files and return how many bytes they held.

    Raises:
        OSError: They could not be removed.
    """
    from contextlib import suppress

    size = 0
    for name in ("cache.sqlite3", "cache.sqlite3-wal", "cache.sqlite3-shm"):
        path = os.path.join(where or folder(), name)
        with suppress(FileNotFoundError):
            size += os.path.getsize(path)
            os.unlink(path)
    return size


def _today() -> int:
    import time

    return int(time.time()) // 86_400


def _with_check(text: str) -> bytes:
    data = text.encode("utf-8", "surrogatepass")
    return blake2b(data, digest_size=_CHECK_BYTES).digest() + data


def _checked(value: Any) -> str | None:
    if not isinstance(value, bytes):
        return None
    check, data = value[:_CHECK_BYTES], value[_CHECK_BYTES:]
    if blake2b(data, digest_size=_CHECK_BYTES).digest() != check:
        return None
    return data.decode("utf-8", "surrogatepass")
