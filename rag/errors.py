"""Errors of a question, or of the chat model that composes its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from footnote.store.errors import FootnoteError

if TYPE_CHECKING:
    from footnote.rag.answer import Usage


class QuestionError(FootnoteError):
    """The question can't be used: it is empty, or too long."""


class ModelError(FootnoteError):
    """The chat model gave no usable reply. The message is fit for readers and contains no secret.

    retryable: whether asking again may help. wait_s: how long the server asks to wait, or how long no
    calls are made. usage: of the failed call; None where nothing was sent, or another answer counts it.
    """

    def __init__(
        self, message: str, *, retryable: bool, wait_s: float | None = None, usage: Usage | None = None
    ) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.wait_s = wait_s
        self.usage = usage

    def with_usage(self, usage: Usage | None) -> Self:
        """A copy of the error with the usage of the call."""
        return type(self)(str(self), retryable=self.retryable, wait_s=self.wait_s, usage=usage)


class ModelUnreachable(ModelError):
    """Nothing answers at the model's address."""


class ModelRefusedKey(ModelError):
    """The server rejects the key, or the key may not use this model (401, 403)."""


class ModelBusy(ModelError):
    """Too many requests at the server (429) or in this process, or the quota is used up."""


class ModelPaused(ModelError):
    """The endpoint failed several times in a row, and no calls are made for a while (`wait_s`)."""


class ModelFailed(ModelError):
    """The server reports an error of its own, or rejects the request (400, 404, 5xx)."""


class ModelStalled(ModelError):
    """No text came within the time allowed."""


class ModelCutOff(ModelError):
    """The reply broke off: the connection was lost, or the length limit reached."""


class ModelEmpty(ModelError):
    """The reply has no text, or none that can be parsed as an answer."""
