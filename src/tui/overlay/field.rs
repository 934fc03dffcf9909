//! A field of a form: what may stand in it, what completes it, what is wrong with it as it is typed.

use std::collections::{BTreeMap, BTreeSet};

use crate::desk::cmdb::{Attribute, FieldOf, Type};
use crate::desk::edit::title_too_long;
use crate::desk::field::{Field, Shape};
use crate::desk::knowledge::{ArticleField, is_undecided};
use crate::desk::rules::Rules;
use crate::desk::time::{Moment, Timestamp, parse_time};
use crate::text::clean_line;
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
    /// What it is where it is no field of a ticket: a field of a CI, or what is done with a change takes.
    pub fact: Option<FactField>,
    /// The question that it answers: all its answers are shown, each with what it means.
    pub asked: Option<Asked>,
    /// Its label.
    pub label: String,
    /// Whether it must be given.
    pub needed: bool,
    /// A field of the same form that will do instead.
    pub instead: Option<Field>,
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
    /// A long text as it came from outside: its lines have what cannot be typed here, such as tabs.
    pub raw: String,
}

/// A question with answers to choose from; those are the names of its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The question.
    pub ask: String,
    /// What the desk itself answers, where it can: it stands while the field is empty.
    pub own: Option<String>,
}

/// A field of a CI or of a deed in a form.
#[derive(Clone, Debug)]
pub struct FactField {
    /// Its word.
    pub name: String,
    /// What it holds.
    pub holds: Type,
    /// Whether it is a list.
    pub list: bool,
    /// The class's attribute, where it is one.
    pub attribute: Option<Attribute>,
    /// The field of an article, where it is one.
    pub article: Option<ArticleField>,
}

impl FactField {
    /// One that is no list and has no attribute.
    #[must_use]
    pub fn plain(name: &str, holds: Type) -> FactField {
        FactField { name: name.to_owned(), holds, list: false, attribute: None, article: None }
    }

    /// The classes of CIs to which it refers; none where any will do.
    #[must_use]
    pub fn refers_to(&self) -> Vec<String> {
        match &self.attribute {
            Some(attribute) => attribute.class.iter().cloned().collect(),
            None => vec![String::from("place")],
        }
    }
}

impl FormField {
    /// A field of a CI.
    #[must_use]
    pub fn of_ci(field: FieldOf, needed: bool, text: &str, choices: Vec<String>) -> FormField {
        let attribute = match field {
            FieldOf::Attribute(attribute) => Some(attribute.clone()),
            FieldOf::Common(_) => None,
        };
        let (name, holds, list) = (field.name().to_owned(), field.holds(), field.is_list());
        let editor = if holds == Type::Long { Editor::lines(text) } else { Editor::line(text) };
        FormField {
            fact: Some(FactField { name, holds, list, attribute, article: None }),
            needed,
            editor,
            choices,
            before: text.to_owned(),
            ..FormField::name(field.label())
        }
    }

    /// A field of an article, with the words that it may hold.
    #[must_use]
    pub fn of_article(field: ArticleField, label: &str, text: &str, choices: Vec<String>) -> FormField {
        let holds = match field {
            ArticleField::Body => Type::Long,
            ArticleField::Owner => Type::Person,
            _ => Type::Text,
        };
        let line = FormField::of_deed(field.name(), label, holds, field == ArticleField::Title, text);
        let fact = FactField { list: field.is_list(), article: Some(field), ..FactField::plain(field.name(), holds) };
        let before = line.editor.text().to_owned();
        FormField { fact: Some(fact), choices, before, raw: text.to_owned(), ..line }
    }

    /// Takes a text from outside in place of what is typed.
    pub fn take(&mut self, text: &str) {
        let text = text.trim_end_matches('\n');
        self.raw = format!("{}\n{text}", self.raw);
        self.editor.set(text);
    }

