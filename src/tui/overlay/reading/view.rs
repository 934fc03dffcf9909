//! Draws what is read and decided: pages, the table of a bulk change, a conflict in three columns.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::desk::field::Value;
use crate::desk::refusal::first_difference;
use crate::text;
use crate::tui::action::ActionId;
use crate::tui::effect::Wish;
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::overlay::bulk::Bulk;
use crate::tui::overlay::conflict::{Contest, Side};
use crate::tui::overlay::page::Page;
use crate::tui::overlay::view::{open_box, whole};
use crate::tui::screen::queue::view::marks;
use crate::tui::term::Glyphs;
use crate::tui::theme;
use crate::tui::widget::marked::marked;

fn lines_of(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX).saturating_add(2)
}

/// Draws a page.
pub(in crate::tui::overlay) fn page(model: &Model, page: &Page, frame: &mut Frame) {
    let rows = layout::page_rows(model, page);
    let area = open_box(model, &page.title, layout::PAGE, lines_of(rows.len()).max(8), frame);
    let marks = marks(model, &rows, model.queue.hit);
    let line = |(at, row): (usize, &String)| {
        let marks: Vec<_> = marks.iter().filter(|(place, ..)| *place == at).cloned().collect();
        marked(vec![(theme::plain(), row.as_str())], &marks)
    };
    let lines = rows.iter().enumerate().skip(page.top).take(usize::from(area.height)).map(line);
    frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), area);
}

/// Draws the table of a bulk change.
pub(in crate::tui::overlay) fn bulk(model: &Model, bulk: &Bulk, frame: &mut Frame) {
    let (all, allowed) = (bulk.proposal.rows.len(), bulk.proposal.allowed.len());
    let title = match all - allowed.min(all) {
        0 if all == 1 => String::from("Change 1 ticket"),
        0 => format!("Change {all} tickets"),
        refused => format!("Change {allowed} tickets, {refused} refused"),
    };
    let area = open_box(model, &title, 110, lines_of(all + 2), frame);
    let width = usize::from(area.width);
    let arrow = if model.look.glyphs == Glyphs::Ascii { "->" } else { "→" };
    let mut lines = Vec::new();
    let body = usize::from(area.height).saturating_sub(2);
    for row in bulk.proposal.rows.iter().skip(bulk.top).take(body) {
        let number = text::pad(&row.number.to_string(), 12);
        let room = width.saturating_sub(12);
        lines.push(match &row.refused {
            Some(why) => Line::from(vec![
                Span::styled(number, theme::quiet()),
                Span::styled(
                    text::one_line(&format!("! {why}"), room, model.look.ellipsis()),
                    theme::warning(model.look),
                ),
            ]),
            None => {
                let told: Vec<String> = row
                    .changes
                    .iter()
                    .map(|(what, before, after)| match (before.is_empty(), after.is_empty()) {
                        (true, _) => format!("{what} {arrow} {after}"),
                        (_, true) => format!("{what} {before} {arrow} nothing"),
                        _ => format!("{what} {before} {arrow} {after}"),
                    })
                    .collect();
                let told = if told.is_empty() { String::from("nothing to change") } else { told.join(", ") };
                Line::from(vec![
                    Span::styled(number, theme::strong()),
                    Span::raw(text::one_line(&told, room, model.look.ellipsis())),
                ])
            }
        });
    }
    frame.render_widget(Paragraph::new(lines), area);
    let [accept, close] = [ActionId::BulkAccept, ActionId::BulkClose].map(|id| model.key(id));
    let says = match allowed {
        0 => format!("Each of them is refused. {close} leaves all as it is"),
        n if n == all => format!("{accept} changes all {n}, in one step of undo | {close} changes nothing"),
        n => format!("{accept} changes the {n} that allow it, in one step of undo | {close} changes nothing"),
    };
    let foot = Rect { y: area.bottom().saturating_sub(1), height: 1.min(area.height), ..area };
    let says = text::truncate(&says, width, model.look.ellipsis()).into_owned();
    frame.render_widget(Paragraph::new(Line::styled(says, theme::accent(model.look))), foot);
}

