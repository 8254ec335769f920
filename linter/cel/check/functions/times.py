"""Functions on points and spans of time.

The notation and the source are in `linter.cel.check.signatures`.
"""

from __future__ import annotations

SIGNATURES = {
    "getDate": (
        "timestamp_to_day_of_month_1_based: Timestamp.() -> int",
        "timestamp_to_day_of_month_1_based_with_tz: Timestamp.(string) -> int",
    ),
    "getDayOfMonth": (
        "timestamp_to_day_of_month: Timestamp.() -> int",
        "timestamp_to_day_of_month_with_tz: Timestamp.(string) -> int",
    ),
    "getDayOfWeek": (
        "timestamp_to_day_of_week: Timestamp.() -> int",
        "timestamp_to_day_of_week_with_tz: Timestamp.(string) -> int",
    ),
    "getDayOfYear": (
        "timestamp_to_day_of_year: Timestamp.() -> int",
        "timestamp_to_day_of_year_with_tz: Timestamp.(string) -> int",
    ),
    "getFullYear": (
        "timestamp_to_year: Timestamp.() -> int",
        "timestamp_to_year_with_tz: Timestamp.(string) -> int",
    ),
    "getHours": (
        "timestamp_to_hours: Timestamp.() -> int",
        "timestamp_to_hours_with_tz: Timestamp.(string) -> int",
        "duration_to_hours: Duration.() -> int",
    ),
    "getMilliseconds": (
        "timestamp_to_milliseconds: Timestamp.() -> int",
        "timestamp_to_milliseconds_with_tz: Timestamp.(string) -> int",
        "duration_to_milliseconds: Duration.() -> int",
    ),
    "getMinutes": (
        "timestamp_to_minutes: Timestamp.() -> int",
        "timestamp_to_minutes_with_tz: Timestamp.(string) -> int",
        "duration_to_minutes: Duration.() -> int",
    ),
    "getMonth": (
        "timestamp_to_month: Timestamp.() -> int",
        "timestamp_to_month_with_tz: Timestamp.(string) -> int",
    ),
    "getSeconds": (
        "timestamp_to_seconds: Timestamp.() -> int",
        "timestamp_to_seconds_tz: Timestamp.(string) -> int",
        "duration_to_seconds: Duration.() -> int",
    ),
}
