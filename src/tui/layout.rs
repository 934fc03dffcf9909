//! Where things lie: arithmetic that saturates, so that no size is too small to be drawn.

use ratatui::layout::Rect;

use crate::text;
use crate::tui::habits::Preview;
use crate::tui::model::Model;
use crate::tui::overlay::offers::Offers;
use crate::tui::overlay::page::Page;
use crate::tui::screen::changes;
use crate::tui::screen::cmdb::text::{Text as CiText, text as ci_lines};
use crate::tui::screen::cmdb::{self, Cmdb};
use crate::tui::screen::knowledge::text::{Text as ArticleText, text as article_lines};
use crate::tui::screen::knowledge::{self, Knowledge};
use crate::tui::screen::queue::{Pane, sheet};

/// Two panes beside each other from here.
const TWO: u16 = 100;
/// Three from here.
const THREE: u16 = 160;
/// A list with the ticket below it needs so many rows.
const BELOW: u16 = 14;
/// Columns of a page or form with its frame, where there is room.
pub const PAGE: u16 = 88;
/// Below this there is one polite line.
pub const SMALLEST: (u16, u16) = (40, 10);

/// The parts of the screen; `None` is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Breadcrumb.
    pub top: Rect,
    /// The strip of views, where they have no pane.
    pub strip: Option<Rect>,
    /// The views.
    pub views: Option<Rect>,
    /// The list.
    pub list: Option<Rect>,
    /// The ticket.
    pub ticket: Option<Rect>,
    /// The filter line or the last message.
    pub line: Rect,
    /// The footer.
    pub footer: Rect,
}

/// The parts of the screen as it is.
#[must_use]
pub fn parts(model: &Model) -> Parts {
    let (width, height) = model.size;
    let row = |y: u16| Rect::new(0, y, width, 1.min(height));
    // A screen reader reads across panes as if they were one text.
    let alone = model.queue.zoomed || model.look.plain || model.watch.is_some();
    let beside = width >= THREE && !alone;
    let watched = model.watch.is_some();
    let strip = (!beside && !watched && model.queue.pane != Pane::Ticket).then(|| row(1));
    let head = 1 + u16::from(strip.is_some());
    let body = Rect::new(0, head, width, height.saturating_sub(head + 2));
    let mut parts = Parts {
        top: row(0),
        strip,
        views: None,
        list: None,
        ticket: None,
        line: row(height.saturating_sub(2)),
        footer: row(height.saturating_sub(1)),
    };
    let side = if beside { 26.min(width) } else { 0 };
    let rest = Rect { x: side, width: width - side, ..body };
    let preview = match model.habits.preview {
        _ if alone => Preview::Off,
        Preview::Right if width < TWO => Preview::Off,
        Preview::Below if body.height < BELOW => Preview::Off,
        preview => preview,
    };
    if beside {
        parts.views = Some(Rect { width: side.saturating_sub(1), ..body });
    }
    match preview {
        Preview::Off if model.queue.pane == Pane::Ticket => parts.ticket = Some(rest),
        Preview::Off => parts.list = Some(rest),
        Preview::Right => {
            let list = if beside { rest.width * 11 / 20 } else { rest.width / 2 };
            parts.list = Some(Rect { width: list.saturating_sub(1), ..rest });
            parts.ticket = Some(Rect { x: side + list, width: rest.width.saturating_sub(list), ..rest });
        }
        Preview::Below => {
            let list = rest.height * 2 / 5;
            parts.list = Some(Rect { height: list, ..rest });
            let below = rest.height.saturating_sub(list + 1);
            parts.ticket = Some(Rect { y: rest.y + list + 1, height: below, ..rest });
        }
    }
    parts
}

/// The parts of the Changes tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanParts {
    /// The faces, and what is shown.
    pub head: Rect,
    /// The calendar.
    pub calendar: Rect,
    /// The change under the cursor, beside it.
    pub preview: Option<Rect>,
    /// The same in few words, below it.
    pub brief: Option<Rect>,
}

