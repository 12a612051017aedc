"""Statistics: numpy and pandas in, frames out. Nothing here queries, draws or speaks."""
