//! A line with stretches marked: hits, and what the cursor stands on.

use std::ops::Range;

use ratatui::text::{Line, Span};

use crate::tui::theme::Style;

/// A stretch of a row that is drawn in another style: the row, its bytes, the style.
pub type Mark = (usize, Range<usize>, Style);

/// A line of styled pieces, with marks over them.
#[must_use]
pub fn marked(pieces: Vec<(Style, &str)>, marks: &[Mark]) -> Line<'static> {
    let mut line = Line::default();
    let mut begin = 0;
    for (style, piece) in pieces {
        let end = begin + piece.len();
        let edges = marks.iter().flat_map(|(_, range, _)| [range.start, range.end]);
        let mut cuts: Vec<usize> = edges.filter(|cut| (begin..end).contains(cut)).chain([begin, end]).collect();
        cuts.sort_unstable();
        cuts.dedup();
        for (from, to) in cuts.iter().zip(cuts.iter().skip(1)) {
            let over = marks.iter().filter(|(_, range, _)| range.start <= *from && *to <= range.end);
            let style = over.fold(style, |style, (.., mark)| style.patch(*mark));
            let text = piece.get(from - begin..to - begin).unwrap_or_default();
            line.push_span(Span::styled(text.to_owned(), style));
        }
        begin = end;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme;

    #[test]
    fn marks_cut_pieces_where_they_begin_and_end() {
        let marks = [(0, 2..6, theme::selected())];
        let line = marked(vec![(theme::plain(), "Due "), (theme::strong(), "in 2h")], &marks);
        let spans: Vec<&str> = line.iter().map(|span| span.content.as_ref()).collect();
        assert_eq!(spans, ["Du", "e ", "in", " 2h"]);
        assert_eq!(line.spans[2].style, theme::strong().patch(theme::selected()));
    }
}