/// The parts of the Changes tab as it is: the change under the cursor is told beside the calendar where there is room, else in
/// two lines below it.
#[must_use]
pub fn plan_parts(model: &Model) -> PlanParts {
    let (width, height) = model.size;
    let head = Rect::new(0, 1, width, 1.min(height.saturating_sub(1)));
    let body = Rect::new(0, 2, width, height.saturating_sub(4));
    let alone = model.changes.zoomed || model.look.plain || model.habits.preview == Preview::Off;
    if width >= TWO && !alone {
        let left = width - (width * 3 / 10).clamp(34, 60);
        let calendar = Rect { width: left.saturating_sub(1), ..body };
        let preview = Rect { x: left, width: width - left, ..body };
        return PlanParts { head, calendar, preview: Some(preview), brief: None };
    }
    let told = 2.min(body.height / 4);
    let calendar = Rect { height: body.height - told, ..body };
    let brief = Rect { y: calendar.bottom(), height: told, ..body };
    PlanParts { head, calendar, preview: None, brief: Some(brief) }
}

/// Rows of the calendar that its cursor can be on at once.
#[must_use]
pub fn calendar_height(model: &Model) -> usize {
    let height = usize::from(plan_parts(model).calendar.height);
    height.saturating_sub(changes::head(model))
}

/// The parts of the CMDB tab; `None` is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CiParts {
    /// The classes.
    pub classes: Option<Rect>,
    /// The list.
    pub list: Option<Rect>,
    /// The CI.
    pub ci: Option<Rect>,
}

/// The parts of the CMDB tab as it is. In a narrow terminal the pane that has the keys is shown alone; in one of two panes it
/// is beside the one that it leads to.
#[must_use]
pub fn ci_parts(model: &Model) -> CiParts {
    let (width, height) = model.size;
    let Cmdb { pane, zoomed, .. } = model.cmdb;
    let body = Rect::new(0, 1, width, height.saturating_sub(3));
    let alone = zoomed || model.look.plain;
    let part = |wanted: cmdb::Pane| (pane == wanted).then_some(body);
    let single = CiParts { classes: part(cmdb::Pane::Classes), list: part(cmdb::Pane::List), ci: part(cmdb::Pane::Ci) };
    if alone || (width < TWO && !(model.habits.preview == Preview::Below && pane != cmdb::Pane::Classes)) {
        return single;
    }
    let side = |area: Rect| side(model.habits.preview, area, area.width / 2, pane == cmdb::Pane::Ci);
    if width >= THREE {
        let (classes, rest) = split(body, 28);
        let (list, ci) = side(rest);
        return CiParts { classes: Some(classes), list, ci };
    }
    if pane == cmdb::Pane::Classes {
        let (classes, list) = split(body, 32);
        return CiParts { classes: Some(classes), list: Some(list), ci: None };
    }
    let (list, ci) = side(body);
    CiParts { classes: None, list, ci }
}

/// Two panes beside each other, the left one with the line between them so many columns wide.
fn split(area: Rect, left: u16) -> (Rect, Rect) {
    let left = left.min(area.width);
    (
        Rect { width: left.saturating_sub(1), ..area },
        Rect { x: area.x + left, width: area.width.saturating_sub(left), ..area },
    )
}

/// A list and the record that is looked at, as somebody likes them: beside each other, below each other, or one of them.
fn side(preview: Preview, area: Rect, left: u16, looks: bool) -> (Option<Rect>, Option<Rect>) {
    match preview {
        Preview::Below if area.height >= BELOW => {
            let list = area.height * 2 / 5;
            let below = area.height.saturating_sub(list + 1);
            (Some(Rect { height: list, ..area }), Some(Rect { y: area.y + list + 1, height: below, ..area }))
        }
        Preview::Right => {
            let (list, record) = split(area, left);
            (Some(list), Some(record))
        }
        Preview::Off | Preview::Below if looks => (None, Some(area)),
        Preview::Off | Preview::Below => (Some(area), None),
    }
}

