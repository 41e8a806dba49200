"""What is kept: documents, signals with their evidence, refusals, snapshots, actions. The database's only doorway."""
