#!/usr/bin/env bash
# gitlab.sh lint|plan: what a job of the GitLab component runs, in the work tree. Leaves its reports there.
set -eo pipefail
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/options.sh"

lint() {
  local options=("${common[@]}" --no-python-rules "${kustomizations[@]/#/--kustomize=}" "${chart[@]}")
  ((${#chart[@]})) || options+=("--helm=${HELM:-never}")
  [[ -z "$BASELINE" ]] || options+=("--baseline=$BASELINE")
  # GitLab keeps caches in the work tree. One that the merge request itself brings is none.
  if [[ "$CACHE" == true && -z "$(git ls-files -- .podplan-cache)" ]]; then
    export PODPLAN_CACHE_DIR="$PWD/.podplan-cache"
  else
    options+=(--no-cache)
  fi
  options+=(--format gitlab=podplan-quality.json --format junit=podplan-junit.xml --format markdown=podplan-lint.md --format text)
  rm -f podplan-quality.json podplan-junit.xml podplan-lint.md
  "${podplan[@]}" lint "${options[@]}" "--fail-on=$FAIL_ON" -- "${paths[@]}"
}

plan_all() {
  # shellcheck disable=SC2034  # plans.sh reads them
  local report=podplan-plan.md text=podplan-plan.txt pages=podplan-plan
  # shellcheck source-path=SCRIPTDIR
  source "$(dirname "$0")/plans.sh"
  [[ ! -f "$text" ]] || cat "$text"
  # 1 is a plan that is refused or gets stuck; more than that is no plan at all.
  [[ "$status" -le 1 && "$FAIL_ON_PLAN" != true ]] || return "$status"
}

case $1 in
  lint) lint ;;
  plan) plan_all ;;
  *) echo "gitlab.sh lint|plan" >&2; exit 2 ;;
esac