/// The parts of the Knowledge tab; `None` is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArticleParts {
    /// The views, where a list is shown.
    pub strip: Option<Rect>,
    /// The list.
    pub list: Option<Rect>,
    /// The article.
    pub article: Option<Rect>,
}

/// The parts of the Knowledge tab as it is: in a narrow terminal the article replaces the list.
#[must_use]
pub fn article_parts(model: &Model) -> ArticleParts {
    article_parts_in(model, model.knowledge.pane)
}

fn article_parts_in(model: &Model, pane: knowledge::Pane) -> ArticleParts {
    let (width, height) = model.size;
    let Knowledge { zoomed, .. } = model.knowledge;
    let alone = zoomed || model.look.plain || (width < TWO && model.habits.preview != Preview::Below);
    let reads = pane == knowledge::Pane::Article;
    if alone && reads {
        let body = Rect::new(0, 1, width, height.saturating_sub(3));
        return ArticleParts { strip: None, list: None, article: Some(body) };
    }
    let strip = Some(Rect::new(0, 1, width, 1.min(height.saturating_sub(1))));
    let body = Rect::new(0, 2, width, height.saturating_sub(4));
    if alone {
        return ArticleParts { strip, list: Some(body), article: None };
    }
    let (list, article) = side(model.habits.preview, body, body.width * 9 / 20, reads);
    ArticleParts { strip, list, article }
}

/// Lines that a row of the list of articles takes: what a search found is shown with why.
#[must_use]
pub fn article_rows(model: &Model) -> usize {
    if model.knowledge.how.is_some() { 2 } else { 1 }
}

/// Rows of articles that fit the list, under its heading.
#[must_use]
pub fn article_list_height(model: &Model) -> usize {
    let lines = article_parts(model).list.map_or(0, |list| usize::from(list.height.saturating_sub(1)));
    lines / article_rows(model)
}

/// Rows of the article pane, under its faces.
#[must_use]
pub fn article_height(model: &Model) -> usize {
    article_parts(model).article.map_or(0, |area| usize::from(area.height.saturating_sub(1)))
}

/// Columns of the article's text, where it is shown or would be once it is opened.
#[must_use]
pub fn article_width(model: &Model) -> usize {
    let parts = article_parts_in(model, knowledge::Pane::Article);
    // With a ticket in hand the ticks stand beside the text.
    let ticks = if model.knowledge.hand.is_some() { knowledge::hand::TICKS } else { 0 };
    parts.article.map_or(0, |area| usize::from(area.width).saturating_sub(2 + ticks))
}

/// The article shown, as it is read there.
#[must_use]
pub fn article_text(model: &Model) -> ArticleText {
    article_lines(model, article_width(model))
}

/// Whether an article is shown.
#[must_use]
pub fn shows_article(model: &Model) -> bool {
    article_parts(model).article.is_some()
}

/// Rows of CIs that fit the list, under its heading.
#[must_use]
pub fn ci_list_height(model: &Model) -> usize {
    ci_parts(model).list.map_or(0, |list| usize::from(list.height.saturating_sub(1)))
}

/// Rows of the CI pane, under its faces.
#[must_use]
pub fn ci_height(model: &Model) -> usize {
    ci_parts(model).ci.map_or(0, |ci| usize::from(ci.height.saturating_sub(1)))
}

/// The CI shown, as it is read there.
#[must_use]
pub fn ci_text(model: &Model) -> CiText {
    let width = ci_parts(model).ci.map_or(0, |ci| usize::from(ci.width).saturating_sub(1));
    ci_lines(model, width)
}

/// Whether a CI is shown.
#[must_use]
pub fn shows_ci(model: &Model) -> bool {
    ci_parts(model).ci.is_some()
}

/// The first row of the classes that is seen, so that the one shown is.
#[must_use]
pub fn classes_top(at: usize, height: usize) -> usize {
    (at + 1).saturating_sub(height.max(1))
}

