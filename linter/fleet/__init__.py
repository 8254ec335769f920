"""Many repositories at once: each is judged as `lint` judges it, on Spark, and the results are kept as tables of Parquet files."""
