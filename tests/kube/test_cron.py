"""Schedules of CronJobs, as the server's parser takes them."""

from __future__ import annotations

import pytest

from linter.kube.cron import is_duration, schedule_fault
from linter.kube.time_zones import is_time_zone, time_zones


@pytest.mark.parametrize(
    "schedule",
    [
        "* * * * *",
        "  0 3 * * 0 ",
        "*/15,7 0-23/2 ? jan-Mar SUN",
        "5/10 * * * *",
        "*-5 * * * *",
        "+5 007 * * *",
        ", * * * *",
        "0\t3\n* * *",
        "0 0 30 2 *",
        "@daily",
        "@every 1h30m",
        "@every -1.5s",
        "TZ=UTC 0 3 * * *",
        "CRON_TZ=Europe/Berlin @hourly",
    ],
)
def test_good_schedules(schedule: str) -> None:
    assert schedule_fault(schedule) is None


@pytest.mark.parametrize(
    ("schedule", "fault"),
    [
        (" ", "has 0 fields, not 5: minute, hour, day of the month, month, day of the week"),
        ("0 0 3 * * *", "has 6 fields, not 5: minute, hour, day of the month, month, day of the week"),
        ("60 * * * *", "has `60` as minute: it must be from 0 to 59"),
        ("* * 0 * *", "has `0` as day of the month: it must be from 1 to 31"),
        ("* * * * 7", "has `7` as day of the week: it must be from 0 to 6; Sunday is 0"),
        ("* * * * fri-sun", "has `fri-sun` as day of the week: the range must ascend"),
        ("*/0 * * * *", "has `*/0` as minute: the step behind `/` must be a number above 0"),
        ("1-2-3 * * * *", "has `1-2-3` as minute: a range has one `-`"),
        ("1/2/3 * * * *", "has `1/2/3` as minute: a range has one `/`"),
        (
            "* * * foo *",
            "has `foo` as month: write numbers from 1 to 12 or jan to dec, a range `1-5` or `*`",
        ),
        (
            "@every",
            "is not one of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually and `@every 1h30m`",
        ),
        ("@every 1x", "has no duration behind `@every` such as `1h30m`"),
    ],
)
def test_bad_schedules(schedule: str, fault: str) -> None:
    assert schedule_fault(schedule) == fault


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("0", True),
        ("+0", True),
        ("1h2m3.5s", True),
        (".5s", True),
        ("5.s", True),
        ("1\u00b5s", True),
        ("2562047h47m16.854775807s", True),
        ("", False),
        ("-", False),
        (".s", False),
        ("1", False),
        ("1d", False),
        ("2562047h47m16.854775808s", False),
        ("9999999999999999999999h", False),
    ],
)
def test_durations(text: str, fits: bool) -> None:  # noqa: FBT001  a column of the table
    assert is_duration(text) is fits


def test_time_zones() -> None:
    assert {"UTC", "Etc/UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "EST5EDT"} <= time_zones()
    assert is_time_zone("posix/Europe/Berlin")
    assert not is_time_zone("europe/berlin")
