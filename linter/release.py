"""Which podplan this is, and where it is documented."""

__version__ = "0.1.0"

DOCS = "https://podplan.example.org/"
"""Where the documentation is published: a placeholder until it is. Reports that link to pages of rules begin with it."""
REPOSITORY = "https://github.com/podplan/podplan/blob/main/"
"""Where the pages of the documentation find files that are none of them: a placeholder, too."""
