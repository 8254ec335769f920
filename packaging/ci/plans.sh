# Read by scripts that have read options.sh. Plans what changed since BASE: the paths, each kustomization, the chart. Writes Markdown
# into $report and text into $text, one below the other, and pages into the folder $pages; leaves the worst exit status in $status.
# shellcheck shell=bash disable=SC2154,SC2034  # both ways

rm -rf "$report" "$text" "$pages"
mkdir "$pages"
status=0

# plan NAME ARGUMENT…: one plan in all its forms.
plan() {
  local name=$1 part="$report.part" code=0
  shift
  local command=("${podplan[@]}" plan update "--since=$BASE" "${common[@]}")
  rm -f "$part"
  "${command[@]}" --format markdown --output "$part" "$@" || code=$?
  ((code <= status)) || status=$code
  [[ -f "$part" ]] || return 0
  { cat "$part"; echo; } >> "$report"
  rm "$part"
  "${command[@]}" "$@" >> "$text" 2> /dev/null || true
  "${command[@]}" --format html --output "$pages/$name.html" "$@" 2> /dev/null || true
}

plan files -- "${paths[@]}"
number=0
for each in "${kustomizations[@]}"; do
  number=$((number + 1))
  plan "kustomization-$number" "--kustomize=$each"
done
((!${#chart[@]})) || plan chart "${chart[@]}"
