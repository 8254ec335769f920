"""Where text comes from, and how text becomes resources with positions."""
