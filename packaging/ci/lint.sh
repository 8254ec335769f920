#!/usr/bin/env bash
# Lint: annotations in the log, Markdown in the job's summary.
set -eo pipefail  # no -u: to bash 3.2, which macOS has, an empty array is unset
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/options.sh"
report="$RUNNER_TEMP/podplan-lint.md"
rm -f "$report"
options=("${common[@]}" --no-python-rules "${kustomizations[@]/#/--kustomize=}" "${chart[@]}")
((${#chart[@]})) || options+=("--helm=${HELM:-never}")
[[ -z "$BASELINE" ]] || options+=("--baseline=$BASELINE")
if [[ "$CACHE" == true ]]; then
  export PODPLAN_CACHE_DIR="$RUNNER_TEMP/podplan-cache"
else
  options+=(--no-cache)
fi
options+=(--format github --format "markdown=$report")
[[ -z "$SARIF" ]] || options+=(--format "sarif=$SARIF")
status=0
"${podplan[@]}" lint "${options[@]}" "--fail-on=$FAIL_ON" -- "${paths[@]}" || status=$?
[[ ! -f "$report" ]] || cat "$report" >> "$GITHUB_STEP_SUMMARY"
{ echo "status=$status"; echo "file=$report"; } >> "$GITHUB_OUTPUT"
