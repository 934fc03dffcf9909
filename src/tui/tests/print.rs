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
    rows(buffer, |cells| {
        let mut row = String::new();
        let mut covered = 0;
        for cell in cells {
            if covered > 0 {
                covered -= 1;
            } else {
                row.push_str(cell.symbol());
                covered = cell.symbol().width().saturating_sub(1);
            }
        }
        row
    })
}

/// A letter for the style of each cell.
pub(super) fn styles(buffer: &Buffer) -> Vec<String> {
    rows(buffer, |cells| cells.iter().map(|cell| letter(cell)).collect())
}

fn rows(buffer: &Buffer, print: impl Fn(&[Cell]) -> String) -> Vec<String> {
    let width = usize::from(buffer.area.width).max(1);
    buffer.content.chunks(width).map(|cells| print(cells).trim_end().to_owned()).collect()
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
