//! Draws the Knowledge tab.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::desk::time::short_span;
use crate::store::How;
use crate::text;
use crate::tui::action::ActionId;
use crate::tui::inquiry::knowledge::{Item, Listed, View};
use crate::tui::layout::{self, ArticleParts};
use crate::tui::model::Model;
use crate::tui::screen::knowledge::hand::tick;
use crate::tui::screen::knowledge::{Face, Pane, list};
use crate::tui::screen::queue::view::grouped;
use crate::tui::theme;
use crate::tui::widget::marked::{Mark, marked};
use crate::tui::widget::{border, prose, strip};

/// Columns of a number with its gap.
const NUMBER: usize = 9;

/// Draws views, list and article into their parts.
pub fn draw(model: &Model, parts: &ArticleParts, frame: &mut Frame) {
    if let Some(area) = parts.strip {
        views(model, area, frame);
    }
    if let Some(area) = parts.list {
        rows(model, area, frame);
    }
    if let Some(area) = parts.article {
        article(model, area, frame);
    }
    if let (Some(left), Some(right)) = (parts.list, parts.article) {
        if right.y > left.y {
            border::below(model.look.set(), left, frame);
        } else {
            border::beside(model.look.set(), left, frame);
        }
    }
}

/// The views with their counts; what a search found stands before them.
fn views(model: &Model, area: Rect, frame: &mut Frame) {
    let knowledge = &model.knowledge;
    let count = |view: View| knowledge.counts.iter().find(|(known, _)| *known == view).map(|(_, count)| *count);
    let label = |view: View| match count(view).and_then(|count| u64::try_from(count).ok()) {
        Some(count) => format!("{} {}", view.title(), grouped(count)),
        None => view.title().to_owned(),
    };
    let mut labels: Vec<String> = View::ALL.into_iter().map(label).collect();
    let shown = if knowledge.searches() {
        let found = if knowledge.rows.loading { String::new() } else { format!(" {}", knowledge.rows.held.len()) };
        labels.insert(0, format!("Found{found}"));
        Some(0)
    } else {
        View::ALL.iter().position(|view| *view == knowledge.view)
    };
    strip::draw(model.look, &labels, shown, area, frame);
}

fn cell(model: &Model, text: &str, width: usize) -> String {
    let text = text::clean_line(text);
    text::pad(&text::truncate(&text, width.saturating_sub(1), model.look.ellipsis()), width)
}

fn rows(model: &Model, area: Rect, frame: &mut Frame) {
    let knowledge = &model.knowledge;
    let width = usize::from(area.width);
    let mut lines = vec![heading(model, width)];
    if knowledge.rows.held.is_empty() {
        let says = empty(model).into_iter().flat_map(|says| text::wrap(&says, width.saturating_sub(2)));
        lines.extend(says.map(|row| Line::styled(format!("  {row}"), theme::quiet())));
    }
    let each = layout::article_rows(model);
    let fit = layout::article_list_height(model);
    for (at, row) in knowledge.rows.held.iter().enumerate().skip(knowledge.rows.top).take(fit) {
        let here = at == knowledge.rows.cursor && knowledge.rows.away.is_none();
        let sign = if knowledge.rows.is_marked(at, row) { '+' } else { ' ' };
        let begin = format!("{}{sign}", if here { '>' } else { ' ' });
        let mut drawn = match row {
            Listed::Article(item) => told(model, item, &begin, width, each > 1),
            Listed::Gap(gap) => {
                let times = text::pad(&gap.times.to_string(), 7);
                let last = short_span(model.moment.now.since(gap.last));
                let room = width.saturating_sub(2 + 7 + 7);
                vec![Line::raw(format!("{begin}{times}{}{last}", cell(model, &gap.typed, room)))]
            }
        };
        if here {
            let style = if knowledge.pane == Pane::List { theme::selected() } else { theme::strong() };
            drawn = drawn
                .into_iter()
                .enumerate()
                .map(|(at, line)| if at == 0 { line.patch_style(style) } else { line })
                .collect();
        }
        lines.extend(drawn);
    }
    frame.render_widget(Paragraph::new(lines), area);
    if model.look.plain && knowledge.pane == Pane::List {
        let row = (knowledge.rows.cursor.saturating_sub(knowledge.rows.top)) * each + 1;
        let row = u16::try_from(row).unwrap_or(0);
        frame.set_cursor_position(Position::new(area.x, (area.y + row).min(area.bottom().saturating_sub(1))));
    }
}

