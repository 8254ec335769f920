"""Which podplan this is, and where it is documented."""

__version__ = "0.1.0"

_OWNER, _NAME = "podplan", "podplan"
"""Whose repository this is on GitHub: a placeholder until it is published. All addresses below follow from it."""

REPOSITORY = f"https://github.com/{_OWNER}/{_NAME}"
"""The repository's address, without a slash at the end."""
DOCS = f"https://{_OWNER}.github.io/{_NAME}/"
"""Where the documentation is published. Reports that link to pages of rules begin with it."""
