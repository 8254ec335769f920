"""Functions on lists and maps.

The notation and the source are in `linter.cel.check.signatures`.
"""

from __future__ import annotations

SIGNATURES = {
    "@sortByAssociatedKeys": (
        "list_int_sortByAssociatedKeys: list(T).(list(int)) -> list(T) @35",
        "list_uint_sortByAssociatedKeys: list(T).(list(uint)) -> list(T) @35",
        "list_double_sortByAssociatedKeys: list(T).(list(double)) -> list(T) @35",
        "list_bool_sortByAssociatedKeys: list(T).(list(bool)) -> list(T) @35",
        "list_google.protobuf.Duration_sortByAssociatedKeys: list(T).(list(Duration)) -> list(T) @35",
        "list_google.protobuf.Timestamp_sortByAssociatedKeys: list(T).(list(Timestamp)) -> list(T) @35",
        "list_string_sortByAssociatedKeys: list(T).(list(string)) -> list(T) @35",
        "list_bytes_sortByAssociatedKeys: list(T).(list(bytes)) -> list(T) @35",
    ),
    "cel.@mapInsert": (
        "@mapInsert_map_key_value: (map(K, V), K, V) -> map(K, V) @33",
        "@mapInsert_map_map: (map(K, V), map(K, V)) -> map(K, V) @33",
    ),
    "distinct": ("list_distinct: list(T).() -> list(T) @35",),
    "first": ("list_first: list(V).() -> optional_type(V)",),
    "flatten": (
        "list_flatten: list(list(T)).() -> list(T) @35",
        "list_flatten_int: list(dyn).(int) -> list(dyn) @35",
    ),
    "includes": ("list_includes_dyn_dyn: dyn.(dyn) -> bool @38",),
    "indexOf": (
        "list_a_index_of_int: list(A).(A) -> int",
        "string_index_of_string: string.(string) -> int",
        "string_index_of_string_int: string.(string, int) -> int",
    ),
    "isSorted": (
        "list_int_is_sorted_bool: list(int).() -> bool",
        "list_uint_is_sorted_bool: list(uint).() -> bool",
        "list_double_is_sorted_bool: list(double).() -> bool",
        "list_bool_is_sorted_bool: list(bool).() -> bool",
        "list_duration_is_sorted_bool: list(Duration).() -> bool",
        "list_timestamp_is_sorted_bool: list(Timestamp).() -> bool",
        "list_string_is_sorted_bool: list(string).() -> bool",
        "list_bytes_is_sorted_bool: list(bytes).() -> bool",
    ),
    "last": ("list_last: list(V).() -> optional_type(V)",),
    "lastIndexOf": (
        "list_a_last_index_of_int: list(A).(A) -> int",
        "string_last_index_of_string: string.(string) -> int",
        "string_last_index_of_string_int: string.(string, int) -> int",
    ),
    "lists.range": ("lists_range: (int) -> list(int) @35",),
    "max": (
        "list_int_max_int: list(int).() -> int",
        "list_uint_max_uint: list(uint).() -> uint",
        "list_double_max_double: list(double).() -> double",
        "list_bool_max_bool: list(bool).() -> bool",
        "list_duration_max_duration: list(Duration).() -> Duration",
        "list_timestamp_max_timestamp: list(Timestamp).() -> Timestamp",
        "list_string_max_string: list(string).() -> string",
        "list_bytes_max_bytes: list(bytes).() -> bytes",
    ),
    "min": (
        "list_int_min_int: list(int).() -> int",
        "list_uint_min_uint: list(uint).() -> uint",
        "list_double_min_double: list(double).() -> double",
        "list_bool_min_bool: list(bool).() -> bool",
        "list_duration_min_duration: list(Duration).() -> Duration",
        "list_timestamp_min_timestamp: list(Timestamp).() -> Timestamp",
        "list_string_min_string: list(string).() -> string",
        "list_bytes_min_bytes: list(bytes).() -> bytes",
    ),
    "reverse": ("list_reverse: list(T).() -> list(T) @35",),
    "sets.contains": ("list_sets_contains_list: (list(T), list(T)) -> bool @30",),
    "sets.equivalent": ("list_sets_equivalent_list: (list(T), list(T)) -> bool @30",),
    "sets.intersects": ("list_sets_intersects_list: (list(T), list(T)) -> bool @30",),
    "size": (
        "size_bytes: (bytes) -> int",
        "bytes_size: bytes.() -> int",
        "size_list: (list(A)) -> int",
        "list_size: list(A).() -> int",
        "size_map: (map(A, B)) -> int",
        "map_size: map(A, B).() -> int",
        "size_string: (string) -> int",
        "string_size: string.() -> int",
    ),
    "slice": ("list_slice: list(T).(int, int) -> list(T) @35",),
    "sort": (
        "list_int_sort: list(int).() -> list(int) @35",
        "list_uint_sort: list(uint).() -> list(uint) @35",
        "list_double_sort: list(double).() -> list(double) @35",
        "list_bool_sort: list(bool).() -> list(bool) @35",
        "list_google.protobuf.Duration_sort: list(Duration).() -> list(Duration) @35",
        "list_google.protobuf.Timestamp_sort: list(Timestamp).() -> list(Timestamp) @35",
        "list_string_sort: list(string).() -> list(string) @35",
        "list_bytes_sort: list(bytes).() -> list(bytes) @35",
    ),
    "sum": (
        "list_int_sum_int: list(int).() -> int",
        "list_uint_sum_uint: list(uint).() -> uint",
        "list_double_sum_double: list(double).() -> double",
        "list_duration_sum_duration: list(Duration).() -> Duration",
    ),
}
