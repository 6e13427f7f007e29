"""What tests share: the corpus runner and strategies."""
