"""The files of a commit, for a folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from linter.fleet.sources.tree import MOST_FILES, File, Link, TreeError
from linter.loading.git_objects import Objects, list_tree, sizes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.fleet.sources.content import GitContent


def entries(content: GitContent, file_bytes: int) -> Iterator[File | Link]:
    """Yield the files of a commit, then its links; submodules are left out.

    Args:
        content: The commit.
        file_bytes: A larger file is not read.

    Raises:
        GitError: They cannot be read.
        TreeError: They are too many.
    """
    listed = [each for each in list_tree(content.place, content.commit) if each.is_file or each.is_link]
    if len(listed) > MOST_FILES:
        raise TreeError(f"more than {MOST_FILES} files; the repository is not judged")
    known = sizes(content.place, [each.object_id for each in listed])
    read = [each for each, size in zip(listed, known, strict=True) if size <= file_bytes]
    with Objects(content.place) as objects:
        contents = objects.read_all([each.object_id for each in read])
        for each, size in zip(listed, known, strict=True):
            data = next(contents) if size <= file_bytes else b""
            if each.is_file:
                yield File(each.path, size, (data,))
            else:
                yield Link(each.path, os.fsdecode(data))
