//! Actions of the Knowledge tab's panes: the list, the article that is read.

use crate::desk::id::{ArticleId, CiId, Number};
use crate::desk::knowledge::shown_file;
use crate::text;
use crate::tui::action::choice::Choice;
use crate::tui::action::{ActionId, ActionSpec, always, article, choice, file};
use crate::tui::effect::Effect;
use crate::tui::inquiry::knowledge::Listed;
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::picker::Item;
use crate::tui::overlay::prompt::{Prompt, Purpose};
use crate::tui::prose::Mark;
use crate::tui::screen::knowledge::text::Spot;
use crate::tui::screen::knowledge::{Face, Pane};
use crate::tui::update;

macro_rules! row {
    ($id:ident $name:literal $title:literal $scope:ident $risk:ident $keys:expr, $rank:literal, $enabled:expr, $help:literal, $run:expr) => {
        work!($id $name $title $scope $risk $keys, $rank, $enabled, $help, $run)
    };
}

pub(super) static ROWS: &[ActionSpec] = &[
    row!(ArticleDown "articles.down" "down" ArticleList Read ["j", "Down"], 0, always, "Go one row down.", |m| step(m, 1)),
    row!(ArticleUp "articles.up" "up" ArticleList Read ["k", "Up"], 0, always, "Go one row up.", |m| step(m, -1)),
    row!(ArticlePageDown "articles.page_down" "page down" ArticleList Read ["ctrl-d", "PgDn"], 0, always, "Go half a page down.", |m| { let h = half(layout::article_list_height(m)); step(m, h) }),
    row!(ArticlePageUp "articles.page_up" "page up" ArticleList Read ["ctrl-u", "PgUp"], 0, always, "Go half a page up.", |m| { let h = half(layout::article_list_height(m)); step(m, -h) }),
    row!(ArticleTop "articles.top" "top" ArticleList Read ["g g", "Home"], 0, always, "Go to the first row.", |m| step(m, isize::MIN / 2)),
    row!(ArticleBottom "articles.bottom" "bottom" ArticleList Read ["G", "End"], 0, always, "Go to the last row.", update::article_list_end),
    row!(ArticleScrollDown "articles.scroll_down" "scroll" ArticleList Read ["J"], 0, always, "Scroll the article beside the list down.", |m| update::article_leap(m, 3)),
    row!(ArticleScrollUp "articles.scroll_up" "scroll up" ArticleList Read ["K"], 0, always, "Scroll the article beside the list up.", |m| update::article_leap(m, -3)),
    row!(ArticleListOpen "articles.open" "open" ArticleList Read ["Enter", "l", "Right"], 80, some_row, "Read the article; of a search that found nothing, write it.", open_row),
    row!(ArticleMark "articles.mark" "mark" ArticleList Read ["Space"], 30, some_article, "Mark the article, or no longer, and go on.", |m| { m.knowledge.rows.mark(); step(m, 1) }),
    row!(ArticleMarkAll "articles.mark_all" "mark all" ArticleList Read ["M"], 0, some_article, "Mark all rows that were read; again: none.", |m| { m.knowledge.rows.mark_all(); Vec::new() }),
    row!(ArticleRange "articles.range" "range" ArticleList Read ["v"], 0, some_article, "Begin a range; again marks all rows in it.", range),
    row!(ReadDown "article.down" "down" ArticlePane Read ["j", "Down"], 0, always, "Go to the link, step, code or field below; without one in sight, scroll.", |m| update::article_walk(m, true)),
    row!(ReadUp "article.up" "up" ArticlePane Read ["k", "Up"], 0, always, "Go to the one above; without one in sight, scroll up.", |m| update::article_walk(m, false)),
    row!(ReadRight "article.right" "right" ArticlePane Read ["l", "Right"], 0, always, "Go to the link or field beside it; else do what opening does.", right),
    row!(ReadLeft "article.left" "list" ArticlePane Read ["h", "Left"], 0, always, "Go to the link or field beside it; else back to the list.", left),
    row!(ReadPageDown "article.page_down" "page down" ArticlePane Read ["ctrl-d", "PgDn"], 0, always, "Read on by half a page.", |m| { let h = half(layout::article_height(m)); update::article_leap(m, h) }),
    row!(ReadPageUp "article.page_up" "page up" ArticlePane Read ["ctrl-u", "PgUp"], 0, always, "Go half a page back up.", |m| { let h = half(layout::article_height(m)); update::article_leap(m, -h) }),
    row!(ReadTop "article.top" "top" ArticlePane Read ["g g", "Home"], 0, always, "Go to the top.", |m| { (m.knowledge.scroll, m.knowledge.spot) = (0, None); Vec::new() }),
    row!(ReadBottom "article.bottom" "bottom" ArticlePane Read ["G", "End"], 0, always, "Go to the end.", bottom),
    row!(ArticleOpen "article.open" "open" ArticlePane Read ["Enter"], 80, on_something, "Open what the cursor is on: follow a link, copy code, edit a field, compare an edition.", open),
    row!(ArticleBack "article.back" "back" ArticlePane Read ["Backspace"], 0, always, "Go back to where the link was that led here; from an edition to the editions.", back),
    row!(ArticleOutline "article.outline" "outline" ArticlePane Read ["o"], 72, headed, "Go to one of its headings.", outline),
    row!(ArticleFollow "article.follow" "link number" ArticlePane Read ["f"], 58, linked, "Follow a link by its number.", |m| { m.overlays.push(Overlay::Prompt(Prompt::new("Link ", Purpose::Link))); Vec::new() }),
    row!(CodeCopy "article.copy_code" "copy code" ArticlePane Read ["y c"], 0, coded, "Copy the code that the cursor is on, or the next in sight.", copy_code),
    row!(EditionMark "edition.mark" "compare to" ArticlePane Read ["Space"], 0, on_edition, "Compare the other editions with this one.", mark_edition),
    row!(EditionText "edition.text" "text" ArticlePane Read ["p"], 0, on_edition, "Read what this edition said.", |m| edition(m).map(|n| update::read_edition(m, n)).unwrap_or_default()),
    row!(EditionRestore "edition.restore" "restore" ArticlePane Write ["x"], 0, on_edition, "Let the article say again what this edition said.", |m| edition(m).map(|n| article::restore(m, n)).unwrap_or_default()),
];

