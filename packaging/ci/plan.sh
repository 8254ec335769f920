#!/usr/bin/env bash
# Plan what changed since BASE: text in the log, Markdown and the timelines in the job's summary (GitHub draws no SVG there), pages
# as files.
set -eo pipefail  # no -u: to bash 3.2, which macOS has, an empty array is unset
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/options.sh"
# A shallow checkout holds the pull request's last commit alone.
git=(git -c core.hooksPath=/dev/null -c core.fsmonitor=false -c safe.bareRepository=explicit)
"${git[@]}" cat-file -e "$BASE^{commit}" 2> /dev/null ||
  "${git[@]}" fetch --quiet --no-tags --no-recurse-submodules --depth=1 --end-of-options origin "$BASE"

report="$RUNNER_TEMP/podplan-plan.md"
text="$RUNNER_TEMP/podplan-plan.txt"
pages="$RUNNER_TEMP/podplan-plan"
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/plans.sh"

if [[ -f "$text" ]]; then
  # Nothing that the plan prints is to be read as a workflow command.
  token="podplan-$RANDOM$RANDOM$RANDOM"
  echo "::stop-commands::$token"
  cat "$text"
  echo "::$token::"
fi
if [[ -f "$report" ]]; then
  { echo; echo "## podplan: what this change rolls out"; echo; cat "$report"; } >> "$GITHUB_STEP_SUMMARY"
  # A summary takes 1 MiB a step.
  if [[ -s "$text" ]] && (($(wc -c < "$text") < 500000)); then
    {
      echo "<details open><summary>Timelines</summary><pre>"
      sed -e 's/&/\&amp;/g' -e 's/</\&lt;/g' -e 's/>/\&gt;/g' "$text"
      echo "</pre></details>"
    } >> "$GITHUB_STEP_SUMMARY"
  fi
fi
{ echo "status=$status"; echo "file=$report"; echo "pages=$pages"; } >> "$GITHUB_OUTPUT"
