"""Whether a claim may stand: checks of a claim against the sentences that it cites."""
