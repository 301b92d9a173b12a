"""Follow-up questions: what they depend on and refer to, and their standalone form."""
