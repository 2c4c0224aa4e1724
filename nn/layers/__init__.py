"""The layers, each ordinary code over the engine's functions: none of them knows a derivative."""
