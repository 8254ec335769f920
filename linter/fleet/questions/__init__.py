"""What people ask of the tables of a fleet: SQL over Parquet files, answered by DuckDB in this process; no Spark and no Java."""