/// Columns that something beside a form needs.
const BESIDE: u16 = 36;
/// It is not wider than this.
const BESIDE_MOST: u16 = 60;
/// It takes so many rows at least.
const BESIDE_ROWS: u16 = 16;

/// Whether what may help stands right of a form, where that leaves enough room.
#[must_use]
pub fn is_beside_form(model: &Model) -> bool {
    let (width, _) = model.size;
    !model.look.plain && (width.saturating_sub(PAGE)) / 2 >= BESIDE
}

/// Where it stands there, beside what the form holds.
#[must_use]
pub fn beside_form(model: &Model, form: Rect) -> Option<Rect> {
    let (width, height) = model.size;
    let from = form.right() + 2;
    let room = width.saturating_sub(from).min(BESIDE_MOST);
    let top = form.y.saturating_sub(1);
    let rows = (form.height + 2).max(BESIDE_ROWS).min(height.saturating_sub(2 + top));
    is_beside_form(model).then(|| Rect::new(from, top, room, rows))
}

/// How the box of what may help is shared out: rows of its list, rows of what is read, columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfferParts {
    /// Rows of the list.
    pub list: usize,
    /// Rows of what is read.
    pub text: usize,
    /// Columns of it.
    pub width: usize,
}

/// The parts of that box.
#[must_use]
pub fn offers_parts(model: &Model, offers: &Offers) -> OfferParts {
    let frame = if model.look.plain { 1 } else { 2 };
    let height = usize::from(model.size.1).saturating_sub(2 + frame);
    let list = if offers.whole { 0 } else { offers.offers.len().min((height / 3).max(1)) };
    let text = height.saturating_sub(if list > 0 { list + 1 } else { 0 });
    OfferParts { list, text, width: page_width(model) }
}

/// Columns of a form's long text.
#[must_use]
pub fn form_width(model: &Model) -> usize {
    let (width, _) = model.size;
    usize::from(if model.look.plain { width } else { PAGE.min(width).saturating_sub(4) })
}

/// Whether the views have a pane of their own.
#[must_use]
pub fn shows_views(model: &Model) -> bool {
    parts(model).views.is_some()
}

/// Whether a ticket is shown.
#[must_use]
pub fn shows_ticket(model: &Model) -> bool {
    parts(model).ticket.is_some()
}

/// Rows of tickets that fit the list, under its heading.
#[must_use]
pub fn list_height(model: &Model) -> usize {
    parts(model).list.map_or(0, |list| usize::from(list.height.saturating_sub(1)))
}

/// Rows of the ticket pane.
#[must_use]
pub fn ticket_height(model: &Model) -> usize {
    parts(model).ticket.map_or(0, |ticket| usize::from(ticket.height))
}

/// Columns of its text.
#[must_use]
pub fn ticket_width(model: &Model) -> usize {
    parts(model).ticket.map_or(0, |ticket| usize::from(ticket.width).saturating_sub(1))
}

/// The ticket shown, as it is read there.
#[must_use]
pub fn ticket_text(model: &Model) -> sheet::Text {
    let width = ticket_width(model);
    model.queue.shown.as_ref().map_or_else(sheet::Text::default, |shown| sheet::text(shown, model, width))
}

/// Columns of a page's text.
#[must_use]
pub fn page_width(model: &Model) -> usize {
    let width = usize::from(model.size.0);
    if model.look.plain { width } else { width.min(usize::from(PAGE)).saturating_sub(4) }
}

/// The rows of a page, as it is read.
#[must_use]
pub fn page_rows(model: &Model, page: &Page) -> Vec<String> {
    let width = page_width(model);
    page.lines.iter().flat_map(|line| text::wrap(&text::clean_line(line), width)).collect()
}

/// How many of them are seen at once.
#[must_use]
pub fn page_height(model: &Model, page: &Page) -> usize {
    let most = usize::from(model.size.1).saturating_sub(4);
    if model.look.plain { most + 1 } else { page_rows(model, page).len().max(6).min(most) }
}
