"""Record what a real control plane of a named Kubernetes version answers; the recordings are in tests/conformance/.

For maintainers only: it needs go, starts servers on loopback, runs for an hour or so, and is no part of the tests or
the wheel. docs/recording.md says how to use it.
"""
