//! Draws the screens: breadcrumb, the tab, the line for filter and messages, the footer, the overlay on top.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

use crate::desk::rules::Hue;
use crate::text;
use crate::tui::action::{self, ActionId, ActionSpec, allowed};
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::overlay::{Overlay, view as overlay};
use crate::tui::screen::Tab;
use crate::tui::screen::changes::view as changes;
use crate::tui::screen::cmdb::{Pane as CiPane, view as cmdb};
use crate::tui::screen::knowledge::{Pane as ArticlePane, view as knowledge};
use crate::tui::screen::queue::view::grouped;
use crate::tui::screen::queue::{Pane, view as queue};
use crate::tui::screen::typing::view as typing;
use crate::tui::{focus, glyphs, theme};

/// Draws everything, in the theme's colours.
pub fn draw(model: &Model, frame: &mut Frame) {
    draw_screen(model, frame);
    theme::paint(model.look, frame.buffer_mut());
    if !model.look.utf8 {
        for cell in &mut frame.buffer_mut().content {
            if let Some(ascii) = glyphs::in_ascii(cell.symbol()) {
                cell.set_char(ascii);
            }
        }
    }
}

fn draw_screen(model: &Model, frame: &mut Frame) {
    let (width, height) = (frame.area().width, frame.area().height);
    if width < layout::SMALLEST.0 || height < layout::SMALLEST.1 {
        let says =
            text::truncate("Please make the window larger: 40x10 at least", usize::from(width), model.look.ellipsis())
                .into_owned();
        frame.render_widget(Paragraph::new(says), Rect { height: 1.min(height), ..frame.area() });
        return;
    }
    let parts = layout::parts(model);
    breadcrumb(model, parts.top, frame);
    if let Some((failure, _)) = &model.failure {
        let rows: Vec<Line> = text::wrap(&text::clean_text(failure), usize::from(width).saturating_sub(4))
            .into_iter()
            .map(|row| Line::raw(format!("  {row}")))
            .collect();
        frame.render_widget(Paragraph::new(rows), Rect { y: 2, height: height.saturating_sub(3), ..frame.area() });
        frame.render_widget(Paragraph::new(Line::styled("any key quits", theme::quiet())), parts.footer);
        return;
    }
    match model.tab {
        Tab::Queue => queue::draw(model, &parts, frame),
        Tab::Changes => changes::draw(model, &layout::plan_parts(model), frame),
        Tab::Cmdb => cmdb::draw(model, &layout::ci_parts(model), frame),
        Tab::Knowledge => knowledge::draw(model, &layout::article_parts(model), frame),
    }
    line(model, parts.line, frame);
    if model.pending.is_empty() {
        footer(model, parts.footer, frame);
    }
    overlay::draw(model, frame);
    // It may take more rows than one, which lie over what was drawn there.
    if !model.pending.is_empty() {
        footer(model, parts.footer, frame);
    }
    // What was said last is read, however much lies over the screen.
    if !model.overlays.is_empty() && model.message.is_some() {
        frame.render_widget(Clear, parts.line);
        line(model, parts.line, frame);
    }
}

/// Where this is: file, tab, view, ticket; at the right what is never cut off. Where there is little room the filter gives way.
fn breadcrumb(model: &Model, area: Rect, frame: &mut Frame) {
    let width = usize::from(area.width);
    let mut whole = trail(model, None);
    // What waits for approval is told in words, or as a number on its tab; the place is told by the trail too, so that the
    // tabs give way to it.
    // Short names before none.
    let ways = [(false, false), (true, false), (true, true)];
    let ways = ways.map(|(on_tab, short)| joined(tabs(model, on_tab, short), counts(model, !on_tab)));
    let fitting = ways.into_iter().find(|right| whole.width() + right.width() + 2 <= width);
    let right = fitting.unwrap_or_else(|| counts(model, true));
    let wide = right.width().min(width);
    let room = width.saturating_sub(wide + 1);
    if whole.width() > room {
        let over = whole.width() - room;
        whole = trail(model, Some(text::width(model.filter()).saturating_sub(over).max(1)));
    }
    let left = Rect { width: u16::try_from(room).unwrap_or(0), ..area };
    frame.render_widget(Paragraph::new(whole), left);
    let wide = u16::try_from(wide).unwrap_or(0);
    frame.render_widget(Paragraph::new(right), Rect { x: area.right().saturating_sub(wide), width: wide, ..area });
}

