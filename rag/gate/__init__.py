"""What the gate compares of a claim and its evidence: numbers, names, denials, directions, nearness."""
