"""Rules, the run over all resources, findings, and the one gate that decides what is reported."""