/// Draws a conflict: base, theirs, mine.
pub(in crate::tui::overlay) fn conflict(model: &Model, contest: &Contest, frame: &mut Frame) {
    let dispute = &contest.conflict;
    let undoes = matches!(contest.wish, Wish::Undo { .. });
    let title = match undoes {
        true => {
            format!("{}: {} changed it since", dispute.what.replacen(" can't be taken back", "", 1), dispute.author)
        }
        false => format!("{} was changed by {} meanwhile", dispute.what, dispute.author),
    };
    let [base, theirs, mine] =
        if undoes { ["as I had made it", "as it is now", "before me"] } else { ["both had seen", "theirs", "yours"] };
    let (width, most) = conflict_room(model, frame);
    let label = 15.min(width / 4);
    let column = width.saturating_sub(label) / 3;
    let cut = |text: &str, width: usize| {
        text::pad(&text::truncate(text, width.saturating_sub(1), model.look.ellipsis()), width)
    };
    let mut lines = vec![Line::styled(
        format!("{}{}{}{}", cut("", label), cut(base, column), cut(theirs, column), cut(mine, column)),
        theme::quiet(),
    )];
    let mut here_rows = 0..0;
    for (at, disputed) in dispute.fields.iter().enumerate() {
        let first = lines.len();
        let mine = contest.sides.get(at) == Some(&Side::Mine);
        let here = at == contest.at;
        // What is decided about has all the room that there is.
        let shown = if here { most.max(SHOWN) } else { SHOWN };
        let face = |mark: &str, value: &Value, other: &Value| {
            let (text, other) = (in_words(value), in_words(other));
            let differs = first_difference(&text, &other).map_or(0, |at| at + mark.len());
            let folds = Folds { width: column.saturating_sub(2), shown, differs };
            folded(&format!("{mark}{text}"), folds, model.look.ellipsis())
        };
        let mark = |chosen: bool| if chosen { "(o) " } else { "( ) " };
        let columns = [
            face("", &disputed.base, &disputed.theirs),
            face(mark(!mine), &disputed.theirs, &disputed.yours),
            face(mark(mine), &disputed.yours, &disputed.theirs),
        ];
        let style = |chosen: bool| if chosen { theme::strong() } else { theme::quiet() };
        let names =
            folded(&disputed.field, Folds { width: label.saturating_sub(3), shown, differs: 0 }, model.look.ellipsis());
        for row in 0..columns.iter().map(Vec::len).max().unwrap_or(0).max(names.len()) {
            let sign = if row == 0 && here { "> " } else { "  " };
            let name = names.get(row).map(|name| format!("{sign}{name}")).unwrap_or_default();
            let name_style = if here { theme::accent(model.look) } else { theme::plain() };
            let mut line = Line::from(Span::styled(cut(&name, label), name_style));
            for (column_rows, style) in columns.iter().zip([theme::quiet(), style(!mine), style(mine)]) {
                let text = column_rows.get(row).map_or("", String::as_str);
                line.push_span(Span::styled(cut(text, column), style));
            }
            lines.push(line);
        }
        if here {
            here_rows = first..lines.len();
        }
    }
    let area = open_box(model, &title, CONTEST, lines_of((dispute.fields.len() * 4 + 2).max(lines.len() + 1)), frame);
    // What is decided about is in sight, under the heading.
    let room = usize::from(area.height).saturating_sub(2);
    let top = here_rows.end.saturating_sub(room + 1).min(here_rows.start.saturating_sub(1));
    let heading = lines.remove(0);
    let seen: Vec<Line> = std::iter::once(heading).chain(lines.into_iter().skip(top).take(room)).collect();
    frame.render_widget(Paragraph::new(seen), area);
    let foot = Rect { y: area.bottom().saturating_sub(1), height: 1.min(area.height), ..area };
    let keys = [
        ActionId::ConflictTheirs,
        ActionId::ConflictMine,
        ActionId::ConflictEdit,
        ActionId::ConflictAccept,
        ActionId::ConflictClose,
    ];
    let [theirs, mine, edit, accept, close] = keys.map(|id| model.key(id));
    let hints = match undoes {
        true => vec![
            format!("{theirs} leave as it is now"),
            format!("{mine} take back"),
            format!("{accept} so be it"),
            format!("{close} nothing"),
        ],
        false => vec![
            format!("{theirs} keep theirs"),
            format!("{mine} take mine"),
            if contest.wish.edits_an_article() { format!("{edit} both wordings") } else { format!("{edit} edit") },
            format!("{accept} so be it"),
            format!("{close} decide later"),
        ],
    };
    let says = whole(&hints, width);
    frame.render_widget(Paragraph::new(Line::styled(says, theme::accent(model.look))), foot);
}

fn in_words(value: &Value) -> String {
    match value {
        Value::Null => String::from("nothing"),
        Value::Int(n) => n.to_string(),
        Value::Text(text) => text::clean_text(text).into_owned(),
    }
}

/// The box of a conflict is so wide, where the screen is.
const CONTEST: u16 = 110;

/// The width inside that box, and how many rows there are at most for what is decided about.
fn conflict_room(model: &Model, frame: &Frame) -> (usize, usize) {
    let (screen, frame_lines) = (frame.area(), if model.look.plain { 0 } else { 2 });
    // Beside its lines the frame keeps a blank.
    let sides = frame_lines * 2;
    let width = if model.look.plain { screen.width } else { CONTEST.min(screen.width) };
    // Its frame and that of the screen, the heading and the keys.
    let rows = screen.height.saturating_sub(4 + frame_lines);
    (usize::from(width.saturating_sub(sides)), usize::from(rows))
}

/// At most so many rows are shown of a value that is not decided about now; the editor shows all of it.
const SHOWN: usize = 8;

/// How a value is laid out: at most so many rows, those around the character in which it differs.
struct Folds {
    width: usize,
    shown: usize,
    differs: usize,
}

fn folded(text: &str, Folds { width, shown, differs }: Folds, ellipsis: &str) -> Vec<String> {
    let rows = text::wrap(text, width);
    if rows.len() <= shown {
        return rows;
    }
    let before: String = text.chars().take(differs).collect();
    let row = text::wrap(&before, width).len().saturating_sub(1);
    // A row before it, and one for what is left out there.
    let top = row.saturating_sub(2).min(rows.len() - shown);
    let cut = |at: usize| (at == top && top > 0) || (at + 1 == top + shown && at + 1 < rows.len());
    let seen = (top..top + shown).filter_map(|at| rows.get(at).map(|row| (at, row)));
    seen.map(|(at, row)| if cut(at) { ellipsis.to_owned() } else { row.clone() }).collect()
}
