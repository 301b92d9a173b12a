"""Follow-ups: what they lean on, what they refer to, and how they stand alone."""
