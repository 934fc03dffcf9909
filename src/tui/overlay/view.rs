//! Draws the overlay on top.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

use crate::desk::field::Field;
use crate::text;
use crate::tui::action::ActionId;
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::change;
use crate::tui::overlay::field::Asked;
use crate::tui::overlay::form::{ChangeForm, Form, FormField, Purpose as FormPurpose};
use crate::tui::overlay::offers::view as help;
use crate::tui::overlay::picker::{Picker, Purpose};
use crate::tui::overlay::reading::view as reading;
use crate::tui::{glyphs, layout, theme};

/// Draws the overlay on top, if there is one.
pub fn draw(model: &Model, frame: &mut Frame) {
    match model.overlays.last() {
        Some(Overlay::Picker(picker)) => draw_picker(model, picker, frame),
        Some(Overlay::Form(form)) => draw_form(model, form, frame),
        Some(Overlay::Page(page)) => reading::page(model, page, frame),
        Some(Overlay::Bulk(bulk)) => reading::bulk(model, bulk, frame),
        Some(Overlay::Conflict(contest)) => reading::conflict(model, contest, frame),
        Some(Overlay::Offers(offers)) => help::draw(model, offers, frame),
        // A prompt is drawn where the filter line is.
        Some(Overlay::Prompt(_)) | None => {}
    }
}

/// An empty box in the middle, at most so large; gives its inside.
pub(super) fn open_box(model: &Model, title: &str, width: u16, height: u16, frame: &mut Frame) -> Rect {
    let screen = frame.area();
    // A box in the middle of other text would be read together with it.
    let (width, height) = if model.look.plain { (screen.width, screen.height) } else { (width, height) };
    let width = width.min(screen.width);
    let height = height.min(screen.height.saturating_sub(2));
    let area = Rect::new(
        (screen.width - width) / 2,
        1.min(screen.height) + screen.height.saturating_sub(height + 2) / 3,
        width,
        height,
    )
    .intersection(screen);
    boxed(model, title, area, frame)
}

/// An empty box there; gives its inside.
pub(super) fn boxed(model: &Model, title: &str, area: Rect, frame: &mut Frame) -> Rect {
    frame.render_widget(Clear, area);
    if model.look.plain {
        let title = Line::styled(text::clean_line(title).into_owned(), theme::strong());
        frame.render_widget(Paragraph::new(title), Rect { height: 1.min(area.height), ..area });
        return Rect { y: area.y + 1.min(area.height), height: area.height.saturating_sub(1), ..area };
    }
    let glyphs::Set { across: line, down: side, corners: [a, b, c, d], .. } = *model.look.set();
    let inner = usize::from(area.width).saturating_sub(2);
    let title =
        text::truncate(&format!(" {} ", text::clean_line(title)), inner.saturating_sub(1), model.look.ellipsis())
            .into_owned();
    let rest = inner.saturating_sub(text::width(&title) + 1);
    let mut rows = vec![Line::from(vec![
        Span::styled(format!("{a}{line}"), theme::quiet()),
        Span::styled(title, theme::strong()),
        Span::styled(format!("{}{b}", line.repeat(rest)), theme::quiet()),
    ])];
    rows.extend((2..area.height).map(|_| Line::styled(format!("{side}{}{side}", " ".repeat(inner)), theme::quiet())));
    rows.push(Line::styled(format!("{c}{}{d}", line.repeat(inner)), theme::quiet()));
    frame.render_widget(Paragraph::new(rows), area);
    Rect {
        x: area.x + 2.min(area.width),
        y: area.y + 1.min(area.height),
        width: area.width.saturating_sub(4),
        height: area.height.saturating_sub(2),
    }
}

