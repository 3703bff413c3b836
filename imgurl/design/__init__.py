"""Design documents: their models, their mistakes, the library on disk."""
