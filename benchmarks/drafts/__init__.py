"""Sound and corrupted drafts for the output rails: `python -m benchmarks.drafts`."""