/// What the columns are; of a search that found no exact hit, what was taken for what.
fn heading(model: &Model, width: usize) -> Line<'static> {
    let knowledge = &model.knowledge;
    let says = match &knowledge.how {
        _ if !knowledge.searches() || knowledge.rows.held.is_empty() => None,
        Some(How::Corrected(words)) => {
            let taken: Vec<String> = words.iter().map(|(typed, meant)| format!("{typed} for {meant}")).collect();
            Some(format!("nothing has that; taken: {}", taken.join(", ")))
        }
        Some(How::Loose) => Some(String::from("nothing has all of that; these have some of it")),
        Some(How::Exact) | None => None,
    };
    if let Some(says) = says {
        let says = text::one_line(&says, width.saturating_sub(2), model.look.ellipsis());
        return Line::styled(format!("  {says}"), theme::warning(model.look));
    }
    if knowledge.view == View::Gaps && !knowledge.searches() {
        let room = width.saturating_sub(2 + 7 + 7);
        let head = format!("  {}{}{}", text::pad("Times", 7), cell(model, "Searched and not found", room), "Last");
        return Line::styled(head, theme::quiet());
    }
    let columns: Vec<&list::Column> = list::shown(width).collect();
    let used: usize = columns.iter().map(|column| column.width).sum();
    let mut head = format!("  {}", cell(model, "Number", NUMBER));
    head.push_str(&cell(model, "Title", width.saturating_sub(used + NUMBER + 2)));
    columns.iter().for_each(|column| head.push_str(&cell(model, column.title, column.width)));
    Line::styled(head, theme::quiet())
}

/// An article in a row; where it was searched, why it was found below it.
fn told(model: &Model, item: &Item, begin: &str, width: usize, why: bool) -> Vec<Line<'static>> {
    let columns: Vec<&list::Column> = list::shown(width).collect();
    let used: usize = columns.iter().map(|column| column.width).sum();
    let mut line = Line::raw(begin.to_owned());
    line.push_span(Span::raw(cell(model, &item.id.number(), NUMBER)));
    let flag = if item.flags > 0 { "! " } else { "" };
    line.push_span(Span::styled(flag, theme::warning(model.look)));
    let room = width.saturating_sub(used + NUMBER + 2 + flag.len());
    let title = if why { theme::strong() } else { theme::plain() };
    line.push_span(Span::styled(cell(model, &list::title(item, width), room), title));
    for column in columns {
        line.push_span(Span::styled(
            cell(model, &(column.text)(model, item), column.width),
            (column.style)(model, item),
        ));
    }
    let mut lines = vec![line];
    if why {
        lines.push(item.snippet.as_ref().map_or_else(Line::default, |snippet| {
            let room = width.saturating_sub(NUMBER + 2);
            let text = text::clean_line(&snippet.text);
            let shown = text::truncate(&text, room, model.look.ellipsis()).into_owned();
            // Cleaning changes the length of nothing that a snippet holds but of controls; a hit beyond the end is cut off.
            let marks: Vec<Mark> = snippet
                .hits
                .iter()
                .map(|hit| (0, hit.start.min(shown.len())..hit.end.min(shown.len()), theme::hit(model.look)))
                .collect();
            let mut line = marked(vec![(theme::quiet(), shown.as_str())], &marks);
            line.spans.insert(0, Span::raw(" ".repeat(NUMBER + 2)));
            line
        }));
    }
    lines
}

/// What a list without rows says.
fn empty(model: &Model) -> Vec<String> {
    let knowledge = &model.knowledge;
    if let Some(why) = &knowledge.rows.failed {
        let again = model.key(ActionId::Refresh);
        return vec![format!("The list could not be read: {}", text::clean_line(why)), format!("{again} tries again.")];
    }
    if model.rules.is_none() || knowledge.rows.loading {
        let slow = knowledge.rows.slow;
        return if slow { vec![format!("Reading the list{}", model.look.ellipsis())] } else { Vec::new() };
    }
    let [new, search] = [ActionId::ArticleNew, ActionId::Filter].map(|id| model.key(id));
    if knowledge.searches() {
        let back = model.key(ActionId::Back);
        let says = format!("Nothing is known about {}.", text::clean_line(&knowledge.filter));
        return vec![says, format!("{new} writes it; {back} takes the search away.")];
    }
    vec![match knowledge.view {
        View::Published => {
            format!("No article is published. {new} writes one; deskhand import markdown takes in a folder of them.")
        }
        View::Drafts => format!("Nothing is being written or waits for a reader. {new} begins an article."),
        View::Due => String::from("No article is due for review."),
        View::Flagged => String::from("No reader says that something is wrong."),
        View::Mine => format!("You answer for no article. {new} writes one."),
        View::Retired => String::from("No article was retired."),
        View::Gaps => format!("Everything that was looked for was found. {search} searches."),
    }]
}

