"""The kinds of resource.k8s.io: claims of devices, and classes of them.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/
"""
