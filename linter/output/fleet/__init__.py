"""Answers about a fleet, one module for each format, and the page of a fleet."""
