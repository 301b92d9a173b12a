"""From evidence to an answer: prompts, composers, what is mended, what is dropped."""
