"""A transcript file -> numbered lines -> the record -> a digest whose every cite was re-read."""
