"""Tables of rows as people send them: CSV and NDJSON, read as a stream and cut by byte offsets."""
