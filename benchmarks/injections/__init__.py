"""Instructions hidden inside documents: `python -m benchmarks.injections`."""
