"""The knowledge base: from a folder of documents to versions in Chroma."""
