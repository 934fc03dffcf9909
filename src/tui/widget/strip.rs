//! Names in one line, the one chosen in brackets.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::text;
use crate::tui::model::Look;
use crate::tui::theme;

/// Draws as many names as fit around the one that is shown.
pub fn draw(look: Look, labels: &[String], shown: Option<usize>, area: Rect, frame: &mut Frame) {
    let widths: Vec<usize> = labels.iter().map(|label| text::width(label) + 3).collect();
    let (from, to) = window(&widths, shown.unwrap_or(0), usize::from(area.width));
    let mut line = Line::default();
    if from > 0 {
        line.push_span(Span::styled("< ", theme::quiet()));
    }
    for (at, label) in labels.iter().enumerate().take(to).skip(from) {
        let here = Some(at) == shown;
        let style = if here { theme::accent(look) } else { theme::quiet() };
        let label = if here { format!("[{label}]") } else { format!(" {label} ") };
        line.push_span(Span::styled(label, style));
        line.push_span(Span::raw(" "));
    }
    if to < labels.len() {
        line.push_span(Span::styled(">", theme::quiet()));
    }
    frame.render_widget(Paragraph::new(line), area);
}

/// The widest run of these widths around one of them that fits the room, with the signs at its ends that there is more.
fn window(widths: &[usize], shown: usize, room: usize) -> (usize, usize) {
    let (mut from, mut to) = (shown, (shown + 1).min(widths.len()));
    let fits = |from: usize, to: usize| {
        let signs = if from > 0 { 2 } else { 0 } + usize::from(to < widths.len());
        widths.iter().take(to).skip(from).sum::<usize>() + signs <= room
    };
    // The next one is the likeliest to be wanted; then the line begins where it did, as far as it can.
    if to < widths.len() && fits(from, to + 1) {
        to += 1;
    }
    loop {
        if from > 0 && fits(from - 1, to) {
            from -= 1;
        } else if to < widths.len() && fits(from, to + 1) {
            to += 1;
        } else {
            return (from, to);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::window;

    #[test]
    fn views_beside_the_one_shown_fill_the_line() {
        let widths = [10, 10, 10, 10];
        assert_eq!(window(&widths, 0, 40), (0, 4));
        assert_eq!(window(&widths, 0, 25), (0, 2));
        assert_eq!(window(&widths, 3, 25), (2, 4));
        assert_eq!(window(&widths, 2, 5), (2, 3));
        assert_eq!(window(&[], 0, 5), (0, 0));
    }
}
