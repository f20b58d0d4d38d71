"""A playbook checked like code: what it contradicts, leaves open, never reaches, or does not say."""

from assistant.review.check import review_matter
from assistant.review.finding import Finding

__all__ = ["Finding", "review_matter"]
