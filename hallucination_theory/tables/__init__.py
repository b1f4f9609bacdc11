"""Users' tables: CSV, JSON lines and Parquet, read with complaints that name the row."""
