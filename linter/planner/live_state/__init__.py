"""Reads live objects, as `kubectl get deploy,rs,sts,ds,po,nodes -o yaml` prints them, for controllers to start from.

Each function answers one question about plain objects; what a controller makes of the answers is its own matter.
"""
