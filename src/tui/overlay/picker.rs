//! A picker: type a few letters, choose a line. Help, the palette and every choice are one.

use crate::desk::cmdb::CiTarget;
use crate::desk::command::Target;
use crate::store::{Attachment, Sheet};
use crate::tui::action::{ActionId, Choice, spec};
use crate::tui::effect::Wish;
use crate::tui::offer::Offer;
use crate::tui::widget::editor::Editor;

/// Choose one of several.
#[derive(Clone, Debug)]
pub struct Picker {
    /// What it is for, in its frame.
    pub title: String,
    /// What to do with the choice.
    pub purpose: Purpose,
    /// The letters typed.
    pub field: Editor,
    /// The lines to choose from.
    pub items: Vec<Item>,
    /// The line under the cursor, among those that fit the letters.
    pub cursor: usize,
    /// A line made of what is typed, behind those that fit.
    pub extra: Option<Item>,
    /// Whether the lines are the desk's answer to what is typed: all of them fit.
    pub answered: bool,
    /// The tickets that it is about, as they were when it was opened.
    pub on: Vec<Target>,
    /// The CIs that it is about.
    pub cis: Vec<CiTarget>,
    /// What of them: a relation's word, `<` before it where it is read from the other end.
    pub about: String,
    /// What is done once it is confirmed.
    pub wish: Option<Box<Wish>>,
    /// All that belongs to the ticket, where the lines are of that.
    pub sheet: Option<Box<Sheet>>,
    /// The file of an article, where the lines are of that.
    pub file: Option<Box<Attachment>>,
    /// What may help, where the lines are of that.
    pub offers: Vec<Offer>,
}

/// What a picker's choice is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Work on tickets.
    Work(Choice),
    /// Run an action, perhaps with what it takes.
    Run,
    /// See what the keys do, and run one.
    Help,
    /// Assign the targets.
    Assign,
    /// Move the targets to a state.
    Move,
    /// Show a view.
    View,
    /// Order the list.
    Order,
    /// Choose the columns of the list.
    Columns,
    /// Narrow the list by a value of the ticket under the cursor.
    Narrow,
    /// Narrow the list by a value that is counted.
    Facets,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What is chosen: a login, a state; an action's name.
    pub word: String,
    /// What stands beside it.
    pub label: String,
    /// A key or other hint at the line's end.
    pub hint: String,
    /// Why it can't be chosen now.
    pub blocked: Option<String>,
    /// The action that it runs, if it is one.
    pub action: Option<ActionId>,
}

impl Item {
    /// A line.
    #[must_use]
    pub fn new(word: impl Into<String>, label: impl Into<String>) -> Item {
        Item { word: word.into(), label: label.into(), hint: String::new(), blocked: None, action: None }
    }

    /// The same line with a hint at its end.
    #[must_use]
    pub fn hinted(self, hint: impl Into<String>) -> Item {
        Item { hint: hint.into(), ..self }
    }

    /// The same line, which can't be chosen now.
    #[must_use]
    pub fn blocked(self, why: impl Into<String>) -> Item {
        Item { blocked: Some(why.into()), ..self }
    }
}

impl Picker {
    /// A picker over these lines.
    #[must_use]
    pub fn new(title: &str, purpose: Purpose, items: Vec<Item>) -> Picker {
        Picker { title: title.to_owned(), purpose, field: Editor::line(""), items, ..Picker::empty(purpose) }
    }

    fn empty(purpose: Purpose) -> Picker {
        Picker {
            title: String::new(),
            purpose,
            field: Editor::line(""),
            items: Vec::new(),
            cursor: 0,
            extra: None,
            answered: false,
            on: Vec::new(),
            cis: Vec::new(),
            about: String::new(),
            wish: None,
            sheet: None,
            file: None,
            offers: Vec::new(),
        }
    }

    /// The same picker about these tickets.
    #[must_use]
    pub fn on(self, on: Vec<Target>) -> Picker {
        Picker { on, ..self }
    }

    /// The lines that fit the letters typed, best first.
    #[must_use]
    pub fn fitting(&self) -> Vec<&Item> {
        let typed = self.field.text().trim().to_lowercase();
        if typed.is_empty() || self.answered {
            return self.items.iter().chain(&self.extra).collect();
        }
        // Of those that fit as well, the one whose label fits better is meant: Server before Business service.
        let mut found: Vec<(i32, i32, usize, &Item)> = self
            .items
            .iter()
            .enumerate()
            .filter_map(|(place, item)| {
                let title = item.action.and_then(spec).and_then(|row| fit(&typed, row.title)).map(|score| score + 30);
                let label = fit(&typed, &item.label);
                let best = fit(&typed, &item.word).map(|score| score + 20).max(label).max(title)?;
                let label = if self.purpose == Purpose::Work(Choice::CiClass) { label.unwrap_or(0) } else { 0 };
                Some((-best, -label, place, item))
            })
            .collect();
        found.sort_by_key(|(score, label, place, _)| (*score, *label, *place));
        found.into_iter().map(|(.., item)| item).chain(&self.extra).collect()
    }

