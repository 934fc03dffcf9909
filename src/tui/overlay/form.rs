//! A form: fields to fill in, one after the other; a note or reply is a form of one.
//!
//! A refused form keeps what was typed and says why. Leaving it with Esc asks; a second Esc keeps the text as a draft.

use serde::{Deserialize, Serialize};

use crate::desk::command::Target;
use crate::desk::field::Field;
use crate::desk::id::Kind;
use crate::tui::effect::Wish;
use crate::tui::widget::editor::{Editor, Stroke};

/// Fields to fill in.
#[derive(Clone, Debug)]
pub struct Form {
    /// What it is for, in its frame.
    pub title: String,
    /// What to do with it.
    pub purpose: Purpose,
    /// Its fields.
    pub fields: Vec<FormField>,
    /// The field that is typed in.
    pub at: usize,
    /// Whether Esc was pressed and the one-line question is shown.
    pub leaving: bool,
    /// Whether it was sent and the answer is awaited.
    pub sending: bool,
    /// Why it was refused.
    pub refused: Option<String>,
}

/// What a form is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Open a ticket.
    Open(Kind),
    /// Move tickets to a state.
    Move(Vec<Target>, String),
    /// Write a note or reply.
    Write(Vec<Target>, bool),
    /// Edit tickets.
    Edit(Vec<Target>),
    /// Keep a query with its columns as a view.
    SaveView(String, Vec<String>),
}

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
    /// What it held when the form was opened.
    pub before: String,
}

impl FormField {
    /// A field of one line.
    #[must_use]
    pub fn line(field: Field, needed: bool, text: &str, choices: Vec<String>) -> FormField {
        let label = field.spec().label.to_owned();
        FormField { field: Some(field), label, needed, editor: Editor::line(text), choices, before: text.to_owned() }
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
            before: text.to_owned(),
        }
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

    /// What is wrong with it as it is typed.
    #[must_use]
    pub fn complaint(&self) -> Option<String> {
        let typed = self.editor.text().trim();
        if typed.is_empty() {
            return self.needed.then(|| String::from("needed"));
        }
        (!self.choices.is_empty() && !self.choices.iter().any(|choice| choice.eq_ignore_ascii_case(typed))).then(|| {
            match self.fitting().first() {
                Some(first) => format!("Tab for {first}"),
                None => format!("one of {}", self.choices.join(", ")),
            }
        })
    }
}

impl Form {
    /// A form, in its first field.
    #[must_use]
    pub fn new(title: String, purpose: Purpose, fields: Vec<FormField>) -> Form {
        Form { title, purpose, fields, at: 0, leaving: false, sending: false, refused: None }
    }

    /// The field that is typed in.
    #[must_use]
    pub fn field(&mut self) -> Option<&mut FormField> {
        self.fields.get_mut(self.at)
    }

    /// Whether something was typed.
    #[must_use]
    pub fn is_touched(&self) -> bool {
        self.fields.iter().any(|field| field.editor.text() != field.before)
    }

    /// Goes to the next or previous field, completing a choice on the way.
    pub fn step(&mut self, by: isize) {
        if by > 0
            && let Some(field) = self.fields.get_mut(self.at)
            && field.complaint().is_some()
            && !field.editor.is_blank()
            && let Some(first) = field.fitting().first().map(|choice| (*choice).to_owned())
        {
            field.editor.set(&first);
        }
        let count = isize::try_from(self.fields.len().max(1)).unwrap_or(1);
        let at = isize::try_from(self.at).unwrap_or(0);
        self.at = usize::try_from((at + by).rem_euclid(count)).unwrap_or(0);
    }

    /// Goes a line up or down in long text, or to the next or previous field.
    pub fn vertical(&mut self, by: isize) {
        match self.fields.get_mut(self.at) {
            Some(field) if field.editor.multiline => {
                field.editor.stroke(if by < 0 { Stroke::Up } else { Stroke::Down })
            }
            _ => self.step(by),
        }
    }