fn draw_picker(model: &Model, picker: &Picker, frame: &mut Frame) {
    let rows = u16::try_from(picker.items.len()).unwrap_or(u16::MAX).clamp(6, 30).saturating_add(4);
    let area = open_box(model, &picker.title, 96, rows, frame);
    let width = usize::from(area.width);
    let fitting = picker.fitting();
    let typed = text::truncate(picker.field.text(), width.saturating_sub(2), model.look.ellipsis()).into_owned();
    let mut lines = vec![Line::from(vec![Span::styled("/ ", theme::quiet()), Span::raw(typed)])];
    let height = usize::from(area.height).saturating_sub(1);
    let cursor = picker.cursor.min(fitting.len().saturating_sub(1));
    let top = (cursor + 1).saturating_sub(height);
    let labels = fitting.iter().map(|item| text::width(&item.label) + text::width(&item.hint)).max().unwrap_or(0);
    let told = picker.purpose == Purpose::Run && picker.answered;
    let least = if told { width * 2 / 3 } else { width / 3 };
    let most = least.max(width.saturating_sub(labels + 6));
    let word = fitting.iter().map(|item| text::width(&item.word)).max().unwrap_or(0).min(most) + 2;
    for (at, item) in fitting.iter().enumerate().skip(top).take(height) {
        let here = at == cursor;
        let hint = text::clean_line(&item.hint).into_owned();
        let room = width.saturating_sub(2 + word + text::width(&hint) + 1);
        let label = match &item.blocked {
            Some(why) => format!("({})", text::clean_line(why)),
            None => text::clean_line(&item.label).into_owned(),
        };
        let row = format!(
            "{}{}{} {hint}",
            if here { "> " } else { "  " },
            text::pad(
                &text::truncate(&text::clean_line(&item.word), word.saturating_sub(1), model.look.ellipsis()),
                word
            ),
            text::pad(&text::truncate(&label, room, model.look.ellipsis()), room),
        );
        let style = if here {
            theme::selected()
        } else if item.blocked.is_some() {
            theme::quiet()
        } else {
            theme::plain()
        };
        lines.push(Line::styled(row, style));
    }
    if fitting.is_empty() {
        let [shorter, close] = [ActionId::TextBackspace, ActionId::PickerClose].map(|id| model.key(id));
        let says = match picker.items.is_empty() {
            true => model.look.ellipsis().to_owned(),
            false => format!("  Nothing fits. {shorter}, or {close} to close."),
        };
        lines.push(Line::styled(says, theme::quiet()));
    }
    frame.render_widget(Paragraph::new(lines), area);
    let x = area.x + 2 + u16::try_from(text::width(picker.field.text()).min(width.saturating_sub(2))).unwrap_or(0);
    let row = if model.look.plain { area.y + 1 + u16::try_from(cursor - top).unwrap_or(0) } else { area.y };
    let x = if model.look.plain { area.x } else { x };
    frame.set_cursor_position(Position::new(x.min(area.right()), row.min(area.bottom().saturating_sub(1))));
}

/// At most so many rows tell what a field takes.
const HINTS: usize = 6;

