"""Word, PDF and Excel files as firms have them -> blocks and rows; nothing is run, nothing fetched."""