    /// The wish that it makes, or the first field that stands in its way.
    ///
    /// # Errors
    /// The place of that field, and why.
    pub fn wish(&self) -> Result<Wish, (usize, String)> {
        for (place, field) in self.fields.iter().enumerate() {
            if let Some(complaint) = field.complaint() {
                return Err((place, format!("{}: {complaint}", field.label)));
            }
        }
        let words = |changed_only: bool| -> Vec<(Field, String)> {
            self.fields
                .iter()
                .filter(|field| !changed_only || field.editor.text() != field.before)
                .filter_map(|field| Some((field.field?, field.editor.text().to_owned())))
                .filter(|(_, text)| changed_only || !text.trim().is_empty())
                .collect()
        };
        Ok(match &self.purpose {
            Purpose::Open(kind) => Wish::Open { kind: *kind, fields: words(false) },
            Purpose::Move(on, to) => Wish::Move { on: on.clone(), to: to.clone(), fields: words(false) },
            Purpose::Edit(on) => Wish::Edit { on: on.clone(), fields: words(true) },
            Purpose::SaveView(query, columns) => Wish::SaveView {
                name: self.fields.first().map(|field| field.editor.text().trim().to_owned()).unwrap_or_default(),
                query: query.clone(),
                columns: columns.clone(),
            },
            Purpose::Write(on, public) => Wish::Write {
                on: on.clone(),
                public: *public,
                text: self.fields.first().map(|field| field.editor.text().to_owned()).unwrap_or_default(),
            },
        })
    }

    /// Where a draft of it belongs.
    #[must_use]
    pub fn place(&self) -> String {
        match &self.purpose {
            Purpose::Open(kind) => format!("new {kind}"),
            Purpose::Move(on, to) => format!("move {} {to}", ids(on)),
            Purpose::Write(on, true) => format!("reply {}", ids(on)),
            Purpose::Write(on, false) => format!("note {}", ids(on)),
            Purpose::Edit(on) => format!("edit {}", ids(on)),
            Purpose::SaveView(..) => String::from("view"),
        }
    }

    /// Tells why it was refused, and goes to the field that the refusal names.
    pub fn go_to_fault(&mut self, why: &str) {
        let named = why.split([':', ' ']).find_map(|word| {
            let field = Field::named(word)?;
            self.fields.iter().position(|known| known.field == Some(field))
        });
        self.at = named.unwrap_or(self.at);
        self.refused = Some(why.to_owned());
    }

    /// The tickets that it is for, as they were seen.
    fn targets(&mut self) -> Option<&mut Vec<Target>> {
        match &mut self.purpose {
            Purpose::Open(_) | Purpose::SaveView(..) => None,
            Purpose::Move(on, _) | Purpose::Write(on, _) | Purpose::Edit(on) => Some(on),
        }
    }

    /// What was typed, as a draft keeps it: every field with its label, what it held before, and the versions that were seen.
    #[must_use]
    pub fn draft(&mut self) -> String {
        let on = self.targets().cloned().unwrap_or_default();
        let touched = self.fields.iter().filter(|field| field.editor.text() != field.before);
        let fields = touched.map(|f| (f.label.clone(), f.editor.text().to_owned(), f.before.clone())).collect();
        serde_json::to_string(&Draft { on, fields }).unwrap_or_default()
    }

    /// Puts a draft's texts back into their fields. What others did since it was begun counts as done meanwhile.
    pub fn recall(&mut self, draft: &str) {
        let Ok(draft) = serde_json::from_str::<Draft>(draft) else { return };
        if let Some(on) = self.targets() {
            on.clone_from(&draft.on);
        }
        for (label, text, before) in draft.fields {
            if let Some(field) = self.fields.iter_mut().find(|field| field.label == label) {
                field.editor.set(&text);
                field.before = before;
            }
        }
    }
}

/// A form that was begun and not sent.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Draft {
    on: Vec<Target>,
    /// Label, text, and what the field held before.
    fields: Vec<(String, String, String)>,
}

fn ids(on: &[Target]) -> String {
    on.iter().map(|target| target.id.to_string()).collect::<Vec<_>>().join(",")
}
