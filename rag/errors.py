"""What can go wrong with a question or with the chat model that composes its answer."""

from __future__ import annotations

from store.errors import FootnoteError


class QuestionError(FootnoteError):
    """The question itself can't be used: empty, or too long."""


class ModelError(FootnoteError):
    """The chat model gave no usable reply. The text is fit for readers and holds no secret.

    retryable: whether asking again may help.
    """

    def __init__(self, message: str, *, retryable: bool) -> None:
        super().__init__(message)
        self.retryable = retryable


class ModelUnreachable(ModelError):
    """Nothing answers at the model's address."""


class ModelRefusedKey(ModelError):
    """The server rejects the key, or the key may not use this model (401, 403)."""


class ModelBusy(ModelError):
    """Too many requests, or the quota is used up (429)."""


class ModelFailed(ModelError):
    """The server reports an error of its own, or rejects the request (400, 404, 5xx)."""


class ModelStalled(ModelError):
    """No word within the time allowed."""


class ModelCutOff(ModelError):
    """The reply broke off, at the connection or at the length limit."""


class ModelEmpty(ModelError):
    """The reply holds no text, or nothing that can be read as an answer."""
