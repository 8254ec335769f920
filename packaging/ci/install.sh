#!/usr/bin/env bash
# Install podplan, and what the Action's checkout names by digest, into a folder of the runner's. The workspace is a stranger's: Python
# is started with -I, which keeps the current folder, PYTHONPATH and the like off sys.path, and away from it.
set -euo pipefail
unset PYTHONPATH PYTHONHOME
lock=run
case $EXTRAS in
  '') ;;
  cel) lock=cel ;;
  *) echo "::error title=podplan::extras: there is no extra of that name for checks; write cel, or nothing"; exit 2 ;;
esac
cd "$RUNNER_TEMP"
python3 -I -m venv podplan
pip=(podplan/bin/python -I -m pip install --quiet --disable-pip-version-check --no-input)
"${pip[@]}" --require-hashes --only-binary :all: --requirement "$SOURCE/requirements/$lock.lock" --requirement "$SOURCE/requirements/build.lock"
# The build backend is among what was installed.
"${pip[@]}" --no-deps --no-build-isolation "$SOURCE"