/// Half of what is seen at once.
fn half(height: usize) -> isize {
    isize::try_from(height / 2).unwrap_or(1).max(1)
}

fn some_row(model: &Model) -> Result<(), String> {
    if model.knowledge.rows.held.is_empty() {
        return Err(String::from("there is nothing in this list"));
    }
    update::away(model).map_or(Ok(()), Err)
}

fn some_article(model: &Model) -> Result<(), String> {
    some_row(model)?;
    model.knowledge.item().map(|_| ()).ok_or_else(|| String::from("this is no article yet"))
}

fn step(model: &mut Model, by: isize) -> Vec<Effect> {
    let height = layout::article_list_height(model);
    model.knowledge.rows.step(by, height);
    update::article_moved(model)
}

fn range(model: &mut Model) -> Vec<Effect> {
    let rows = &mut model.knowledge.rows;
    if rows.range.is_some() {
        rows.mark_range();
    } else {
        rows.range = Some(rows.cursor);
    }
    Vec::new()
}

/// Reads the article under the cursor; a gap is what somebody writes.
fn open_row(model: &mut Model) -> Vec<Effect> {
    match model.knowledge.here() {
        Some(Listed::Gap(gap)) => match &model.read_only {
            Some(why) => {
                model.refuse(format!("Can't write it: {why}"));
                Vec::new()
            }
            None => article::pick_type(model, &gap.typed.clone()),
        },
        _ => {
            // Whatever was last looked at of another, what this one says comes first.
            model.knowledge.turn_to(Face::Article);
            update::open_article(model)
        }
    }
}

fn on_something(model: &Model) -> Result<(), String> {
    let down = || model.key(ActionId::ReadDown);
    update::article_spot(model)
        .map(|_| ())
        .ok_or_else(|| format!("the cursor is on nothing; {} goes to something", down()))
}

/// The edition under the cursor.
fn edition(model: &Model) -> Option<i64> {
    match update::article_spot(model) {
        Some(Spot::Edition(n)) => Some(n),
        _ => None,
    }
}

fn on_edition(model: &Model) -> Result<(), String> {
    let key = || model.key(ActionId::ArticleVersions);
    edition(model).map(|_| ()).ok_or_else(|| format!("the cursor is on no edition; {} shows them", key()))
}

fn mark_edition(model: &mut Model) -> Vec<Effect> {
    let here = edition(model);
    model.knowledge.base = here.filter(|_| model.knowledge.base != here);
    Vec::new()
}

fn headed(model: &Model) -> Result<(), String> {
    let prose = model.knowledge.shown.as_ref().map(|shown| &shown.record.prose);
    match prose.is_some_and(|prose| !prose.layout.headings.is_empty()) {
        true => Ok(()),
        false => Err(String::from("this article has no headings")),
    }
}

