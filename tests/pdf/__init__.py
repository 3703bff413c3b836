"""PDF files: their objects, fonts, fills and pictures, and what readers find in them."""
