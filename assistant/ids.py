"""What a rule's id looks like: capital letters, digits and hyphens, with at least one digit."""

from __future__ import annotations

import re

RULE_ID = re.compile(r"(?=[A-Z0-9-]*[A-Z])(?=[A-Z0-9-]*[0-9])[A-Z0-9][A-Z0-9-]*")
# At the start of a heading digits and hyphens alone are one, too (3-07), but no date and no years (2019-2021). In running
# text such numbers are as often a page, a range or a date, so there only ids with a letter count.
HEADING_ID = re.compile(rf"(?:{RULE_ID.pattern}|[0-9]{{1,3}}(?:-[0-9]+)+)(?![A-Za-z0-9-])")
