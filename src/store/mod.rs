//! The desk *file*: opened safely wherever it lies, read by questions, changed by commands.
