//! The screens: one loop in Elm's shape.
