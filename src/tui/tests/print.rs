//! A screen printed with its styles: what `TestBackend` prints has none, and takes three columns for a wide letter.

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

use super::{Model, view};

/// What the letters of the style rows mean.
pub(super) const LEGEND: &str = "# reversed  b bold  d dim  r y m c g u colour  R Y M C G U bold in that colour";

/// The cells of a screen.
pub(super) fn buffer(model: &Model) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(model.size.0, model.size.1)).unwrap();
    terminal.draw(|frame| view::draw(model, frame)).unwrap();
    terminal.backend().buffer().clone()
}

/// The rows as they are read. A column stays a column: behind a wide letter there is no filler.
pub(super) fn text(buffer: &Buffer) -> Vec<String> {
    rows(buffer, |cell, covered| if covered { String::new() } else { cell.symbol().to_owned() })
}

/// A letter for the style of each column; a wide letter has two.
pub(super) fn styles(buffer: &Buffer) -> Vec<String> {
    rows(buffer, |cell, _| letter(cell).to_string())
}

/// Prints each column by the cell that is seen there, which may be the wide one before it.
fn rows(buffer: &Buffer, print: impl Fn(&Cell, bool) -> String) -> Vec<String> {
    let width = usize::from(buffer.area.width).max(1);
    let row = |cells: &[Cell]| {
        let mut row = String::new();
        let (mut owner, mut covered) = (0, 0);
        for (at, cell) in cells.iter().enumerate() {
            if covered == 0 {
                (owner, covered) = (at, cell.symbol().width().max(1));
            }
            covered -= 1;
            row.push_str(&print(&cells[owner], owner != at));
        }
        row.trim_end().to_owned()
    };
    buffer.content.chunks(width).map(row).collect()
}

fn letter(cell: &Cell) -> char {
    let hue = match cell.fg {
        Color::Reset => None,
        Color::Red => Some('r'),
        Color::Yellow => Some('y'),
        Color::Magenta => Some('m'),
        Color::Cyan => Some('c'),
        Color::Green => Some('g'),
        Color::Blue => Some('u'),
        _ => Some('?'),
    };
    let has = |modifier| cell.modifier.contains(modifier);
    match (has(Modifier::REVERSED), has(Modifier::BOLD), has(Modifier::DIM), hue) {
        (true, ..) => '#',
        (_, true, _, Some(hue)) => hue.to_ascii_uppercase(),
        (_, true, _, None) => 'b',
        (_, _, true, None) => 'd',
        (_, _, _, Some(hue)) => hue,
        (_, _, _, None) => ' ',
    }
}
