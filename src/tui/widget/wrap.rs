//! A text in rows as it is typed: nothing is dropped, so that every place of the text has one on the screen.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::text;

/// A text in rows of `width` columns, as ranges of its bytes.
///
/// Rows end behind a space where they can; the spaces at a row's end may reach over its width.
#[must_use]
pub fn rows(text: &str, width: usize) -> Vec<Range<usize>> {
    let mut rows = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        break_line(line, start, width.max(1), &mut rows);
        start += line.len() + 1;
    }
    rows
}

/// The row in which a place of the text is: of two rows that meet there, the second.
#[must_use]
pub fn row_of(rows: &[Range<usize>], place: usize) -> usize {
    rows.partition_point(|row| row.start <= place).saturating_sub(1)
}

/// One line: behind the last space that fits, else between graphemes.
fn break_line(line: &str, from: usize, width: usize, rows: &mut Vec<Range<usize>>) {
    let (mut start, mut wide) = (0, 0);
    // Behind the last space of this row, and the columns up to there.
    let mut gap: Option<(usize, usize)> = None;
    for (at, length, columns, blank) in pieces(line) {
        if blank {
            wide += columns;
            gap = Some((at + length, wide));
            continue;
        }
        if wide + columns > width && wide > 0 {
            let (end, gone) = gap.take().unwrap_or((at, wide));
            rows.push(from + start..from + end);
            (start, wide) = (end, wide - gone);
            // A word wider than a row is cut where the row ends.
            if wide + columns > width && wide > 0 {
                rows.push(from + start..from + at);
                (start, wide) = (at, 0);
            }
        }
        wide += columns;
    }
    rows.push(from + start..from + line.len());
}

/// The graphemes of a line: where, how long, how wide, whether blank. Of ASCII, bytes: a log of a megabyte is typed in as well.
fn pieces(line: &str) -> Box<dyn Iterator<Item = (usize, usize, usize, bool)> + '_> {
    if line.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Box::new(line.bytes().enumerate().map(|(at, byte)| (at, 1, 1, byte == b' ')));
    }
    Box::new(
        line.grapheme_indices(true).map(|(at, grapheme)| {
            (at, grapheme.len(), text::width(grapheme), grapheme.chars().all(char::is_whitespace))
        }),
    )
}