fn linked(model: &Model) -> Result<(), String> {
    let prose = model.knowledge.shown.as_ref().map(|shown| &shown.record.prose);
    match prose.is_some_and(|prose| !prose.document.links.is_empty()) {
        true => Ok(()),
        false => Err(String::from("the text of this article has no links")),
    }
}

fn outline(model: &mut Model) -> Vec<Effect> {
    let Some(shown) = &model.knowledge.shown else { return Vec::new() };
    let prose = &shown.record.prose;
    let headings = prose.document.headings();
    let outermost = headings.iter().map(|title| title.level).min().unwrap_or(1);
    let titles = headings.into_iter().zip(&prose.layout.headings);
    let items: Vec<Item> = titles
        .map(|(title, row)| {
            let indent = "  ".repeat(usize::from(title.level.saturating_sub(outermost)));
            Item::new(format!("{indent}{}", text::clean_line(&title.text)), "").hinted(format!("line {}", row + 1))
        })
        .collect();
    let title = format!("Headings of {}", shown.id().number());
    choice::open_on(model, &title, Choice::ArticleOutline, Vec::new(), items)
}

/// Goes to the heading of a line of the outline.
pub(super) fn headed_to(model: &mut Model, item: &Item) -> Vec<Effect> {
    let row = item.hint.strip_prefix("line ").and_then(|row| row.parse::<usize>().ok());
    if let Some(row) = row {
        model.knowledge.pane = Pane::Article;
        update::go_to_row(model, row.saturating_sub(1));
    }
    Vec::new()
}

/// The block of code that the cursor is on, that of the step that it is on, or the next in sight.
fn code_here(model: &Model) -> Option<String> {
    let told = layout::article_text(model);
    let prose = told.prose.as_ref()?;
    let at = match update::article_spot(model) {
        Some(Spot::Text(Mark::Code(at))) => Some(at),
        Some(Spot::Text(Mark::Step(at))) => prose.document.steps().get(at).and_then(|step| step.codes.first().copied()),
        _ => None,
    };
    let top = model.knowledge.scroll.saturating_sub(told.head.len());
    let end = (model.knowledge.scroll + layout::article_height(model)).saturating_sub(told.head.len());
    let seen = || prose.layout.codes.iter().position(|rows| rows.end > top && rows.start < end && !rows.is_empty());
    prose.document.codes.get(at.or_else(seen)?).map(|code| code.text.clone())
}

fn coded(model: &Model) -> Result<(), String> {
    code_here(model).map(|_| ()).ok_or_else(|| String::from("there is no code in sight"))
}

fn copy_code(model: &mut Model) -> Vec<Effect> {
    code_here(model).map(Effect::Copy).into_iter().collect()
}

fn open(model: &mut Model) -> Vec<Effect> {
    let Some(spot) = update::article_spot(model) else { return Vec::new() };
    match spot {
        Spot::Text(Mark::Link(number)) => follow_number(model, number),
        Spot::Text(Mark::Code(_) | Mark::Step(_)) => match code_here(model) {
            Some(code) => vec![Effect::Copy(code)],
            None => {
                model.say("This step has no code");
                Vec::new()
            }
        },
        Spot::Service(key) => update::go_to_ci(model, &key),
        Spot::Ci(id) => update::go_to_ci(model, &id.number()),
        Spot::Ticket(_, id) => {
            let shown = model.knowledge.shown.as_ref();
            let cited = shown.and_then(|shown| shown.record.tickets().find(|one| one.ticket == id));
            let number = cited.map(|cited| cited.number.to_string());
            number.map(|number| update::go_to_number(model, &number)).unwrap_or_default()
        }
        Spot::Article(id, _) => update::go_to_article(model, &id.number()),
        Spot::Edition(n) => update::compare_editions(model, n),
        Spot::State | Spot::Field(_) if model.read_only.is_some() => {
            model.refuse(format!("Can't edit: {}", model.read_only.clone().unwrap_or_default()));
            Vec::new()
        }
        Spot::State => article::pick_state(model),
        Spot::Field(field) => article::edit_shown(model, Some(field)),
    }
}

/// Follows the link of that number, as typed.
pub(crate) fn follow_link(model: &mut Model, typed: &str) -> Vec<Effect> {
    match typed.trim().trim_matches(['[', ']']).parse::<usize>() {
        Ok(number) => follow_number(model, number),
        Err(_) => {
            model.refuse(format!("'{typed}' is no number of a link"));
            Vec::new()
        }
    }
}

fn follow_number(model: &mut Model, number: usize) -> Vec<Effect> {
    let told = layout::article_text(model);
    let links = told.prose.as_ref().map(|prose| &prose.document.links);
    let to = links.and_then(|links| links.get(number.checked_sub(1)?)).map(|link| link.to.clone());
    match to {
        Some(to) => follow(model, &to),
        None => {
            let count = links.map_or(0, Vec::len);
            model.refuse(format!("there is no link {number}; there are {count}"));
            Vec::new()
        }
    }
}