/// Two lines with a gap between them.
fn joined(left: Line<'static>, right: Line<'static>) -> Line<'static> {
    let mut line = left;
    if !line.spans.is_empty() && !right.spans.is_empty() {
        line.push_span(Span::raw("  "));
    }
    line.extend(right.spans);
    line
}

/// The tabs with their keys; `waiting` tells on one of them how many changes wait for my approval, `short` takes the short names.
fn tabs(model: &Model, waiting: bool, short: bool) -> Line<'static> {
    let mut line = Line::default();
    if model.watch.is_some() {
        return line;
    }
    for tab in Tab::ALL {
        let key = model.key(match tab {
            Tab::Queue => ActionId::GoQueue,
            Tab::Changes => ActionId::GoChanges,
            Tab::Cmdb => ActionId::GoCmdb,
            Tab::Knowledge => ActionId::GoKnowledge,
        });
        let here = tab == model.tab;
        let mut title = if short { tab.short() } else { tab.title() }.to_owned();
        if waiting && tab == Tab::Changes && model.to_approve > 0 {
            title.push_str(&format!(" ({})", grouped(model.to_approve)));
        }
        let label = match (here, short) {
            (true, false) => format!("[{key} {title}]"),
            (false, false) => format!(" {key} {title} "),
            (true, true) => format!("[{key} {title}] "),
            (false, true) => format!("{key} {title} "),
        };
        line.push_span(Span::styled(label, if here { theme::accent(model.look) } else { theme::quiet() }));
    }
    line
}

