"""What is applied together: apply sets, and where each of their values was written."""
