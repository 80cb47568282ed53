"""asyncpg and redis live here, and nowhere else."""
