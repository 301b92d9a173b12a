"""Who may use a served page, and how much: users, sign-in, roles, rates."""
