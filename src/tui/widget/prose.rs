//! Markdown that was laid out, drawn from a row on.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::text::markdown;
use crate::tui::model::Look;
use crate::tui::theme;
use crate::tui::widget::marked::{Mark, marked};

/// One line of it in the theme's inks, with marks over it.
#[must_use]
pub fn line(look: Look, line: &markdown::Line, marks: &[Mark]) -> Line<'static> {
    marked(line.iter().map(|piece| (theme::ink(look, piece.ink), piece.text.as_str())).collect(), marks)
}

/// Draws as many lines as there is room for, the row `top` first. Marks are given by the rows of the whole.
pub fn draw(look: Look, lines: &[markdown::Line], top: usize, marks: &[Mark], area: Rect, frame: &mut Frame) {
    let drawn = lines.iter().enumerate().skip(top).take(usize::from(area.height));
    let drawn = drawn.map(|(row, pieces)| {
        let own: Vec<Mark> = marks.iter().filter(|(at, ..)| *at == row).cloned().collect();
        line(look, pieces, &own)
    });
    frame.render_widget(Paragraph::new(drawn.collect::<Vec<_>>()), area);
}
