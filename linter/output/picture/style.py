"""The looks of the drawings: colours tell revisions apart, signs tell states."""

from __future__ import annotations

from typing import Final, get_args

from linter.output.picture.timeline import Color

COLORS: Final[tuple[Color, ...]] = get_args(Color)

STYLE: Final = """
.chart { font-family: system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; font-size: 11px; }
.chart text { fill: var(--soft); }
.chart .number { text-anchor: middle; pointer-events: none; font-variant-numeric: tabular-nums; }
.chart .number.now { fill: var(--ink); font-weight: 600; }
.chart .row { text-anchor: end; }
.chart .lane { fill: var(--ink); font-size: 12px; font-weight: 600; }
.chart .lane tspan { fill: var(--soft); font-weight: 400; }
.chart .rule { stroke: var(--rule); }
.chart .band { fill: transparent; }
.chart .column.even .band { fill: var(--panel); }
.chart .column.lit .band { fill: var(--mark); }
.chart .operation { fill: var(--soft); }
.old { color: var(--old); } .new { color: var(--new); } .third { color: var(--third); } .fourth { color: var(--fourth); }
.pod { stroke: currentColor; stroke-width: 1.6; fill: var(--paper); }
.pod.ready { fill: currentColor; }
.pod.failing { stroke: var(--bad); stroke-width: 2; fill: var(--paper); }
.pod.unschedulable { stroke: var(--bad); stroke-width: 1.8; stroke-dasharray: 3 2; fill: var(--paper); }
.pod.terminating { stroke-dasharray: 2.4 1.8; }
.bar { stroke-width: 1; }
.bar.failing { fill: url(#crosses); } .bar.unschedulable { fill: url(#checks); }
.sign { fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
.sign.inside { stroke: var(--paper); }
.sign.bad { stroke: var(--bad); }
.tint { fill: currentColor; opacity: .28; }
.filled { fill: currentColor; } .filled.bad { fill: var(--bad); }
.ground { fill: var(--paper); }
.area { fill: var(--soft); opacity: .16; }
.line { fill: none; stroke-linejoin: round; }
.line, .area, .limit, .rule, .dot { pointer-events: none; }
.line.available { stroke: var(--ink); stroke-width: 2.2; }
.line.total { stroke: var(--link); stroke-width: 1.4; stroke-dasharray: 5 3; }
.line.all { stroke: var(--soft); stroke-width: 1.2; stroke-dasharray: 1.5 2.5; }
.limit { stroke: var(--soft); stroke-width: 1.2; stroke-dasharray: 9 4; }
.limit.floor { stroke: var(--bad); }
.chart .below { fill: var(--bad); }
.chart .floor-label { fill: var(--bad); }
.dot { fill: var(--ink); visibility: hidden; } .dot.lit { visibility: visible; }
"""
"""The style of the drawings, in terms of the colours of `page.COLORS`."""

_PATTERNS: Final = """\
<pattern id="dots-{0}" class="{0}" width="4" height="4" patternUnits="userSpaceOnUse"><rect class="ground" width="4" height="4"/><circle class="filled" cx="2" cy="2" r="1.05"/></pattern>
<pattern id="hatch-{0}" class="{0}" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="ground" width="4" height="4"/><path d="M1 0V4" stroke="currentColor" stroke-width="1.2"/></pattern>
<pattern id="stripes-{0}" class="{0}" width="4" height="4" patternUnits="userSpaceOnUse"><rect class="ground" width="4" height="4"/><path d="M0 2H4" stroke="currentColor" stroke-width="1.6"/></pattern>
"""
_PATTERN_RULES: Final = """\
.bar.{0}.waiting {{ fill: url(#dots-{0}); }} .bar.{0}.created {{ fill: url(#stripes-{0}); }} .bar.{0}.terminating {{ fill: url(#hatch-{0}); }}
"""
BARS: Final = "".join(_PATTERN_RULES.format(color) for color in COLORS)
"""The style of the bars: a pattern for each state, in the colour of the revision."""

DEFINITIONS: Final = f"""<defs>
{"".join(_PATTERNS.format(color) for color in COLORS)}\
<pattern id="crosses" width="7" height="7" patternUnits="userSpaceOnUse"><rect class="ground" width="7" height="7"/><path class="sign bad" d="M1.5 1.5l4 4m0-4l-4 4"/></pattern>
<pattern id="checks" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="ground" width="6" height="6"/><path class="filled bad" d="M0 0h3v3h-3zM3 3h3v3h-3z"/></pattern>
<g id="pod-ready"><circle class="pod ready" r="7.8"/><path class="sign inside" d="M-3 .3-.8 2.6 3.2-2.2"/></g>
<g id="pod-waiting"><circle class="pod" r="7.8"/><path class="filled" d="M-4.6-.9h1.8v1.8h-1.8zM-.9-.9h1.8v1.8h-1.8zM2.8-.9h1.8v1.8h-1.8z"/></g>
<g id="pod-created"><circle class="pod" r="7.8"/><path class="sign" d="M-3 0H3M0-3V3"/></g>
<g id="pod-failing"><circle class="pod failing" r="7.8"/><circle class="tint" r="7"/><path class="sign bad" d="M-3-3 3 3M3-3-3 3"/></g>
<g id="pod-unschedulable"><rect class="pod unschedulable" x="-7.4" y="-7.4" width="14.8" height="14.8" rx="2"/><rect class="tint" x="-6.6" y="-6.6" width="13.2" height="13.2"/><path class="sign bad" d="M-2.4-2.2C-2.4-5.2 2.4-5.2 2.4-2.2 2.4-.4 0-.2 0 1.6M0 4.4V4.5"/></g>
<g id="pod-terminating"><circle class="pod terminating" r="7.8"/><path class="sign" stroke-width="1" d="M-5.2 1.6 1.6-5.2M-3.6 3.6 3.6-3.6M-1.6 5.2 5.2-1.6"/></g>
</defs>
"""
"""What the drawings refer to; once in every document that holds any."""
