"""Many rows at once: split a list into chunks, mint a URL for each row, render in advance, join the results."""
