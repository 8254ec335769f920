"""The language server: what lint, explain and plan know, in an editor. Needs the extra `lsp`."""
