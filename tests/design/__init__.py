"""Design documents: their mistakes, their versions, the library on disk."""
