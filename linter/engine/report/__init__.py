"""What becomes of what rules find: findings with a place, suppressions, baselines, comparisons."""
