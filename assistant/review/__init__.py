"""A playbook checked like code: what it contradicts, leaves open, never reaches, or does not say."""
