"""Many rows at once: split a table into chunks, mint and warm each row, join the results."""