/// Where one is in the CMDB: the class, the filter, the walk to the CI.
fn trail_of_cmdb(model: &Model, mut line: Line<'static>, filter: Option<usize>) -> Line<'static> {
    let arrow = format!(" {} ", model.look.set().into);
    let cmdb = &model.cmdb;
    let ellipsis = model.look.ellipsis();
    if let Some(rules) = &model.rules {
        let class = cmdb.class(&rules.cmdb);
        let root = rules.cmdb.classes.get(class).is_none_or(|class| class.parent.is_none());
        line.push_span(Span::raw(arrow.clone()));
        let label = if root { "All" } else { rules.cmdb.classes.label(class) };
        line.push_span(Span::raw(text::clean_line(label).into_owned()));
    }
    if !cmdb.filter.is_empty() {
        let shown = text::clean_line(&cmdb.filter);
        let room = filter.unwrap_or(usize::MAX);
        line.push_span(Span::raw(format!(", {}", text::truncate(&shown, room, ellipsis))));
    }
    if cmdb.pane != CiPane::Ci {
        return line;
    }
    let Some(shown) = &cmdb.shown else { return line };
    // The way is long and the screen narrow: what is nearest is told.
    let told = if filter.is_some() { 1 } else { 3 };
    if cmdb.walk.len() > told {
        line.push_span(Span::raw(format!("{arrow}{ellipsis}")));
    }
    for (_, name) in cmdb.walk.iter().skip(cmdb.walk.len().saturating_sub(told)) {
        line.push_span(Span::raw(arrow.clone()));
        line.push_span(Span::raw(text::truncate(&text::clean_line(name), 16, ellipsis).into_owned()));
    }
    line.push_span(Span::raw(arrow));
    line.push_span(Span::styled(text::clean_line(&shown.record.sheet.ci.name).into_owned(), theme::strong()));
    line
}

/// Where one is in the calendar: what is shown of it, the filter.
fn trail_of_changes(model: &Model, mut line: Line<'static>, filter: Option<usize>) -> Line<'static> {
    line.push_span(Span::raw(format!(" {} {}", model.look.set().into, model.changes.face.title())));
    if !model.changes.filter.is_empty() {
        let shown = text::clean_line(&model.changes.filter);
        let room = filter.unwrap_or(usize::MAX);
        line.push_span(Span::raw(format!(", {}", text::truncate(&shown, room, model.look.ellipsis()))));
    }
    line
}

/// Where one is among articles: the view or the search, the article.
fn trail_of_knowledge(model: &Model, mut line: Line<'static>, filter: Option<usize>) -> Line<'static> {
    let arrow = format!(" {} ", model.look.set().into);
    let knowledge = &model.knowledge;
    line.push_span(Span::raw(arrow.clone()));
    if knowledge.searches() {
        let shown = text::clean_line(&knowledge.filter);
        let room = filter.unwrap_or(usize::MAX);
        line.push_span(Span::raw(format!("Found, {}", text::truncate(&shown, room, model.look.ellipsis()))));
    } else {
        line.push_span(Span::raw(knowledge.view.title()));
    }
    if let Some(shown) = knowledge.shown.as_ref().filter(|_| knowledge.pane == ArticlePane::Article) {
        line.push_span(Span::raw(arrow));
        line.push_span(Span::styled(shown.id().number(), theme::strong()));
    }
    if let Some(hand) = &knowledge.hand {
        line.push_span(Span::styled(format!(" for {}", hand.number), theme::accent(model.look)));
    }
    line
}

/// The places that lead here, with the filter in so many columns.
fn trail(model: &Model, filter: Option<usize>) -> Line<'static> {
    let arrow = format!(" {} ", model.look.set().into);
    let (label, hue) =
        model.rules.as_ref().map_or(("", Hue::None), |rules| (rules.settings.label.as_str(), rules.settings.colour));
    let mut line = Line::from(vec![
        Span::styled(text::clean_line(&model.file).into_owned(), theme::accent(model.look)),
        Span::styled(
            if label.is_empty() { String::new() } else { format!(" ({})", text::clean_line(label)) },
            theme::label(model.look, hue),
        ),
        Span::raw(arrow.clone()),
        Span::styled(if model.watch.is_some() { "Watch" } else { model.tab.title() }, theme::strong()),
    ]);
    match model.tab {
        Tab::Queue => {}
        Tab::Changes => return trail_of_changes(model, line, filter),
        Tab::Cmdb => return trail_of_cmdb(model, line, filter),
        Tab::Knowledge => return trail_of_knowledge(model, line, filter),
    }
    let queue = &model.queue;
    if let Some(view) = queue.views.get(queue.view) {
        line.push_span(Span::raw(arrow.clone()));
        line.push_span(Span::raw(text::clean_line(&view.name).into_owned()));
        if !queue.filter.is_empty() {
            let shown = text::clean_line(&queue.filter);
            let room = filter.unwrap_or(usize::MAX);
            line.push_span(Span::raw(format!(", {}", text::truncate(&shown, room, model.look.ellipsis()))));
        }
        if let Some(order) = queue.order_words() {
            line.push_span(Span::raw(format!(", {order}")));
        }
        if queue.only.is_some() {
            line.push_span(Span::styled(", only the marked", theme::strong()));
        }
    }
    if queue.pane == Pane::Ticket
        && let Some(ticket) = queue.current()
    {
        line.push_span(Span::raw(arrow.clone()));
        line.push_span(Span::styled(ticket.number.to_string(), theme::strong()));
    }
    line
}

/// Whether the desk can only be read, how many changes wait for my approval, how many tickets are marked, how many there are.
fn counts(model: &Model, approvals: bool) -> Line<'static> {
    let queue = &model.queue;
    let mut line = Line::default();
    if model.read_only.is_some() {
        line.push_span(Span::styled("[read-only]", theme::warning(model.look)));
    }
    if approvals && model.to_approve > 0 {
        let gap = if line.spans.is_empty() { "" } else { " " };
        line.push_span(Span::styled(
            format!("{gap}[{} to approve]", grouped(model.to_approve)),
            theme::accent(model.look),
        ));
    }
    let holder =
        model.held_by.as_ref().map(|holder| format!("[waiting for {}]", text::clean_line(&holder.to_string())));
    for words in model.standing.words(&model.moment).into_iter().chain(holder) {
        let gap = if line.spans.is_empty() { "" } else { " " };
        line.push_span(Span::styled(format!("{gap}{words}"), theme::warning(model.look)));
    }
    let mut counts = Vec::new();
    if model.tab == Tab::Cmdb {
        let cmdb = &model.cmdb;
        let hidden = cmdb.marks.keys().filter(|id| !cmdb.rows.iter().any(|listed| listed.row.id == **id)).count();
        if !cmdb.marks.is_empty() {
            let hidden = if hidden > 0 { format!(", {hidden} hidden") } else { String::new() };
            counts.push(format!("{} marked{hidden}", cmdb.marks.len()));
        }
        counts.extend(cmdb.total.and_then(|total| u64::try_from(total).ok()).map(grouped));
    } else if model.tab == Tab::Knowledge {
        let rows = &model.knowledge.rows;
        if !rows.marks.is_empty() {
            let hidden = rows.hidden();
            let hidden = if hidden > 0 { format!(", {hidden} hidden") } else { String::new() };
            counts.push(format!("{} marked{hidden}", rows.marks.len()));
        }
    } else if model.tab == Tab::Changes {
        let shown = model.changes.items(model.changes.shown(&model.moment)).len();
        counts.extend(u64::try_from(shown).ok().filter(|_| model.changes.held.is_some()).map(grouped));
    } else if model.tab == Tab::Queue && !queue.marks.is_empty() {
        let hidden = queue.marks.iter().filter(|id| !queue.rows.iter().any(|(ticket, _)| ticket.id == **id)).count();
        counts.push(format!(
            "{} marked{}",
            queue.marks.len(),
            if hidden > 0 { format!(", {hidden} hidden") } else { String::new() }
        ));
    }
    counts.extend(queue.total.filter(|_| model.tab == Tab::Queue).map(grouped));
    let gap = if line.spans.is_empty() || counts.is_empty() { "" } else { "  " };
    line.push_span(Span::styled(format!("{gap}{}", counts.join("  ")), theme::strong()));
    line
}

/// The filter line while it is typed, else the last message, else the filter that holds.
fn line(model: &Model, area: Rect, frame: &mut Frame) {
    let width = usize::from(area.width);
    if let Some(Overlay::Prompt(prompt)) = model.overlays.last() {
        typing::entry(model, prompt.label, &prompt.field, area, frame);
        return;
    }
    if let Some(line) = model.typing() {
        typing::draw(model, line, area, frame);
        return;
    }
    let shown = match (&model.message, model.filter().is_empty()) {
        (Some(message), _) if message.refused => {
            Line::styled(text::one_line(&message.text, width, model.look.ellipsis()), theme::warning(model.look))
        }
        (Some(message), _) => Line::raw(text::one_line(&message.text, width, model.look.ellipsis())),
        (None, false) => Line::styled(format!("/{}", text::clean_line(model.filter())), theme::quiet()),
        (None, true) => Line::default(),
    };
    frame.render_widget(Paragraph::new(shown), area);
}

/// What can follow a key takes so many rows at most.
const FOLLOWING: usize = 3;

/// The most useful actions here that can run now, help always the last; after the first key of a chord, what can follow.
fn footer(model: &Model, area: Rect, frame: &mut Frame) {
    let width = usize::from(area.width);
    if let Some(complaint) = typing::complaint(model, width) {
        frame.render_widget(Paragraph::new(complaint), area);
        return;
    }
    let scopes = focus::scopes(model);
    let hints: Vec<(String, &'static ActionSpec)> = if model.pending.is_empty() {
        let mut rows: Vec<&'static ActionSpec> = action::all()
            .filter(|row| row.rank > 0 && scopes.contains(&row.scope) && allowed(row, model).is_ok())
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.rank));
        rows.into_iter().filter_map(|row| Some((model.keymap.here(scopes, row).into_iter().next()?, row))).collect()
    } else {
        model.keymap.following(scopes, &model.pending)
    };
    let wide = |(key, row): &(String, &ActionSpec)| text::width(key) + text::width(row.title) + 3;
    let hint = |line: &mut Line, (key, row): (String, &ActionSpec)| {
        line.push_span(Span::styled(key, theme::accent(model.look)));
        line.push_span(Span::styled(format!(" {}  ", row.title), theme::quiet()));
    };
    if !model.pending.is_empty() {
        let mut lines: Vec<Line> = vec![Line::default()];
        let mut room = width + 2;
        for one in hints {
            let wanted = wide(&one);
            if wanted > room && lines.len() < FOLLOWING && lines.last().is_some_and(|line| !line.spans.is_empty()) {
                lines.push(Line::default());
                room = width + 2;
            }
            if let Some(line) = lines.last_mut().filter(|_| wanted <= room) {
                hint(line, one);
            }
            room = room.saturating_sub(wanted);
        }
        let rows = u16::try_from(lines.len()).unwrap_or(1).min(area.bottom());
        let area = Rect { y: area.bottom().saturating_sub(rows), height: rows, ..area };
        frame.render_widget(Clear, area);
        frame.render_widget(Paragraph::new(lines), area);
        return;
    }
    let (help, others): (Vec<_>, Vec<_>) = hints.into_iter().partition(|(_, row)| row.id == ActionId::Help);
    let mut room = (width + 2).saturating_sub(help.iter().map(wide).sum());
    let fitting =
        others.into_iter().take_while(|hint| room.checked_sub(wide(hint)).inspect(|left| room = *left).is_some());
    let mut line = Line::default();
    for one in fitting.collect::<Vec<_>>().into_iter().chain(help) {
        hint(&mut line, one);
    }
    frame.render_widget(Paragraph::new(line), area);
}
