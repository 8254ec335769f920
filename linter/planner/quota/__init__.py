"""ResourceQuotas: what counts against them, what is used of them, and what they refuse."""
