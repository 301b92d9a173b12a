"""What can go wrong with a question or with the chat model that composes its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from footnote.store.errors import FootnoteError

if TYPE_CHECKING:
    from footnote.rag.answer import Usage


class QuestionError(FootnoteError):
    """The question itself can't be used: empty, or too long."""


class ModelError(FootnoteError):
    """The chat model gave no usable reply. The text is fit for readers and holds no secret.

    retryable: whether asking again may help. wait_s: how long the server asks to wait, or how long
    it won't be asked. usage: what the failed call took all the same; None where nothing was sent, or
    another answer counts it.
    """

    def __init__(
        self, message: str, *, retryable: bool, wait_s: float | None = None, usage: Usage | None = None
    ) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.wait_s = wait_s
        self.usage = usage

    def with_usage(self, usage: Usage | None) -> Self:
        """The same error, as an object of its own, with what the call took."""
        return type(self)(str(self), retryable=self.retryable, wait_s=self.wait_s, usage=usage)


class ModelUnreachable(ModelError):
    """Nothing answers at the model's address."""


class ModelRefusedKey(ModelError):
    """The server rejects the key, or the key may not use this model (401, 403)."""


class ModelBusy(ModelError):
    """Too many requests at the server (429) or in this process, or the quota is used up."""


class ModelPaused(ModelError):
    """The endpoint failed several times in a row and isn't asked for a while (`wait_s`)."""


class ModelFailed(ModelError):
    """The server reports an error of its own, or rejects the request (400, 404, 5xx)."""


class ModelStalled(ModelError):
    """No word within the time allowed."""


class ModelCutOff(ModelError):
    """The reply broke off, at the connection or at the length limit."""


class ModelEmpty(ModelError):
    """The reply holds no text, or nothing that can be read as an answer."""
