"""Start podplan from the modules beside this file; Python runs isolated, so that no other folder is asked for them first."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "site-packages"))

from linter.cli.start import main

sys.exit(main())
