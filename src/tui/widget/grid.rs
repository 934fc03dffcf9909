//! Cells beside each other: each takes its columns, however long its text is.

use crate::text;
use crate::tui::theme::Style;

/// A piece of a line and how it looks.
pub type Piece = (Style, String);

/// A cell of several lines: a heading, then what stands below it.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// Its heading.
    pub head: Vec<Piece>,
    /// What stands below it, as much as there is room for.
    pub lines: Vec<Vec<Piece>>,
}

/// Pieces in exactly so many columns: what is too long is cut off, what is too short is filled up.
#[must_use]
pub fn fit(pieces: &[Piece], width: usize, ellipsis: &str) -> Vec<Piece> {
    let mut room = width;
    let over = pieces.iter().map(|(_, piece)| text::width(piece)).sum::<usize>() > width;
    let mut fitted = Vec::with_capacity(pieces.len() + 1);
    for (place, (style, piece)) in pieces.iter().enumerate() {
        let wide = text::width(piece);
        if over && wide >= room {
            let rest: String = pieces.iter().skip(place).map(|(_, piece)| piece.as_str()).collect();
            let cut = text::truncate(&rest, room, ellipsis).into_owned();
            room = room.saturating_sub(text::width(&cut));
            fitted.push((*style, cut));
            break;
        }
        room = room.saturating_sub(wide);
        fitted.push((*style, piece.clone()));
    }
    fitted.push((Style::default(), " ".repeat(room)));
    fitted
}

/// Rows of cells as lines: each row of cells takes so many lines, a blank stands between two cells.
#[must_use]
pub fn lines(rows: Vec<Vec<Cell>>, widths: &[usize], height: usize, ellipsis: &str) -> Vec<Vec<Piece>> {
    let mut lines = Vec::with_capacity(rows.len() * height);
    for row in rows {
        let mut drawn: Vec<Vec<Piece>> = vec![Vec::new(); height];
        for (cell, width) in row.into_iter().zip(widths) {
            let mut pieces = std::iter::once(cell.head).chain(cell.lines);
            for line in &mut drawn {
                line.extend(fit(&pieces.next().unwrap_or_default(), width.saturating_sub(1), ellipsis));
                line.push((Style::default(), String::from(" ")));
            }
        }
        lines.extend(drawn);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(pieces: &[&str]) -> Vec<Piece> {
        pieces.iter().map(|piece| (Style::default(), (*piece).to_owned())).collect()
    }

    fn text(pieces: &[Piece]) -> String {
        pieces.iter().map(|(_, piece)| piece.as_str()).collect()
    }

    #[test]
    fn a_cell_takes_its_columns_however_long_its_text_is() {
        assert_eq!(text(&fit(&plain(&["H!", "CHG-12"]), 10, "~")), "H!CHG-12  ");
        assert_eq!(text(&fit(&plain(&["H!", "CHG-12"]), 6, "~")), "H!CHG~");
        assert_eq!(text(&fit(&plain(&["東京", "x"]), 3, "~")), "東~");
        assert_eq!(text(&fit(&plain(&["abc"]), 0, "~")), "");
    }

    #[test]
    fn rows_of_cells_stand_below_each_other() {
        let cell = |head: &str, line: &str| Cell { head: plain(&[head]), lines: vec![plain(&[line])] };
        let drawn = lines(vec![vec![cell("1", "a"), cell("2", "b")]], &[4, 4], 2, "~");
        assert_eq!(drawn.iter().map(|line| text(line)).collect::<Vec<_>>(), ["1   2   ", "a   b   "]);
    }
}
