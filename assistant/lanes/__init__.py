"""Cases for people: opened, claimed, ruled, closed; a ruling becomes an exemplar. Read `state.py` first."""
