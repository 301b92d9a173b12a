"""The interfaces for programs: REST, chat completions and MCP."""
