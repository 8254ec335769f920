"""Put reports into one comment of a pull request (GitHub) or merge request (GitLab): made once, and changed from then on.

    python comment.py github|gitlab KEY REPORT…

The key tells the comments of several jobs apart. The token is in PODPLAN_TOKEN, the rest in the variables that the service sets, on GitHub
and NUMBER. It runs in a step or job of its own, so that the token is nowhere near what reads the pull request. A comment that cannot be
made is told, and fails nothing: pull requests of forks get no right to comment.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

LIMIT = 65_000
"""GitHub takes 65,536 characters, GitLab more."""
SECONDS = 30
PAGES = 30
"""So many pages of a hundred comments are looked through."""


class Thread(NamedTuple):
    """The comments of one pull request."""

    url: str
    """Where they are listed, and new ones are sent to."""
    item: str
    """Where one is, before its number."""
    method: str
    """How one is changed."""
    headers: dict[str, str]
    author: int | None
    """Who wrote ours; None: a bot."""

    def is_ours(self, comment: dict[str, Any], marker: str) -> bool:
        """Tell whether a comment is the one to change: what somebody else wrote is not, whatever stands in it."""
        if not str(comment.get("body")).startswith(marker):
            return False
        if self.author is not None:
            return bool(comment["author"]["id"] == self.author)
        return bool(comment["user"]["type"] == "Bot")


class _NoRedirects(HTTPRedirectHandler):
    """Follow no redirect: the token would go along."""

    def redirect_request(self, *_: Any) -> None:
        return None


_OPEN = build_opener(_NoRedirects).open


def ask(method: str, url: str, headers: dict[str, str], body: str | None = None) -> Any:
    """Ask the service and return what it answers.

    Raises:
        URLError: It refused, or cannot be reached.
    """
    data = None if body is None else json.dumps({"body": body}).encode()
    request = Request(url, data, {**headers, "Content-Type": "application/json"}, method=method)  # noqa: S310  the service's own address
    with _OPEN(request, timeout=SECONDS) as answer:
        return json.load(answer)


def github(environment: dict[str, str]) -> Thread:
    """Return the comments of the pull request NUMBER."""
    issues = f"{environment['GITHUB_API_URL']}/repos/{environment['GITHUB_REPOSITORY']}/issues"
    headers = {
        "Authorization": f"Bearer {environment['PODPLAN_TOKEN']}",
        "Accept": "application/vnd.github+json",
    }
    number = int(environment["NUMBER"])
    return Thread(f"{issues}/{number}/comments", f"{issues}/comments", "PATCH", headers, None)


def gitlab(environment: dict[str, str]) -> Thread:
    """Return the notes of the merge request whose pipeline it is."""
    api, headers = environment["CI_API_V4_URL"], {"PRIVATE-TOKEN": environment["PODPLAN_TOKEN"]}
    request = (
        f"{api}/projects/{environment['CI_PROJECT_ID']}/merge_requests/{environment['CI_MERGE_REQUEST_IID']}"
    )
    author = ask("GET", f"{api}/user", headers)["id"]
    return Thread(f"{request}/notes", f"{request}/notes", "PUT", headers, author)


def write(marker: str, reports: list[str]) -> str:
    """Return the comment: the reports, as many as fit, and a word on the others.

    podplan has made what manifests say harmless; what begins with a slash would be an order to GitLab.
    """
    left, parts = LIMIT - len(marker), []
    for report in reports:
        text = re.sub(r"(?m)^([ \t]*)/", r"\1&#47;", report.strip())
        if len(text) > left:
            text = text.split("\n", 1)[0][:1000] + "\n\nThe rest is in the job: a comment takes no more."
        left -= len(text) + 200
        parts.append(text)
    return "\n\n".join([marker, *parts]) + "\n"


def publish(thread: Thread, marker: str, body: str) -> str:
    """Change our comment, or make it; return which of both was done."""
    for page in range(1, PAGES + 1):
        comments = ask("GET", f"{thread.url}?per_page=100&page={page}", thread.headers)
        for comment in comments:
            if thread.is_ours(comment, marker):
                if comment["body"].strip() != body.strip():
                    ask(thread.method, f"{thread.item}/{int(comment['id'])}", thread.headers, body)
                return "updated"
        if len(comments) < 100:
            break
    ask("POST", thread.url, thread.headers, body)
    return "made"


def main(arguments: list[str], environment: dict[str, str]) -> int:
    """Write the comment; 0 also where it cannot be made, 2 for wrong usage."""
    if len(arguments) < 2 or arguments[0] not in {"github", "gitlab"}:
        print(__doc__, file=sys.stderr)
        return 2
    service, key, *names = arguments
    marker = f"<!-- podplan {hashlib.sha256(key.encode()).hexdigest()[:16]} -->"
    reports = [path.read_text("utf-8") for path in map(Path, names) if path.is_file()]
    if not reports:
        print("podplan: there is no report to comment with")
        return 0
    try:
        thread = github(environment) if service == "github" else gitlab(environment)
        print(f"podplan: the comment was {publish(thread, marker, write(marker, reports))}")
    except HTTPError as error:
        reason = (
            f"{error.code} {HTTPStatus(error.code).phrase}"
            if error.code in {*HTTPStatus}
            else str(error.code)
        )
        _warn(service, f"no comment could be made: {reason}; the token needs the right to write one")
    except (URLError, OSError, KeyError, TypeError, ValueError) as error:
        _warn(service, f"no comment could be made: {type(error).__name__}")
    return 0


def _warn(service: str, text: str) -> None:
    print(f"::warning title=podplan::{text}" if service == "github" else f"podplan: {text}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], dict(os.environ)))
