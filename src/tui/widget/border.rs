//! The lines between panes.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::tui::glyphs::Set;
use crate::tui::theme;

/// One line right of a pane.
pub fn beside(set: &Set, left: Rect, frame: &mut Frame) {
    let lines: Vec<Line> = (0..left.height).map(|_| Line::styled(set.down, theme::quiet())).collect();
    frame.render_widget(Paragraph::new(lines), Rect { x: left.right(), width: 1, ..left });
}

/// One line below a pane.
pub fn below(set: &Set, above: Rect, frame: &mut Frame) {
    let line = Line::styled(set.across.repeat(usize::from(above.width)), theme::quiet());
    frame.render_widget(Paragraph::new(line), Rect { y: above.bottom(), height: 1, ..above });
}
