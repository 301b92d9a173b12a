"""The chat: questions, answers, their sources, and the reader's conversations."""