fn draw_form(model: &Model, form: &Form, frame: &mut Frame) {
    let long = form.fields.iter().filter(|field| field.editor.multiline).count();
    let short = form.fields.len() - long;
    let beneath = if short > 0 { 4 } else { 0 };
    let asks = form.fields.iter().any(|field| field.asked.is_some());
    let widest = form.fields.iter().map(widest).max().unwrap_or(0);
    let inner = usize::from(layout::PAGE.min(frame.area().width)).saturating_sub(4);
    let told = told(model, form, inner);
    let wanted = short + long * 10 + 4 + beneath + told.len() + usize::from(asks) * 2;
    let wanted = u16::try_from(wanted).unwrap_or(u16::MAX);
    let area = open_box(model, &form.title, layout::PAGE, wanted, frame);
    help::beside(model, form, area, frame);
    let width = usize::from(area.width);
    let label =
        form.fields.iter().filter(|f| !f.editor.multiline).map(|f| text::width(&f.label)).max().unwrap_or(0) + 3;
    let mut rows: Vec<Line> = Vec::new();
    let mut cursor = (0, 0);
    let mut below = 0;
    let alone = form.fields.len() == 1;
    for (at, field) in form.fields.iter().enumerate() {
        let here = at == form.at;
        let name = format!("{}{}", field.label, if field.needed { "*" } else { "" });
        let style = if here { theme::accent(model.look) } else { theme::quiet() };
        if field.editor.multiline {
            if !alone {
                rows.push(Line::styled(name, style));
            }
            let height = if alone { usize::from(area.height).saturating_sub(2) } else { 8 };
            let (text_rows, (row, column)) = field.editor.shown(width, height);
            if here {
                cursor = (rows.len() + row, column);
            }
            let shown = text_rows.len();
            rows.extend(text_rows.into_iter().map(Line::raw));
            rows.extend((shown..if alone { shown } else { 3.max(shown) }).map(|_| Line::raw("")));
        } else {
            let room = width.saturating_sub(label);
            let typed = field.editor.text();
            let before = text::width(typed.get(..field.editor.cursor()).unwrap_or_default());
            let skipped = (before + 1).saturating_sub(room);
            let visible = text::skip(typed, skipped);
            let mut line = Line::from(vec![Span::styled(text::pad(&name, label), style)]);
            // What does not fit beside the field stands under it.
            let mut beneath: Vec<String> = Vec::new();
            let visible = text::truncate(&visible, room, model.look.ellipsis()).into_owned();
            let left = room.saturating_sub(text::width(&visible) + 2);
            line.push_span(Span::raw(visible));
            if let Some(asked) = &field.asked {
                let (score, mark) = answer(field, asked);
                let mark = model.keymap.told(&mark);
                let mark = text::truncate(&mark, left.max(1), model.look.ellipsis()).into_owned();
                let gap = widest.saturating_sub(text::width(typed));
                line.push_span(Span::raw(" ".repeat(gap)));
                line.push_span(Span::styled(format!("  {score}"), theme::plain()));
                line.push_span(Span::styled(mark, theme::quiet()));
                if here {
                    cursor = (rows.len(), label + before.saturating_sub(skipped));
                }
            } else if here {
                cursor = (rows.len(), label + before.saturating_sub(skipped));
                let hint = match (field.complaint(), field.choices.is_empty()) {
                    (_, false) if typed.trim().is_empty() => field.choices.join(" "),
                    (Some(why), _) if !typed.trim().is_empty() => model.keymap.told(&why),
                    _ => String::new(),
                };
                if text::width(&hint) <= left {
                    line.push_span(Span::styled(format!("  {hint}"), theme::quiet()));
                } else {
                    beneath = text::wrap(&hint, room).into_iter().take(HINTS).collect();
                }
            } else if let Some(why) = field.complaint().filter(|_| !typed.trim().is_empty()) {
                let why = model.keymap.told(&why);
                line.push_span(Span::styled(
                    format!("  {}", text::truncate(&why, left, model.look.ellipsis())),
                    theme::warning(model.look),
                ));
            }
            rows.push(line);
            let indent = " ".repeat(label);
            rows.extend(beneath.iter().map(|row| Line::styled(format!("{indent}{row}"), theme::quiet())));
            if here {
                match &field.asked {
                    Some(asked) => answers(model, field, asked, width, &mut rows),
                    None => offered(model, form, field, label, width, &mut rows),
                }
                below = rows.len().saturating_sub(cursor.0 + 1);
            }
        }
    }
    let foot_rows = (told.len() + 1).min(usize::from(area.height));
    let body = usize::from(area.height).saturating_sub(foot_rows);
    // What is offered under the field is seen with it.
    let top = (cursor.0 + 1 + below).saturating_sub(body).min(cursor.0);
    let visible: Vec<Line> = rows.into_iter().skip(top).take(body).collect();
    let above = u16::try_from(body).unwrap_or(area.height);
    frame.render_widget(Paragraph::new(visible), Rect { height: above, ..area });
    let under = Rect { y: area.y + above, height: area.height.saturating_sub(above + 1), ..area };
    frame.render_widget(Paragraph::new(told), under);
    let foot = Rect { y: area.bottom().saturating_sub(1), height: 1.min(area.height), ..area };
    let refused = form.refused.as_ref().filter(|_| refused_at_length(model, form, width).is_none());
    let says = match (refused, form.leaving, form.sending) {
        (Some(why), ..) => Span::styled(
            text::one_line(&model.keymap.told(why), width, model.look.ellipsis()),
            theme::warning(model.look),
        ),
        (_, true, _) => {
            let keys = [ActionId::LeaveSend, ActionId::LeaveEditor, ActionId::LeaveKeep, ActionId::LeaveDiscard];
            let [send, editor, keep, discard] = keys.map(|id| model.key(id));
            let hints = [
                format!("{send} send"),
                format!("{editor} editor"),
                format!("{keep} keep as draft"),
                format!("{discard} discard"),
            ];
            Span::styled(whole(&hints, width), theme::accent(model.look))
        }
        (_, _, true) => Span::styled(model.look.ellipsis(), theme::quiet()),
        _ => {
            let [next, leave, editor] =
                [ActionId::FormNext, ActionId::FormLeave, ActionId::FormEditor].map(|id| model.key(id));
            let hints = if let Some(offered) = offered_in_few_words(model, form) {
                vec![offered, format!("{next} next field"), format!("{leave} send, keep or discard")]
            } else {
                let asks = form.fields.get(form.at).is_some_and(|field| field.asked.is_some());
                let answer =
                    format!("{}/{} another answer", model.key(ActionId::TextLeft), model.key(ActionId::TextRight));
                let hints = [
                    format!("{next} next field"),
                    format!("{leave} send, keep or discard"),
                    if asks { answer } else { format!("{editor} $EDITOR") },
                ];
                hints.into_iter().skip(usize::from(alone)).collect()
            };
            Span::styled(whole(&hints, width), theme::quiet())
        }
    };
    frame.render_widget(Paragraph::new(Line::from(says)), foot);
    if !form.leaving && !form.sending {
        let x = area.x + u16::try_from(cursor.1).unwrap_or(0).min(area.width.saturating_sub(1));
        let y = area.y + u16::try_from(cursor.0 - top).unwrap_or(0);
        if y < area.y + above {
            frame.set_cursor_position(Position::new(x, y));
        }
    }
}

