//! Draws the filter line while it is typed: the line, what could complete it above, what is wrong with it below.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

use crate::desk::query::QueryError;
use crate::text;
use crate::tui::model::Model;
use crate::tui::screen::typing::{Completing, Typing};
use crate::tui::theme;
use crate::tui::update::filter_mistake;
use crate::tui::widget::editor::Editor;

/// At most so many candidates are shown.
const CANDIDATES: usize = 8;

/// Draws a line that is typed behind its label, scrolled so that the cursor is seen; gives the columns scrolled away.
pub fn entry(model: &Model, label: &str, editor: &Editor, area: Rect, frame: &mut Frame) -> usize {
    let room = usize::from(area.width).saturating_sub(text::width(label) + 1).max(1);
    let before = text::width(editor.text().get(..editor.cursor()).unwrap_or_default());
    let hidden = (before + 1).saturating_sub(room);
    let typed = text::skip(editor.text(), hidden);
    let line = Line::from(vec![
        Span::styled(label.to_owned(), theme::accent(model.look)),
        Span::raw(text::truncate(&typed, room, "").into_owned()),
    ]);
    frame.render_widget(Paragraph::new(line), area);
    let column = text::width(label) + before.saturating_sub(hidden);
    let x = area.x + u16::try_from(column).unwrap_or(0).min(area.width.saturating_sub(1));
    frame.set_cursor_position(Position::new(x, area.y));
    hidden
}

/// Draws the filter line; what could complete its word stands above it.
pub fn draw(model: &Model, typing: &Typing, area: Rect, frame: &mut Frame) {
    entry(model, "/", &typing.editor, area, frame);
    if let Some(completing) = &typing.completing {
        candidates(model, completing, area, frame);
    }
}

fn candidates(model: &Model, completing: &Completing, line: Rect, frame: &mut Frame) {
    let all = &completing.completion.candidates;
    let height = CANDIDATES.min(all.len()).min(usize::from(line.y.saturating_sub(2)));
    let top = (completing.at + 1).saturating_sub(height);
    let width = usize::from(line.width);
    let word = all.iter().map(|candidate| text::width(&candidate.text)).max().unwrap_or(0).min(width / 2) + 2;
    let rows: Vec<Line> = all
        .iter()
        .enumerate()
        .skip(top)
        .take(height)
        .map(|(at, candidate)| {
            let name = text::clean_line(&candidate.text);
            let name = text::pad(&text::truncate(&name, word.saturating_sub(1), model.look.ellipsis()), word);
            let row = format!("{} {name}{}", if at == completing.at { '>' } else { ' ' }, candidate.help);
            let row = text::pad(&text::truncate(&row, width, model.look.ellipsis()), width);
            Line::styled(row, if at == completing.at { theme::selected() } else { theme::plain() })
        })
        .collect();
    let height = u16::try_from(height).unwrap_or(0);
    let area = Rect { y: line.y.saturating_sub(height), height, ..line };
    frame.render_widget(Clear, area);
    frame.render_widget(Paragraph::new(rows), area);
}

/// What stands below the line: the last message; what is wrong with the filter, with a caret under its column.
#[must_use]
pub fn complaint(model: &Model, width: usize) -> Option<Line<'static>> {
    let editor = &model.typing()?.editor;
    if let Some(message) = &model.message {
        return Some(Line::raw(text::one_line(&message.text, width, model.look.ellipsis())));
    }
    let error = filter_mistake(model)?;
    let before = text::width(editor.text().get(..editor.cursor()).unwrap_or_default());
    let hidden = (before + 1).saturating_sub(width.saturating_sub(2).max(1));
    Some(Line::styled(pointed(&error, editor.text(), hidden, width, model.look.ellipsis()), theme::warning(model.look)))
}

/// The message right of its caret, or left of it where there is more room.
fn pointed(error: &QueryError, typed: &str, hidden: usize, width: usize, ellipsis: &str) -> String {
    let wrong: String = typed.chars().take(error.column.saturating_sub(1)).collect();
    let column = (1 + text::width(&wrong)).saturating_sub(hidden).min(width.saturating_sub(1));
    let suggestion = error.suggestion.as_ref().map(|word| format!("; did you mean '{word}'?")).unwrap_or_default();
    let message = text::clean_line(&format!("{}{suggestion}", error.message)).into_owned();
    let right = width.saturating_sub(column + 2);
    if right >= text::width(&message).min(column) {
        format!("{}^ {}", " ".repeat(column), text::truncate(&message, right, ellipsis))
    } else {
        let message = text::truncate(&message, column.saturating_sub(1), ellipsis);
        format!("{} ^", text::pad_start(&message, column.saturating_sub(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::query::parse;

    #[test]
    fn the_caret_is_under_the_word_and_the_message_where_there_is_room() {
        let told = |typed: &str, width| pointed(&parse(typed).unwrap_err(), typed, 0, width, "…");
        let row = told("is:open proi:1", 80);
        assert_eq!(row.find('^'), Some(1 + "is:open ".len()), "{row}");
        assert!(row.contains("did you mean 'prio'?"), "{row}");
        let late = format!("{} proi:1", "a".repeat(60));
        let row = told(&late, 80);
        assert_eq!(row.find('^'), Some(62), "{row}");
        assert!(row.contains("did you mean 'prio'?"), "{row}");
    }
}
