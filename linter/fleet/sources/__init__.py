"""Where repositories come from: folders, git mirrors, archives, tables and cluster dumps; each becomes a folder that is judged."""
