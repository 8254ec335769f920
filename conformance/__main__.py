"""The command line: `python -m conformance record 1.38.0` and `python -m conformance newest`."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.build import cache_folder, require_tools
from conformance.errors import RecordingError
from conformance.recording import Request, record
from conformance.releases import advice, parse_release, published
from linter.version import NEWEST

if TYPE_CHECKING:
    from collections.abc import Sequence

DATA = Path(__file__).parent.parent / "tests" / "conformance"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 if it did what was asked, else 1."""
    options = _parser().parse_args(arguments)
    # A recording that is told to end stops what it has started, as with Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        if options.command == "newest":
            require_tools(["go"])
            print(advice(published(), NEWEST))
        else:
            only = tuple(options.only.split(",")) if options.only else ()
            request = Request(
                parse_release(options.release), options.data, options.cache, only, options.match
            )
            record(request, lambda line: print(line, flush=True))
    except RecordingError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; what was recorded until now is written.", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m conformance", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("newest", help="is there a release that podplan does not know yet?")
    recorder = commands.add_parser("record", help="record what a release answers")
    recorder.add_argument("release", help="the release, e.g. 1.38.0")
    recorder.add_argument(
        "--only", metavar="NAMES", help="families of cases, e.g. verdicts,kinds/updates,openapi"
    )
    recorder.add_argument(
        "--match", metavar="PATTERN", default="*", help="only these ids; nothing is written then"
    )
    recorder.add_argument("--data", type=Path, default=DATA, help="the folder of the data files")
    recorder.add_argument("--cache", type=Path, default=cache_folder(), help="the folder of built programs")
    return parser


if __name__ == "__main__":
    sys.exit(main())
