"""What programs may ask of a running Footnote: REST and MCP."""