/// At most so many rows of what should be known stand under a form's fields.
const TOLD: usize = 6;

/// What should be known while a form is filled in; of answers about a risk, what they come to.
fn told(model: &Model, form: &Form, width: usize) -> Vec<Line<'static>> {
    let mut lines: Vec<(String, bool)> = Vec::new();
    let mut more: Vec<String> = form.told.clone();
    if let (FormPurpose::Change(ChangeForm::Risk(_)), Some(rules)) = (&form.purpose, &model.rules) {
        let questions = &rules.change.risk;
        let reading = change::reading(questions, &form.fields);
        let open = reading.open().count();
        let says = match &reading.band {
            Some(band) => format!("Together {}: {band}", reading.score),
            None => format!("Together {} so far, {open} to answer", reading.score),
        };
        let bands: Vec<String> =
            questions.band.iter().map(|band| format!("{} from {}", band.name, band.from)).collect();
        lines.push((format!("{says}  ({})", bands.join(", ")), true));
        more.splice(0..0, reading.raised);
    }
    if let Some(solves) = form.solves() {
        let is =
            |offer: &crate::tui::offer::Offer| form.solved.as_ref().is_some_and(|one| one.called == offer.called());
        let keys = [ActionId::FormOffers, ActionId::OfferResolve].map(|id| model.key(id)).join(" ");
        let back = if form.offers.iter().any(is) { format!("; {keys} again takes that back") } else { String::new() };
        lines.push((format!("{solves}{back}"), true));
    }
    lines.extend(more.into_iter().map(|line| (line, false)));
    // What does not fit the line under the fields is told in several.
    lines.extend(refused_at_length(model, form, width).map(|why| (why, false)));
    let rows = lines.iter().flat_map(|(line, strong)| {
        let style = if *strong { theme::strong() } else { theme::warning(model.look) };
        text::wrap(&text::clean_line(line), width.max(1)).into_iter().map(move |row| Line::styled(row, style))
    });
    let mut rows: Vec<Line> = rows.collect();
    let room = TOLD.min(usize::from(model.size.1) / 3);
    if rows.len() > room {
        let left = rows.len() - room.saturating_sub(1);
        rows.truncate(room.saturating_sub(1));
        rows.push(Line::styled(format!("and {left} lines more"), theme::quiet()));
    }
    rows
}

/// Why a form was refused, where that takes more than a line.
fn refused_at_length(model: &Model, form: &Form, width: usize) -> Option<String> {
    let why = form.refused.as_ref().map(|why| model.keymap.told(why))?;
    let why = text::clean_line(&why).into_owned();
    (text::width(&why) > width).then_some(why)
}

