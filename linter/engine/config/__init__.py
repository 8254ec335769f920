"""The configuration file, the settings of a run, and the options that come of them."""
