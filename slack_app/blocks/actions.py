"""The names that buttons, menus and modals answer to. Values carry opaque ids, never text."""

from __future__ import annotations

CHOOSE = "branch:choose"  # action_id `branch:choose:<n>`, value `<answer_id>:b<n>`
ESCALATE = "answer:escalate"  # value `<answer_id>`
VOTE_UP = "feedback:up"  # value `<answer_id>`
VOTE_DOWN = "feedback:down"  # value `<answer_id>`; opens the feedback modal
MATTER = "matter:pick"  # action_id `matter:pick:<n>`, value `<question_id>:<matter_id>`

FEEDBACK = "feedback:reason"  # callback_id of the modal; private_metadata is `<answer_id>`
REASON = "reason"  # block_id and action_id of its menu
COMMENT = "comment"  # block_id and action_id of its free words

# What a vote against an answer may say: value -> words.
REASONS = {
    "wrong_call": "The call is wrong",
    "wrong_cite": "The source is wrong or does not bear it out",
    "out_of_date": "The rule or exemplar is out of date",
    "over_refused": "It should have answered",
    "should_have_escalated": "A person should have decided",
}
