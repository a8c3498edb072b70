"""What is known of English: words, sentences, names, and what they mean."""
