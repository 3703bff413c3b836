"""Lists of rows as people send them: CSV and NDJSON, read as a stream and divided by byte offsets."""
