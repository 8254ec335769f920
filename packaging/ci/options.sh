# Read by the scripts beside it. Turns the inputs, which come as variables, into arrays.
# shellcheck shell=bash disable=SC2034,SC2153  # the arrays are for the scripts that read this; the inputs are theirs

# No token is for podplan, nor for what renders a chart.
unset GH_TOKEN GITHUB_TOKEN PODPLAN_TOKEN ACTIONS_RUNTIME_TOKEN ACTIONS_ID_TOKEN_REQUEST_TOKEN ACTIONS_ID_TOKEN_REQUEST_URL

podplan=("${PODPLAN_PYTHON:-$RUNNER_TEMP/podplan/bin/python}" -I -m linter)

# One a line. macOS has bash 3.2, which cannot fill an array by name.
paths=() kustomizations=() values=()
while IFS= read -r line; do [[ -z "$line" ]] || paths+=("$line"); done <<< "$PATHS"
while IFS= read -r line; do [[ -z "$line" ]] || kustomizations+=("$line"); done <<< "$KUSTOMIZE"
while IFS= read -r line; do [[ -z "$line" ]] || values+=("$line"); done <<< "$VALUES"
common=("--kubernetes-version=$KUBERNETES_VERSION")
[[ -z "$CONFIG" ]] || common+=("--config=$CONFIG")
[[ "$ISOLATED" != true ]] || common+=(--isolated)
chart=()
case $HELM in
  '' | never | auto) ;;
  *) chart=("--helm=$HELM" "${values[@]/#/--values=}") ;;
esac
