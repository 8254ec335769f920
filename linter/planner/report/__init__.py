"""What is said about a simulation: plans, with their steps, outcome, estimates and remedies."""
