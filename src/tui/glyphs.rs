//! The few characters that are not text: lines where panes meet, arrows, what stands for text cut off.

use unicode_normalization::UnicodeNormalization;

use crate::text::{ELLIPSIS, ELLIPSIS_ASCII};
use crate::tui::term::Glyphs;

/// One set of them, each a column wide but the change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Set {
    /// Between the places of the breadcrumb.
    pub into: &'static str,
    /// Between what was and what is.
    pub change: &'static str,
    /// What stands for text cut off, and for what is on its way.
    pub ellipsis: &'static str,
    /// Before a part of a tree that is folded, and before one that is open.
    pub folded: &'static str,
    /// See [`Set::folded`].
    pub open: &'static str,
    /// Between what fails and from where that came.
    pub from: &'static str,
    /// Before what belongs to what stands above it.
    pub under: &'static str,
    /// What goes on from above.
    pub on: &'static str,
    /// Between what stands side by side.
    pub beside: &'static str,
    /// A line across.
    pub across: &'static str,
    /// A line down.
    pub down: &'static str,
    /// The corners of a box: two above, two below.
    pub corners: [&'static str; 4],
}

const UNICODE: Set = Set {
    into: "▸",
    change: "→",
    ellipsis: ELLIPSIS,
    folded: "▸",
    open: "▾",
    from: "←",
    under: "└",
    on: "┊",
    beside: " · ",
    across: "─",
    down: "│",
    corners: ["┌", "┐", "└", "┘"],
};

const ASCII: Set = Set {
    into: ">",
    change: "->",
    ellipsis: ELLIPSIS_ASCII,
    folded: ">",
    open: "v",
    from: "<-",
    under: "`",
    on: ":",
    beside: " | ",
    across: "-",
    down: "|",
    corners: ["+", "+", "+", "+"],
};

/// The set that a terminal can draw.
#[must_use]
pub fn set(glyphs: Glyphs) -> &'static Set {
    match glyphs {
        Glyphs::Unicode => &UNICODE,
        Glyphs::Ascii => &ASCII,
    }
}

/// What a terminal that knows ASCII only shows in place of a symbol; `None` where it is ASCII.
#[must_use]
pub fn in_ascii(symbol: &str) -> Option<char> {
    if symbol.is_ascii() {
        return None;
    }
    Some(match symbol {
        "\u{2026}" => '~',
        "\u{2192}" | "\u{25b8}" | "\u{21b3}" => '>',
        "\u{25be}" => 'v',
        "\u{2190}" => '<',
        "\u{2018}" | "\u{2019}" => '\'',
        "\u{201c}" | "\u{201d}" => '"',
        "\u{2013}" | "\u{2014}" | "\u{2500}" => '-',
        "\u{2502}" => '|',
        "\u{2514}" => '`',
        "\u{250a}" => ':',
        "\u{253c}" => '+',
        "\u{2022}" => '*',
        "\u{b7}" => '-',
        other => other.nfd().next().filter(char::is_ascii).unwrap_or('?'),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_with_a_mark_loses_the_mark_and_what_has_no_letter_is_asked_about() {
        assert_eq!(["a", "é", "Ü", "…", "東"].map(in_ascii), [None, Some('e'), Some('U'), Some('~'), Some('?')]);
    }

    #[test]
    fn the_ascii_set_is_ascii() {
        let Set { into, change, ellipsis, folded, open, from, under, on, beside, across, down, corners } = ASCII;
        assert!(
            [into, change, ellipsis, folded, open, from, under, on, beside, across, down]
                .iter()
                .chain(&corners)
                .all(|glyph| glyph.is_ascii())
        );
    }
}
