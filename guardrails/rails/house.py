"""The house's own sentences: what the code itself says around the words of sources (▮).

A sentence of a draft that is one of these needs no source; every other is held against one. A composer
that says something new adds it here, or its drafts go to a person.
"""

from __future__ import annotations

SENTENCES = frozenset(
    """\
▮
▮ governs
▮ governs: it fixes the call outright
▮ governs: on condition that ▮
▮ was coded ▮
▮ speaks to this
which of these is so?
the call turns on facts that ▮ names
▮ speaks to this but fixes no call, and no exemplar under it does
▮ sends this to a person
▮ says so
▮ then fixes the call
▮ affirms: ▮
▮ affirms: the rule applies
▮: ▮
▮: it fixes the call — ▮
▮: in every other case → ▮
▮: if this is such a case → ▮
▮: if this is a case of ▮ → ▮
▮: ▮ → ▮
▮ is a ruling on such a document
the playbook is silent, but this was ruled on
is yours such a document?
the call turns on whether the ruling's facts are yours; if not, ask the person who decides
nothing in the playbook clearly settles this
nothing in the playbook to draft from
nearest: ▮
please ask the ▮
which document?
tell me what it is, who wrote it and to whom, what it is about and why it was made, and which field you are coding ▮
no facts were given
draft material for the ▮ to approve: ▮ say how it is done
the ▮ approves before anyone relies on it""".split("\n")
)