/// Columns of the widest answer of a question.
fn widest(field: &FormField) -> usize {
    let answers = field.names.iter().filter(|_| field.asked.is_some());
    answers.map(|(word, _)| text::width(word)).max().unwrap_or(0)
}

/// What the answer typed means, and where it comes from.
fn answer(field: &FormField, asked: &Asked) -> (String, String) {
    let typed = field.editor.text().trim().to_lowercase();
    let means = |word: &str| field.names.iter().find(|(known, _)| known == word).map(|(_, means)| means.clone());
    match (&asked.own, typed.is_empty()) {
        (Some(own), true) => (means(own).unwrap_or_default(), format!("  ({own}, found by the desk)")),
        (None, true) => (String::new(), String::from("to answer")),
        (own, false) => {
            let by = match own {
                Some(own) if *own == typed => String::from("  (found by the desk)"),
                Some(own) => format!("  (the desk says {own})"),
                None => String::new(),
            };
            match means(&typed) {
                Some(means) => (means, by),
                None => (String::new(), field.complaint().unwrap_or_default()),
            }
        }
    }
}

/// Under the question that is answered: the question, and all answers with what each means.
fn answers(model: &Model, field: &FormField, asked: &Asked, width: usize, rows: &mut Vec<Line>) {
    rows.extend(
        text::wrap(&asked.ask, width.saturating_sub(2))
            .into_iter()
            .map(|row| Line::styled(format!("  {row}"), theme::quiet())),
    );
    let typed = field.editor.text().trim().to_lowercase();
    let candidates = field.candidates();
    let chosen = candidates.get(field.candidate.min(candidates.len().saturating_sub(1))).map(|(word, _)| *word);
    let widest = widest(field);
    for (word, means) in &field.names {
        let here = *word == typed || chosen == Some(word.as_str());
        let line = format!("    {}{}  {means}", if here { "> " } else { "  " }, text::pad(word, widest));
        let line = text::truncate(&line, width, model.look.ellipsis()).into_owned();
        rows.push(Line::styled(line, if here { theme::accent(model.look) } else { theme::quiet() }));
    }
}

/// What may help, in the line under a form that has no room beside it, while something is described or written.
fn offered_in_few_words(model: &Model, form: &Form) -> Option<String> {
    let best = form.offers.first().filter(|_| !layout::is_beside_form(model))?;
    let field = form.fields.get(form.at)?;
    let key = model.key(ActionId::FormOffers);
    if field.field == Some(Field::Title) {
        return Some(format!("{key} reads, links, inserts one"));
    }
    let others = form.offers.len() - 1;
    let more = if others > 0 { format!(", {others} more") } else { String::new() };
    field.editor.multiline.then(|| format!("{key} {}{more}", best.thing.number()))
}

/// As many of these hints as fit, none of them cut.
pub(super) fn whole(hints: &[String], width: usize) -> String {
    let mut line = String::new();
    for hint in hints {
        let gap = if line.is_empty() { "" } else { " | " };
        if text::width(&line) + gap.len() + text::width(hint) > width {
            break;
        }
        line.push_str(gap);
        line.push_str(hint);
    }
    line
}

/// Under the field that is typed in: the names that fit it; under a title, open tickets like it.
fn offered(model: &Model, form: &Form, field: &FormField, label: usize, width: usize, rows: &mut Vec<Line>) {
    let indent = " ".repeat(label);
    let room = width.saturating_sub(label + 2);
    let candidates = field.candidates();
    let chosen = field.candidate.min(candidates.len().saturating_sub(1));
    for (at, (word, name)) in candidates.into_iter().enumerate() {
        let text = format!("{word}  {}", text::clean_line(name));
        let text = text::truncate(&text, room, model.look.ellipsis()).into_owned();
        let style = if at == chosen { theme::selected() } else { theme::quiet() };
        let mark = if at == chosen { "> " } else { "  " };
        rows.push(Line::from(vec![Span::raw(indent.clone()), Span::styled(format!("{mark}{text}"), style)]));
    }
    if field.field == Some(Field::Title) && !layout::is_beside_form(model) {
        rows.extend(help::under(model, form, label, room + 2));
    }
}
