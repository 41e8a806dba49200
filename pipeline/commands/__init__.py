"""The command line, a file for each kind of work; they read arguments, call a job, print its result."""
