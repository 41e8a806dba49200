"""Settings, wiring, jobs and the command line: where the pure parts meet files, database and clock."""
