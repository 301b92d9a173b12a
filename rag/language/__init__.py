"""English as the checks and the conversation read it: tokens, numbers, names, negation, antonyms."""