/// The faces of the article in one line, then what is read.
fn article(model: &Model, area: Rect, frame: &mut Frame) {
    let knowledge = &model.knowledge;
    let inset = Rect { x: area.x + 1.min(area.width), width: area.width.saturating_sub(1), ..area };
    let Some(shown) = &knowledge.shown else { return };
    let mut strip = Line::default();
    let hand = knowledge.hand.as_ref().filter(|_| knowledge.follows());
    if let Some(hand) = hand {
        strip.push_span(Span::styled(format!(" {}  ", hand.told(shown.id())), theme::accent(model.look)));
    }
    for face in Face::ALL {
        let count = match face {
            Face::Links => shown.record.count_links(),
            Face::Versions => usize::try_from(shown.record.article.edition).unwrap_or(0),
            Face::Article | Face::History => 0,
        };
        let label = if count > 0 { format!("{} {count}", face.title()) } else { face.title().to_owned() };
        let here = face == knowledge.face;
        let style = if here { theme::accent(model.look) } else { theme::quiet() };
        let label = if here { format!("[{label}] ") } else { format!(" {label}  ") };
        strip.push_span(Span::styled(label, style));
    }
    frame.render_widget(Paragraph::new(strip), Rect { height: 1.min(inset.height), ..inset });
    let body = Rect { y: inset.y + 1.min(inset.height), height: inset.height.saturating_sub(1), ..inset };
    let told = layout::article_text(model);
    let height = usize::from(body.height);
    let top = knowledge.scroll.min(told.rows().saturating_sub(height));
    let reads = knowledge.pane == Pane::Article;
    let stop = told.at(knowledge.spot.as_ref()).and_then(|at| told.stops.get(at)).filter(|_| reads);
    let over: Vec<Mark> = stop.map(|stop| (stop.row, stop.part.clone(), theme::selected())).into_iter().collect();
    let own = |row: usize| over.iter().filter(move |(at, ..)| *at == row).cloned().collect::<Vec<Mark>>();
    let head = told.head.iter().enumerate().skip(top).take(height).map(|(row, line)| {
        let pieces = line.iter().map(|(tone, piece)| (theme::tone(model.look, *tone), piece.as_str())).collect();
        marked(pieces, &own(row))
    });
    let mut lines: Vec<Line> = head.collect();
    if let Some(text) = &told.prose {
        let from = told.head.len();
        let left = height.saturating_sub(lines.len());
        let first = top.saturating_sub(from);
        let begin = text.hits.partition_point(|(row, _)| *row < first);
        let end = text.hits.partition_point(|(row, _)| *row < first + left);
        let seen = text.hits.get(begin..end).unwrap_or_default();
        for (row, line) in text.layout.lines.iter().enumerate().skip(first).take(left) {
            let hits = seen.iter().enumerate().filter(|(_, (at, _))| *at == row);
            let mut marks: Vec<Mark> = hits
                .map(|(n, (_, range))| {
                    let gone_to = knowledge.hit == Some(begin + n);
                    (row, range.clone(), if gone_to { theme::selected() } else { theme::hit(model.look) })
                })
                .collect();
            marks.extend(own(from + row));
            let mut line = prose::line(model.look, line, &marks);
            let step = text.layout.steps.iter().position(|at| *at == row);
            let step = step.and_then(|n| hand?.steps_of(shown.id()).get(n));
            if let Some(tick) = step.map(|step| tick(step, &model.moment)).filter(|tick| !tick.is_empty()) {
                let gap = (text.width + 1).saturating_sub(line.width());
                line.push_span(Span::raw(" ".repeat(gap)));
                line.push_span(Span::styled(tick, theme::strong()));
            }
            lines.push(line);
        }
    }
    frame.render_widget(Paragraph::new(lines), body);
    if model.look.plain && reads {
        let row = stop.map_or(0, |stop| stop.row.saturating_sub(top).min(height.saturating_sub(1)));
        frame.set_cursor_position(Position::new(body.x, body.y + u16::try_from(row).unwrap_or(0)));
    }
}
