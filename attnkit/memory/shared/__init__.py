"""What several memories use: the chunk engine and its backward, decay, precision, arguments."""
