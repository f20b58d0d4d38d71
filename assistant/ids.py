"""What a rule's id looks like: capital letters, digits and hyphens, with at least one digit."""

from __future__ import annotations

import re

RULE_ID = re.compile(r"(?=[A-Z0-9-]*[A-Z])(?=[A-Z0-9-]*[0-9])[A-Z0-9][A-Z0-9-]*")
