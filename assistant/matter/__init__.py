"""A matter folder -> Matter: load it, and say every format error with file and line."""

from assistant.matter.load import check_matter, load_matter

__all__ = ["check_matter", "load_matter"]
