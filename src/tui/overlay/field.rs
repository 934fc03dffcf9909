//! A field of a form: what may stand in it, what completes it, what is wrong with it as it is typed.

use crate::desk::edit::title_too_long;
use crate::desk::field::{Field, Shape};
use crate::desk::time::{Moment, Timestamp, parse_time};
use crate::tui::lookup::Directory;
use crate::tui::overlay::picker::fit;
use crate::tui::widget::editor::Editor;

/// How many candidates are offered.
const OFFERED: usize = 5;

/// One field of a form.
#[derive(Clone, Debug)]
pub struct FormField {
    /// The ticket's field; `None` for the text of a note or reply.
    pub field: Option<Field>,
    /// Its label.
    pub label: String,
    /// Whether it must be given.
    pub needed: bool,
    /// What is typed.
    pub editor: Editor,
    /// The words that it may hold; empty when free.
    pub choices: Vec<String>,
    /// The names that it may hold: word and label; empty while they are not known.
    pub names: Vec<(String, String)>,
    /// Which of the candidates Tab takes.
    pub candidate: usize,
    /// What it held when the form was opened.
    pub before: String,
}

impl FormField {
    /// A field of one line.
    #[must_use]
    pub fn line(field: Field, needed: bool, text: &str, choices: Vec<String>) -> FormField {
        let label = field.spec().label.to_owned();
        let editor = Editor::line(text);
        let before = text.to_owned();
        FormField { field: Some(field), label, needed, editor, choices, names: Vec::new(), candidate: 0, before }
    }

    /// A line that is no field of a ticket.
    #[must_use]
    pub fn name(label: &str) -> FormField {
        FormField {
            field: None,
            label: label.to_owned(),
            needed: true,
            editor: Editor::line(""),
            choices: Vec::new(),
            names: Vec::new(),
            candidate: 0,
            before: String::new(),
        }
    }

    /// A field of many lines.
    #[must_use]
    pub fn text(field: Option<Field>, label: &str, needed: bool, text: &str) -> FormField {
        FormField {
            field,
            label: label.to_owned(),
            needed,
            editor: Editor::lines(text),
            choices: Vec::new(),
            names: Vec::new(),
            candidate: 0,
            before: text.to_owned(),
        }
    }

    /// Takes the names that it may hold, if it holds names.
    pub fn take_names(&mut self, directory: &Directory) {
        let names = match self.field.map(Field::shape) {
            Some(Shape::Person) => &directory.people,
            Some(Shape::Team) => &directory.teams,
            Some(Shape::Service) => &directory.services,
            Some(Shape::Category) => &directory.categories,
            _ => return,
        };
        self.names.clone_from(names);
    }

    /// The choices that begin with, or hold, what is typed; all while it is one of them.
    #[must_use]
    pub fn fitting(&self) -> Vec<&str> {
        let typed = self.editor.text().trim().to_lowercase();
        if self.choices.contains(&typed) {
            return self.choices.iter().map(String::as_str).collect();
        }
        let mut found: Vec<&str> =
            self.choices.iter().map(String::as_str).filter(|choice| choice.contains(&typed)).collect();
        found.sort_by_key(|choice| !choice.starts_with(&typed));
        found
    }

    /// The names that fit what is typed, best first; none while nothing is typed or it is one of them.
    #[must_use]
    pub fn candidates(&self) -> Vec<&(String, String)> {
        let typed = self.editor.text().trim().to_lowercase();
        if typed.is_empty() || self.is_known(&typed) {
            return Vec::new();
        }
        let mut found: Vec<(i32, &(String, String))> = self
            .names
            .iter()
            .filter_map(|pair| {
                let best = fit(&typed, &pair.0).map(|score| score + 20).max(fit(&typed, &pair.1))?;
                Some((-best, pair))
            })
            .collect();
        found.sort_by_key(|(score, _)| *score);
        found.into_iter().take(OFFERED).map(|(_, pair)| pair).collect()
    }

    /// Chooses another candidate.
    pub fn choose(&mut self, by: isize) {
        let last = self.candidates().len().saturating_sub(1);
        self.candidate = self.candidate.saturating_add_signed(by).min(last);
    }

    fn is_known(&self, typed: &str) -> bool {
        let is_person = self.field.is_some_and(|field| field.shape() == Shape::Person);
        typed == "none"
            || (is_person && (typed == "me" || typed.contains('@')))
            || self.names.iter().any(|(word, label)| word.to_lowercase() == typed || label.to_lowercase() == typed)
    }

    /// What is typed, completed by Tab; nothing where it is whole.
    #[must_use]
    pub fn completed(&self) -> Option<String> {
        if self.editor.is_blank() || (self.complaint().is_none() && self.candidate == 0) {
            return None;
        }
        let candidates = self.candidates();
        match candidates.get(self.candidate.min(candidates.len().saturating_sub(1))) {
            Some((word, _)) => Some(word.clone()),
            None => self.fitting().first().map(|choice| (*choice).to_owned()),
        }
    }

    /// What is wrong with it as it is typed. The desk may still find more.
    #[must_use]
    pub fn complaint(&self) -> Option<String> {
        let typed = self.editor.text().trim();
        if typed.is_empty() {
            return self.needed.then(|| String::from("needed"));
        }
        if typed == self.before.trim() {
            return None;
        }
        if !self.choices.is_empty() {
            let known = self.choices.iter().any(|choice| choice.eq_ignore_ascii_case(typed));
            return (!known).then(|| match self.fitting().first() {
                Some(first) => format!("Tab for {first}"),
                None => format!("one of {}", self.choices.join(", ")),
            });
        }
        if !self.names.is_empty() {
            let known = self.is_known(&typed.to_lowercase());
            return (!known).then(|| match self.candidates().get(self.candidate) {
                Some((word, _)) => format!("Tab for {word}"),
                None => format!("there is no '{typed}'"),
            });
        }
        if self.field == Some(Field::Title)
            && let Some(why) = title_too_long(typed)
        {
            return Some(why);
        }
        let level = |most: i64, text: &str| text.parse().is_ok_and(|n: i64| (1..=most).contains(&n));
        let refuse = |sound: bool, takes: &str| (!sound).then(|| takes.to_owned());
        match self.field?.shape() {
            _ if typed.eq_ignore_ascii_case("none") => None,
            Shape::Level => refuse(level(4, typed), "1 (highest) to 4 (lowest)"),
            Shape::Priority => refuse(level(5, typed.trim_start_matches(['p', 'P'])), "P1 to P5"),
            // Whether it is a time does not hang on when it is asked.
            Shape::Time => refuse(
                parse_time(typed, &Moment::utc(Timestamp(0))).is_some(),
                "a date or time: fri 14:00, 2h, tomorrow",
            ),
            _ => None,
        }
    }
}
