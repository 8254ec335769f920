"""The pod spec, wherever it stands: in a Pod, a workload's template, a CronJob's Job template."""
