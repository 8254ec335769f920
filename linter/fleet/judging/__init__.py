"""One repository → the rows of all tables: the engine of `lint` and the planner, called in the repository's own folder."""
