"""One file for each rule; `vmsdl/diff/chapters` lists them."""
