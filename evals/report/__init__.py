"""A run as a lawyer reads it (one HTML file), as JSON, and as a table in the terminal."""
