"""From evidence to an answer: prompts, composers, correcting and dropping sentences."""