/// Asks what to do with a file that the text shows.
fn open_file(model: &mut Model, name: &str) -> Vec<Effect> {
    let files = model.knowledge.shown.as_ref().map(|shown| shown.record.files.as_slice()).unwrap_or_default();
    match files.iter().find(|one| one.file.name == name).map(|one| one.file.clone()) {
        Some(one) => file::pick_deed_of(model, one),
        None => {
            model.refuse(format!("this article has no file {}", text::clean_line(name)));
            Vec::new()
        }
    }
}

/// Goes where a link leads: a heading, an article, a ticket, a CI, a service, a file. What is none of these is copied.
fn follow(model: &mut Model, to: &str) -> Vec<Effect> {
    let to = to.trim();
    if let Some(anchor) = to.strip_prefix('#') {
        return update::go_to_heading(model, anchor);
    }
    let word = to.split('#').next().unwrap_or(to);
    if word.parse::<ArticleId>().is_ok() {
        return update::go_to_article(model, to);
    }
    if word.parse::<CiId>().is_ok() || word.parse::<Number>().is_ok() {
        return update::go_to_number(model, word);
    }
    if let Some(name) = shown_file(to) {
        return open_file(model, &name);
    }
    if let Some(key) = word.strip_prefix("service:") {
        return update::go_to_ci(model, key);
    }
    vec![Effect::Copy(to.to_owned())]
}

fn right(model: &mut Model) -> Vec<Effect> {
    if update::article_beside(model, true) {
        return Vec::new();
    }
    match on_something(model) {
        Ok(()) => open(model),
        Err(_) => update::article_walk(model, true),
    }
}

fn left(model: &mut Model) -> Vec<Effect> {
    if update::article_beside(model, false) {
        return Vec::new();
    }
    if to_editions(model) {
        return Vec::new();
    }
    update::leave_article(model)
}

fn back(model: &mut Model) -> Vec<Effect> {
    if to_editions(model) {
        return Vec::new();
    }
    update::step_place(model, false)
}

/// Closes the edition or difference that is read, if one is.
fn to_editions(model: &mut Model) -> bool {
    let old = model.knowledge.shown.as_mut().and_then(|shown| shown.old.take());
    if old.is_some() {
        model.knowledge.scroll = 0;
    }
    old.is_some()
}

fn bottom(model: &mut Model) -> Vec<Effect> {
    let told = layout::article_text(model);
    model.knowledge.spot = None;
    if model.knowledge.face != Face::Article {
        model.knowledge.spot = told.stops.last().map(|stop| stop.spot.clone());
    }
    model.knowledge.scroll = told.rows().saturating_sub(layout::article_height(model));
    Vec::new()
}

/// Goes from one place of the words searched to the next in the article.
pub(super) fn go_to_hit(model: &mut Model, forward: bool) -> Vec<Effect> {
    model.knowledge.turn_to(Face::Article);
    let told = layout::article_text(model);
    let (Some(prose), height) = (&told.prose, layout::article_height(model)) else {
        model.say("This article has no text");
        return Vec::new();
    };
    let Some(last) = prose.hits.len().checked_sub(1) else {
        model.say("No word of the search is in this text");
        return Vec::new();
    };
    let head = told.head.len();
    let top = model.knowledge.scroll;
    let now = model.knowledge.hit.filter(|at| *at <= last);
    let (next, round) = match (now, forward) {
        (Some(at), true) if at < last => (at + 1, ""),
        (Some(at), false) if at > 0 => (at - 1, ""),
        (Some(_), true) => (0, ", from the top again"),
        (Some(_), false) => (last, ", from the end again"),
        (None, true) => match prose.hits.partition_point(|(row, _)| row + head < top) {
            at if at <= last => (at, ""),
            _ => (0, ", from the top again"),
        },
        (None, false) => match prose.hits.partition_point(|(row, _)| row + head < top).checked_sub(1) {
            Some(at) => (at, ""),
            None => (last, ", from the end again"),
        },
    };
    let row = prose.hits.get(next).map_or(0, |(row, _)| row + head);
    let end = told.rows().saturating_sub(height);
    let seen = (top..top + height).contains(&row);
    model.knowledge.hit = Some(next);
    model.knowledge.spot = None;
    model.knowledge.scroll = if seen { top } else { row.saturating_sub(height / 3).min(end) };
    model.say(format!("Hit {} of {}{round}", next + 1, last + 1));
    Vec::new()
}