    /// What is typed; its lines that came from outside as they came.
    #[must_use]
    pub fn whole(&self) -> String {
        let (plain, other): (Vec<&str>, Vec<&str>) = self.raw.lines().partition(|line| clean_line(line) == *line);
        let plain: BTreeSet<&str> = plain.into_iter().collect();
        let other = other.into_iter().map(|line| (clean_line(line).into_owned(), line));
        let known: BTreeMap<String, &str> = other.filter(|(typed, _)| !plain.contains(typed.as_str())).collect();
        if known.is_empty() {
            return self.editor.text().to_owned();
        }
        let lines = self.editor.text().split('\n').map(|line| known.get(line).copied().unwrap_or(line));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Whether it holds several values, parted by commas.
    #[must_use]
    pub fn is_list(&self) -> bool {
        self.fact.as_ref().is_some_and(|fact| fact.list)
    }

    /// What is typed; of a list, its last value.
    fn typed(&self) -> &str {
        let text = self.editor.text();
        let last = if self.is_list() { text.rsplit(',').next().unwrap_or(text) } else { text };
        last.trim()
    }

    /// Whether it holds a person.
    fn is_person(&self) -> bool {
        let fact = self.fact.as_ref().is_some_and(|fact| fact.holds == Type::Person);
        fact || self.field.is_some_and(|field| field.shape() == Shape::Person)
    }

    /// A field of one line.
    #[must_use]
    pub fn line(field: Field, needed: bool, text: &str, choices: Vec<String>) -> FormField {
        let label = field.spec().label.to_owned();
        let editor = Editor::line(text);
        let before = text.to_owned();
        let (names, instead) = (Vec::new(), None);
        FormField {
            field: Some(field),
            fact: None,
            asked: None,
            label,
            needed,
            instead,
            editor,
            choices,
            names,
            candidate: 0,
            before,
            raw: String::new(),
        }
    }

    /// A line that is no field of a ticket.
    #[must_use]
    pub fn name(label: &str) -> FormField {
        FormField {
            field: None,
            fact: None,
            asked: None,
            label: label.to_owned(),
            needed: true,
            instead: None,
            editor: Editor::line(""),
            choices: Vec::new(),
            names: Vec::new(),
            candidate: 0,
            before: String::new(),
            raw: String::new(),
        }
    }

    /// A line of what a deed takes.
    #[must_use]
    pub fn of_deed(name: &str, label: &str, holds: Type, needed: bool, text: &str) -> FormField {
        FormField {
            fact: Some(FactField::plain(name, holds)),
            needed,
            editor: if holds == Type::Long { Editor::lines(text) } else { Editor::line(text) },
            before: text.to_owned(),
            ..FormField::name(label)
        }
    }

    /// A question with its answers, each with what it means.
    #[must_use]
    pub fn of_question(name: &str, asked: Asked, answers: Vec<(String, String)>, text: &str) -> FormField {
        let label = name.replace('_', " ");
        let line = FormField::of_deed(name, &label, Type::Choice, false, text);
        FormField { asked: Some(asked), names: answers, ..line }
    }

    /// A field of many lines.
    #[must_use]
    pub fn text(field: Option<Field>, label: &str, needed: bool, text: &str) -> FormField {
        FormField {
            field,
            fact: None,
            asked: None,
            label: label.to_owned(),
            needed,
            instead: None,
            editor: Editor::lines(text),
            choices: Vec::new(),
            names: Vec::new(),
            candidate: 0,
            before: text.to_owned(),
            raw: String::new(),
        }
    }

    /// Begins with this, which nobody has typed.
    pub fn fill(&mut self, text: &str) {
        self.editor = if self.editor.multiline { Editor::lines(text) } else { Editor::line(text) };
        text.clone_into(&mut self.before);
    }

    /// Takes the names that it may hold, if it holds names.
    pub fn take_names(&mut self, directory: &Directory) {
        let names = match self.field.map(Field::shape) {
            _ if self.of_article_is(ArticleField::Category) => &directory.categories,
            _ if self.of_article_is(ArticleField::Services) => &directory.services,
            _ if self.of_article_is(ArticleField::Cis) => &directory.cis,
            _ if self.fact.as_ref().is_some_and(|fact| fact.holds == Type::Person) => &directory.people,
            _ if self.fact.as_ref().is_some_and(|fact| fact.holds == Type::Team) => &directory.teams,
            Some(Shape::Person) => &directory.people,
            Some(Shape::Team) => &directory.teams,
            Some(Shape::Service) => &directory.services,
            Some(Shape::Category) => &directory.categories,
            Some(Shape::Ci) => &directory.cis,
            _ => return,
        };
        self.names.clone_from(names);
    }

    fn of_article_is(&self, field: ArticleField) -> bool {
        self.fact.as_ref().is_some_and(|fact| fact.article == Some(field))
    }

    /// The words that fit what is typed, each with its label, best first; none while nothing is typed or it is one of them.
    #[must_use]
    pub fn candidates(&self) -> Vec<(&str, &str)> {
        let typed = self.typed().to_lowercase();
        if typed.is_empty() || self.is_known(&typed) {
            return Vec::new();
        }
        let choices = self.choices.iter().map(|choice| (choice.as_str(), ""));
        let names = self.names.iter().map(|(word, label)| (word.as_str(), label.as_str()));
        let mut found: Vec<(i32, (&str, &str))> = choices
            .chain(names)
            .filter_map(|(word, label)| {
                let best = fit(&typed, word).map(|score| score + 20).max(fit(&typed, label))?;
                Some((-best, (word, label)))
            })
            .collect();
        found.sort_by_key(|(score, _)| *score);
        found.into_iter().take(OFFERED).map(|(_, pair)| pair).collect()
    }

    /// Takes the words that it may hold by these rules, if it holds choices.
    pub fn take_words(&mut self, rules: &Rules) {
        if let Some(Shape::Choice(list)) = self.field.map(Field::shape) {
            self.choices = rules.words(list).into_iter().map(str::to_owned).collect();
        }
    }

    /// Chooses another candidate; of a question, another answer.
    pub fn choose(&mut self, by: isize) {
        let typed = self.editor.text().trim().to_lowercase();
        if self.asked.is_some() && (typed.is_empty() || self.is_known(&typed)) {
            let at = self.names.iter().position(|(word, _)| word.to_lowercase() == typed);
            let last = self.names.len().saturating_sub(1);
            let next = at.map_or(if by > 0 { 0 } else { last }, |at| at.saturating_add_signed(by).min(last));
            if let Some((word, _)) = self.names.get(next) {
                self.editor.set(&word.clone());
            }
            return;
        }
        let last = self.candidates().len().saturating_sub(1);
        self.candidate = self.candidate.saturating_add_signed(by).min(last);
    }

    /// Takes a whole answer out of the field of a question, where a letter typed begins another.
    pub fn make_room(&mut self) {
        let typed = self.editor.text().trim().to_lowercase();
        if self.asked.is_some() && !typed.is_empty() && self.is_known(&typed) {
            self.editor.set("");
        }
    }

    /// What is typed; of a question the answer that it names, however that is written.
    #[must_use]
    pub fn word(&self) -> String {
        let typed = self.editor.text().trim();
        let mut answers = self.names.iter().filter(|_| self.asked.is_some());
        let meant = answers.find(|(word, _)| word.to_lowercase() == typed.to_lowercase());
        meant.map_or_else(|| typed.to_owned(), |(word, _)| word.clone())
    }

    fn is_known(&self, typed: &str) -> bool {
        let is_person = self.is_person();
        // What an answer means is not the answer.
        if self.asked.is_some() {
            return self.names.iter().any(|(word, _)| word.to_lowercase() == typed);
        }
        if !self.choices.is_empty() {
            return self.choices.iter().any(|choice| choice.eq_ignore_ascii_case(typed));
        }
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
        let (word, _) = candidates.get(self.candidate.min(candidates.len().saturating_sub(1)))?;
        // The values before it stay.
        let text = self.editor.text();
        let before = text.rfind(',').filter(|_| self.is_list()).and_then(|at| text.get(..=at));
        Some(before.map_or_else(|| (*word).to_owned(), |before| format!("{before} {word}")))
    }

    /// What is wrong with it as it is typed. The desk may still find more. An action in braces stands for its key, as
    /// [`Keymap::told`](crate::tui::key::Keymap::told) tells it.
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
            return (!self.is_known(&typed.to_lowercase())).then(|| match self.candidates().get(self.candidate) {
                Some((word, _)) => format!("{{form.next}} for {word}"),
                None => format!("one of {}", self.choices.join(", ")),
            });
        }
        if !self.names.is_empty() && self.is_list() {
            let mut parts = typed.split(',').map(str::trim).filter(|part| !part.is_empty());
            let wrong = parts.find(|part| !self.is_known(&part.to_lowercase()))?;
            return Some(match self.candidates().get(self.candidate).filter(|_| wrong == self.typed()) {
                Some((word, _)) => format!("{{form.next}} for {word}"),
                None => format!("there is no '{wrong}'"),
            });
        }
        if self.of_article_is(ArticleField::Body) && is_undecided(typed) {
            return Some(String::from("two wordings stand between <<<<<<< and >>>>>>>: leave what shall stand"));
        }
        if !self.names.is_empty() {
            let known = self.is_known(&typed.to_lowercase());
            return (!known).then(|| match self.candidates().get(self.candidate) {
                Some((word, _)) => format!("{{form.next}} for {word}"),
                None => format!("there is no '{typed}'"),
            });
        }
        if self.field == Some(Field::Title)
            && let Some(why) = title_too_long(typed)
        {
            return Some(why);
        }
        if let Some(FactField { list: false, attribute: Some(attribute), .. }) = &self.fact {
            let said = attribute.read(typed).err().filter(|_| !typed.eq_ignore_ascii_case("none"));
            return said
                .map(|why| why.strip_prefix(&format!("{}: ", attribute.name)).map(str::to_owned).unwrap_or(why));
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
