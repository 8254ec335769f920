"""Record what a real control plane of a named Kubernetes version answers; the recordings are in tests/conformance/.

For maintainers only: it needs go, starts servers on loopback and runs for hours. Neither the tests nor the wheel
include it. docs/recording.md says how to use it.
"""
