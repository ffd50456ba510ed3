"""From news and situation reports to proposals that a person accepts, mends or rejects."""

from __future__ import annotations

from corridor.sources.texts.files import Document, read_documents
from corridor.sources.texts.reader import Publication, read_proposals_of

__all__ = ["Document", "Publication", "read_documents", "read_proposals_of"]
