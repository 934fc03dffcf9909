//! Text on its way to a terminal: cleaned, measured, wrapped, cut.
