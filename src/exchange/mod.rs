//! What crosses the border: imports and exports.
