//! The terminal's cursor: where it stands and which attributes are on, and the fewest bytes that bring cells there.

use ratatui::buffer::{Cell, CellWidth};
use ratatui::layout::Position;
use ratatui::style::{Color, Modifier};

use super::sgr::Pen;

/// Asks for a symbol as a picture. Terminals that know no pictures draw it in one column, and leave what stood in the
/// second.
const EMOJI: char = '\u{fe0f}';

/// What is known of it; a copy can try a way out and be thrown away.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cursor {
    /// Where it stands; `None` when we can't know.
    pub(super) at: Option<Position>,
    /// The attributes that are on; `None` when we can't know.
    pen: Option<Pen>,
}

impl Cursor {
    /// The bytes of `cells`, which are in the order of reading, on a screen of `columns`.
    pub(super) fn write(&mut self, cells: &[(u16, u16, &Cell)], columns: u16) -> Vec<u8> {
        let mut bytes = Vec::new();
        let last = columns.saturating_sub(1);
        let mut at = 0;
        while let Some((x, y, cell)) = cells.get(at).copied() {
            bytes.extend(self.go(Position::new(x, y)));
            let blanks = cells
                .iter()
                .skip(at)
                .zip(x..)
                .take_while(|((x, row, cell), wanted)| *row == y && x == wanted && is_blank(cell))
                .count();
            // Blanks up to the edge of the screen are erased in three bytes; the cursor stays.
            if blanks > 3 && usize::from(last - x.min(last)) + 1 == blanks {
                bytes.extend(self.draw_plain());
                bytes.extend(b"\x1b[K");
                at += blanks;
                continue;
            }
            bytes.extend(self.draw_with(Pen::of(cell)));
            if cell.symbol().contains(EMOJI) && cell.cell_width() > 1 && x < last {
                bytes.extend(b"  ");
                self.at = None;
                bytes.extend(self.go(Position::new(x, y)));
            }
            bytes.extend(cell.symbol().as_bytes());
            // At the edge terminals differ in where the cursor then is.
            let known = is_surely_one_column(cell.symbol()) && x < last;
            self.at = known.then(|| Position::new(x + 1, y));
            at += 1;
        }
        bytes
    }

    /// Moves by the shortest sequence that every terminal knows.
    pub(super) fn go(&mut self, to: Position) -> Vec<u8> {
        if self.at == Some(to) {
            return Vec::new();
        }
        let absolute = match (to.y, to.x) {
            (0, 0) => String::from("\x1b[H"),
            (y, 0) => format!("\x1b[{}H", y + 1),
            (y, x) => format!("\x1b[{};{}H", y + 1, x + 1),
        };
        let relative = match self.at {
            Some(at) if at.y == to.y && to.x == 0 => Some(String::from("\r")),
            Some(at) if at.y == to.y && to.x == at.x + 1 => Some(String::from("\x1b[C")),
            Some(at) if at.y == to.y && to.x > at.x => Some(format!("\x1b[{}C", to.x - at.x)),
            // A line feed neither scrolls above the last row nor leaves the column, output being raw.
            Some(at) if to.y == at.y + 1 && to.x == 0 => Some(String::from("\r\n")),
            _ => None,
        };
        self.at = Some(to);
        relative.filter(|relative| relative.len() < absolute.len()).unwrap_or(absolute).into_bytes()
    }

    /// Draws without attributes from here on: erased cells take the background that is on.
    pub(super) fn draw_plain(&mut self) -> Vec<u8> {
        self.draw_with(Pen::default())
    }

    fn draw_with(&mut self, pen: Pen) -> Vec<u8> {
        let before = self.pen.replace(pen);
        if before == Some(pen) { Vec::new() } else { pen.after(before) }
    }
}

/// A blank that erasing leaves as well as writing does.
fn is_blank(cell: &Cell) -> bool {
    let visible = Modifier::REVERSED | Modifier::UNDERLINED | Modifier::CROSSED_OUT;
    cell.symbol() == " " && cell.bg == Color::Reset && !cell.modifier.intersects(visible)
}

/// Whether every terminal agrees that a symbol is one column wide.
fn is_surely_one_column(symbol: &str) -> bool {
    let mut characters = symbol.chars();
    match (characters.next(), characters.next()) {
        (Some(c), None) => c < '\u{300}' || ('\u{2500}'..'\u{2580}').contains(&c),
        _ => false,
    }
}
