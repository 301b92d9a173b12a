"""The search as a LangChain retriever."""

from __future__ import annotations

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from footnote.rag.conversation.messages import checked
from footnote.rag.retrieval.parts import search_merged
from footnote.rag.settings import Settings, load_settings
from footnote.store.filters import Filters
from footnote.store.library import Library


class Retriever(BaseRetriever):
    """The search as a LangChain retriever: one document a paper, with its abstract as content.

    filters: papers that don't pass are not searched; a page or an id that the library doesn't have
    finds nothing (`Assistant.retriever` refuses it).

    Raises QuestionError, LibraryError.

    Metadata: `id`, `title`, `date`, `authors`, `venue`, `retraction`, `pages`, `score`, `dense`, `lexical`.
    """

    library: Library
    settings: Settings = Field(default_factory=load_settings)
    filters: Filters | None = None
    model_config = ConfigDict(arbitrary_types_allowed=True)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        found = search_merged(
            self.library,
            checked(query, self.settings.max_question_chars),
            self.settings,
            filters=self.filters,
        )
        return [
            Document(
                page_content=hit.paper.abstract,
                id=hit.paper.id,
                metadata={
                    "id": hit.paper.id,
                    "title": hit.paper.display_title,
                    "date": hit.paper.date,
                    "authors": list(hit.paper.authors),
                    "venue": hit.paper.venue,
                    "retraction": hit.paper.retraction,
                    "pages": list(hit.paper.pages),
                    "score": hit.score,
                    "dense": hit.dense,
                    "lexical": hit.lexical,
                },
            )
            for hit in found.hits
        ]
