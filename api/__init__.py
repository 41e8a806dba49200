"""HTTP: the API under `/v1` and the console, two doors to the same stored facts."""