    /// The line under the cursor.
    #[must_use]
    pub fn chosen(&self) -> Option<&Item> {
        let fitting = self.fitting();
        fitting.get(self.cursor.min(fitting.len().saturating_sub(1))).copied()
    }

    /// Moves the cursor by many lines, to an end at most.
    pub fn leap(&mut self, by: isize) {
        let last = self.fitting().len().saturating_sub(1);
        self.cursor = self.cursor.min(last).saturating_add_signed(by).min(last);
    }

    /// Moves the cursor, round the ends.
    pub fn step(&mut self, by: isize) {
        let count = self.fitting().len();
        if count > 0 {
            let count = isize::try_from(count).unwrap_or(isize::MAX);
            let at = isize::try_from(self.cursor).unwrap_or(0).min(count - 1);
            self.cursor = usize::try_from((at + by).rem_euclid(count)).unwrap_or(0);
        }
    }
}

/// How well the typed words fit a text, each for itself: the whole text best, then its beginning, the beginning of a word,
/// letters in a row anywhere, and last letters in their order with others between.
pub(in crate::tui) fn fit(typed: &str, text: &str) -> Option<i32> {
    let text = text.to_lowercase();
    let words = typed.split_whitespace().map(|word| fit_word(word, &text));
    let score = words.sum::<Option<i32>>()?;
    Some(score - i32::try_from(text.len() / 8).unwrap_or(0).min(50))
}

fn fit_word(typed: &str, text: &str) -> Option<i32> {
    if text == typed {
        return Some(1_000);
    }
    let begins =
        |at: usize| !text.get(..at).and_then(|before| before.chars().next_back()).is_some_and(char::is_alphanumeric);
    let mut places = text.match_indices(typed).map(|(at, _)| at).peekable();
    let first = places.peek().copied();
    match (first, places.any(begins)) {
        (Some(0), _) => Some(600),
        (_, true) => Some(400),
        (Some(_), false) => Some(250),
        (None, _) => scattered(typed, text),
    }
}

/// Letters in their order: those in a row and at the beginning of words count more.
fn scattered(typed: &str, text: &str) -> Option<i32> {
    let mut score = 0;
    let mut wanted = typed.chars().peekable();
    let mut before = ' ';
    let mut run = 0;
    for c in text.chars() {
        let Some(next) = wanted.peek() else { break };
        if c == *next {
            wanted.next();
            run += 1;
            score += run * 2 + if before.is_alphanumeric() { 0 } else { 8 };
        } else {
            run = 0;
        }
        before = c;
    }
    wanted.peek().is_none().then_some(score.min(200))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(word: &str, label: &str) -> Item {
        Item { word: word.to_owned(), label: label.to_owned(), hint: String::new(), blocked: None, action: None }
    }

    #[test]
    fn letters_find_words_by_their_beginnings_first() {
        let mut picker = Picker::new(
            "Assign",
            Purpose::Assign,
            vec![item("bernd", "Bernd Ast"), item("net", "team Network"), item("anna", "Anna Bernet")],
        );
        picker.field.insert("net");
        let found: Vec<&str> = picker.fitting().iter().map(|item| item.word.as_str()).collect();
        assert_eq!(found, ["net", "anna"]);
        picker.step(1);
        assert_eq!(picker.chosen().map(|item| item.word.as_str()), Some("anna"));
        picker.step(1);
        assert_eq!(picker.chosen().map(|item| item.word.as_str()), Some("net"));
    }

    fn order(typed: &str, items: &[(&str, &str)]) -> Vec<String> {
        let items = items.iter().map(|(word, label)| item(word, label)).collect();
        let mut picker = Picker::new("Run", Purpose::Run, items);
        picker.field.insert(typed);
        picker.fitting().iter().map(|item| item.word.clone()).collect()
    }

    #[test]
    fn whole_words_come_before_beginnings_and_those_before_the_middle_of_words() {
        let teams = [("subnet", "Cables"), ("network", "Network"), ("net", "Net"), ("nice-etch", "N")];
        assert_eq!(order("net", &teams), ["net", "network", "subnet", "nice-etch"]);
        assert_eq!(order("1", &[("11", "Eleven"), ("1", "My work")]), ["1", "11"]);
    }

    #[test]
    fn words_are_found_in_any_order() {
        assert_eq!(order("view next", &[("view.next", "Show the next view."), ("view.previous", "")]), ["view.next"]);
    }
}
