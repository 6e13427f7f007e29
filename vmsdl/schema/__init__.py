"""What a schema means: types, expressions and descriptions with every name resolved."""
