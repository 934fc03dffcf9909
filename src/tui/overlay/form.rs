//! A form: fields to fill in, one after the other; a note or reply is a form of one.
//!
//! A refused form keeps what was typed and says why. Leaving it with Esc asks; a second Esc keeps the text as a draft.

use serde::{Deserialize, Serialize};

use crate::desk::cmdb::{CiTarget, Type};
use crate::desk::command::Target;
use crate::desk::field::{Field, Value};
use crate::desk::id::{ArticleId, CommandId, Kind, Number, Seq, TicketId};
use crate::desk::knowledge::{ArticleField, ArticleTarget, Decided, UNDECIDED};
use crate::desk::rules::Rules;
use crate::tui::effect::{CiWish, Wish};
use crate::tui::lookup::Directory;
use crate::tui::offer::{About, Offer};
pub use crate::tui::overlay::article::ArticleForm;
pub use crate::tui::overlay::change::ChangeForm;
use crate::tui::overlay::change::changed;
pub use crate::tui::overlay::field::FormField;

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
    /// Whether it was confirmed that several CIs are meant.
    pub sure: bool,
    /// The command in the outbox that it stands for.
    pub instead: Option<CommandId>,
    /// What was sent.
    pub sent: Option<Wish>,
    /// What may help with its ticket.
    pub offers: Vec<Offer>,
    /// What was decided about an article that others changed meanwhile.
    pub settled: Vec<Decided>,
    /// What its ticket is resolved with when it is sent.
    pub solved: Option<Solved>,
    /// Whether it holds enough to be sent as it was opened.
    pub ready: bool,
    /// Tickets to which the new one will relate.
    pub links: Vec<Number>,
    /// What should be known while it is filled in: what a plan would meet, what speaks against it.
    pub told: Vec<String>,
    /// Why it was refused.
    pub refused: Option<String>,
}

/// What a form is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Open a ticket, perhaps from a template.
    Open(Kind, Option<String>),
    /// Move tickets to a state.
    Move(Vec<Target>, String),
    /// Write a note or reply.
    Write(Vec<Target>, bool),
    /// Edit tickets.
    Edit(Vec<Target>),
    /// Keep a query with its columns as a view.
    SaveView(String, Vec<String>),
    /// Add or change CIs.
    Ci(CiForm),
    /// Do something with changes.
    Change(ChangeForm),
    /// Write, change or judge articles.
    Article(ArticleForm),
}

/// What a ticket is resolved with: an article, or as another ticket was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Solved {
    /// The article, where it is one: it counts as used.
    #[serde(default)]
    pub by: Option<ArticleId>,
    /// What people call it.
    pub called: String,
    /// What it put into fields; that goes when another takes its place.
    #[serde(default)]
    pub gave: Vec<(Field, String)>,
}

/// What a form about CIs is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CiForm {
    /// Add one of this class.
    New(String),
    /// Edit these.
    Edit(Vec<CiTarget>),
    /// Hand one out.
    CheckOut(CiTarget),
}

impl Form {
    /// A form, in its first field.
    #[must_use]
    pub fn new(title: String, purpose: Purpose, fields: Vec<FormField>) -> Form {
        Form {
            title,
            purpose,
            fields,
            at: 0,
            leaving: false,
            sending: false,
            sure: false,
            instead: None,
            sent: None,
            offers: Vec::new(),
            settled: Vec::new(),
            solved: None,
            ready: false,
            links: Vec::new(),
            told: Vec::new(),
            refused: None,
        }
    }

    /// The CIs of a change that is to be confirmed by their count first.
    #[must_use]
    pub fn unsure(&self) -> Option<&[CiTarget]> {
        match &self.purpose {
            Purpose::Ci(CiForm::Edit(on)) if on.len() > 1 && !self.sure => Some(on),
            _ => None,
        }
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

    /// Whether there is something to send, to keep or to discard: what was typed, or what it was opened with.
    #[must_use]
    pub fn is_worth_asking(&self) -> bool {
        self.ready || self.solved.is_some() || self.is_touched()
    }

    /// Lets its ticket be resolved with this, and no longer with what was chosen before. What was typed stands before what this
    /// puts in; the cursor goes where that can be changed.
    pub fn solve_with(&mut self, solved: Solved) {
        self.unsolve();
        self.room_for_resolution();
        for (name, text) in &solved.gave {
            let Some(field) = self.fields.iter_mut().find(|field| field.field == Some(*name)) else { continue };
            if field.editor.is_blank() {
                field.editor.set(text);
            } else if field.editor.multiline {
                let both = format!("{}\n\n{text}", field.editor.text().trim_end());
                field.editor.set(&both);
            }
        }
        self.solved = Some(solved);
        let text = self.fields.iter().position(|field| field.field == Some(Field::Resolution));
        let lacks = self.fields.iter().position(|field| field.complaint().is_some());
        self.at = lacks.or(text).unwrap_or(self.at);
    }

    /// Takes back what its ticket was to be resolved with, and what that put in.
    pub fn unsolve(&mut self) {
        let Some(solved) = self.solved.take() else { return };
        for (name, text) in &solved.gave {
            let Some(field) = self.fields.iter_mut().find(|field| field.field == Some(*name)) else { continue };
            let rest = match field.editor.text() {
                whole if whole == text => String::new(),
                whole => match whole.strip_suffix(text.as_str()) {
                    Some(typed) if field.editor.multiline => typed.trim_end().to_owned(),
                    _ => continue,
                },
            };
            field.editor.set(&rest);
        }
        // A new ticket that is not resolved at once has no resolution.
        if matches!(self.purpose, Purpose::Open(..)) {
            self.fields.retain(|field| field.field != Some(Field::Resolution));
            self.at = self.at.min(self.fields.len().saturating_sub(1));
        }
    }

    /// A new ticket has a field for its resolution only where it is resolved at once.
    fn room_for_resolution(&mut self) {
        let has = self.fields.iter().any(|field| field.field == Some(Field::Resolution));
        if matches!(self.purpose, Purpose::Open(..)) && !has {
            let label = Field::Resolution.spec().label;
            self.fields.push(FormField::text(Some(Field::Resolution), label, true, ""));
        }
    }

    /// What sending it does beside what its title says.
    #[must_use]
    pub fn solves(&self) -> Option<String> {
        let solved = self.solved.as_ref()?;
        Some(match (&self.purpose, solved.by) {
            (Purpose::Open(..), _) => format!("Sending opens it and resolves it with {}", solved.called),
            (_, Some(_)) => format!("Sending resolves with {}, which counts as used", solved.called),
            (_, None) => format!("Sending resolves as {} was", solved.called),
        })
    }

    /// The tickets that it changes.
    #[must_use]
    pub fn targets(&self) -> &[Target] {
        match &self.purpose {
            Purpose::Open(..) | Purpose::SaveView(..) | Purpose::Ci(_) | Purpose::Article(_) => &[],
            Purpose::Move(on, _) | Purpose::Write(on, _) | Purpose::Edit(on) => on,
            Purpose::Change(what) => what.targets(),
        }
    }

    /// The CIs that it changes.
    #[must_use]
    pub fn cis(&self) -> &[CiTarget] {
        match &self.purpose {
            Purpose::Ci(CiForm::Edit(on)) => on,
            Purpose::Ci(CiForm::CheckOut(on)) => std::slice::from_ref(on),
            _ => &[],
        }
    }

    /// The articles that it edits.
    #[must_use]
    pub fn articles(&self) -> &[ArticleTarget] {
        match &self.purpose {
            Purpose::Article(what) => what.edits(),
            _ => &[],
        }
    }

    /// The text of an article that is typed in it, whole.
    #[must_use]
    pub fn body(&self) -> Option<String> {
        let is = |field: &&FormField| field.fact.as_ref().is_some_and(|fact| fact.article == Some(ArticleField::Body));
        self.fields.iter().find(is).map(FormField::whole)
    }

    /// Takes a text in which what others made of an article is joined with what was typed: it stands in place of what the article
    /// says now. Of other fields it is still seen what others did since. Tells whether it edits that article.
    pub fn join(&mut self, id: ArticleId, body: &str, theirs: String) -> bool {
        if !self.articles().iter().any(|one| one.id == id) {
            return false;
        }
        self.settle(ArticleField::Body.name(), Value::from(theirs));
        let is = |field: &FormField| field.fact.as_ref().is_some_and(|fact| fact.article == Some(ArticleField::Body));
        if let Some(place) = self.fields.iter().position(is) {
            self.at = place;
            if let Some(field) = self.fields.get_mut(place) {
                field.take(body);
                // What is to be decided is in sight.
                field.editor.go_before(UNDECIDED);
            }
        }
        true
    }

    /// Takes it that what is typed stands in place of what others made of a field.
    pub fn settle(&mut self, what: &str, theirs: Value) {
        self.settled.retain(|one| one.what != what);
        self.settled.push(Decided { what: what.to_owned(), theirs, mine: true });
    }

    /// Takes it that its author has seen the CIs in this version. Tells whether it is about CIs.
    pub fn sees(&mut self, version: Seq) -> bool {
        match &mut self.purpose {
            Purpose::Ci(CiForm::Edit(on)) => {
                on.iter_mut().for_each(|one| one.version = Some(version));
                true
            }
            _ => false,
        }
    }

    /// What is typed in a field that refers to a CI, and the classes that it may be of.
    #[must_use]
    pub fn ci_typed(&self) -> Option<(String, Vec<String>)> {
        let field = self.fields.get(self.at)?;
        let fact = field.fact.as_ref().filter(|fact| fact.holds == Type::Ci && !fact.list)?;
        Some((field.editor.text().to_owned(), fact.refers_to()))
    }

    /// Changes other tickets, or the same as they are now.
    pub fn retarget(&mut self, targets: &[Target]) {
        match &mut self.purpose {
            Purpose::Open(..) | Purpose::SaveView(..) | Purpose::Ci(_) | Purpose::Article(_) => {}
            Purpose::Move(on, _) | Purpose::Write(on, _) | Purpose::Edit(on) => targets.clone_into(on),
            Purpose::Change(what) => what.retarget(targets),
        }
    }

    /// Takes the names that its fields may hold.
    pub fn take_names(&mut self, directory: &Directory) {
        self.fields.iter_mut().for_each(|field| field.take_names(directory));
    }

    /// Takes the words that its fields may hold.
    pub fn take_words(&mut self, rules: &Rules) {
        self.fields.iter_mut().for_each(|field| field.take_words(rules));
    }

    /// What help is wanted with: a ticket that is opened, or one of which a long text is written.
    #[must_use]
    pub fn about(&self) -> Option<About> {
        let long = self.fields.iter().any(|field| field.editor.multiline);
        let on = match (&self.purpose, self.targets()) {
            (Purpose::Open(..), _) => None,
            (Purpose::Move(..) | Purpose::Write(..) | Purpose::Edit(_), [one]) if long => Some(one.id),
            _ => return None,
        };
        let typed = |name: Field| {
            let field = self.fields.iter().find(|known| known.field == Some(name));
            field.map(|field| field.editor.text().to_owned()).unwrap_or_default()
        };
        Some(About { on, title: typed(Field::Title), description: typed(Field::Description) })
    }

    /// The same, while that is typed on which the help depends.
    #[must_use]
    pub fn about_typed(&self) -> Option<About> {
        let field = self.fields.get(self.at)?.field?;
        matches!(field, Field::Title | Field::Description).then(|| self.about()).flatten()
    }

    /// Puts a text where the cursor is, or at the end of the first long field; on lines of its own where it is a block.
    pub fn put_in(&mut self, text: &str, block: bool) {
        let here = self.fields.get(self.at).is_some_and(|field| field.editor.multiline);
        let long = self.fields.iter().position(|field| field.editor.multiline);
        let Some(at) = Some(self.at).filter(|_| here).or(long) else { return };
        self.at = at;
        if let Some(field) = self.fields.get_mut(at) {
            let editor = &mut field.editor;
            let before = editor.text().get(..editor.cursor()).unwrap_or_default();
            let gap = match before.chars().next_back() {
                None | Some('\n') => "",
                Some(_) if block => "\n\n",
                Some(c) if c.is_whitespace() => "",
                Some(_) => " ",
            };
            editor.insert(&format!("{gap}{text}"));
        }
    }

    /// The change whose plan it is.
    #[must_use]
    pub fn plan_of(&self) -> Option<TicketId> {
        match &self.purpose {
            Purpose::Change(what @ ChangeForm::Plan(_)) => what.ticket(),
            _ => None,
        }
    }

    /// The plan of a change as it is typed, while a field is typed in of which conflicts depend.
    #[must_use]
    pub fn plan_typed(&self) -> Option<(TicketId, Vec<(Field, String)>)> {
        let Purpose::Change(ChangeForm::Plan(on)) = &self.purpose else { return None };
        let bears = [Field::PlannedStart, Field::PlannedEnd, Field::Service, Field::Ci, Field::Assignee, Field::Team];
        let field = self.fields.get(self.at)?.field.filter(|field| bears.contains(field));
        field.and_then(|_| Some((on.first()?.id, changed(&self.fields))))
    }

    /// Completes a choice begun. A name is completed by Tab alone, where it is seen whom it means.
    pub fn complete(&mut self) {
        if let Some(field) = self.fields.get_mut(self.at)
            && field.names.is_empty()
            && let Some(whole) = field.completed()
        {
            field.editor.set(&whole);
        }
    }

    /// Goes to the next or previous field, completing a word on the way.
    pub fn step(&mut self, by: isize) {
        if by > 0
            && let Some(field) = self.fields.get_mut(self.at)
            && let Some(whole) = field.completed()
        {
            field.editor.set(&whole);
            field.candidate = 0;
            // Another value may follow.
            if field.is_list() {
                return;
            }
        }
        let count = isize::try_from(self.fields.len().max(1)).unwrap_or(1);
        let at = isize::try_from(self.at).unwrap_or(0);
        self.at = usize::try_from((at + by).rem_euclid(count)).unwrap_or(0);
    }

    /// Goes a row up or down in long text of that width, or to the next or previous field.
    pub fn vertical(&mut self, by: isize, width: usize) {
        match self.fields.get_mut(self.at) {
            Some(field) if field.editor.multiline => field.editor.go_rows(by, width),
            _ => self.step(by),
        }
    }

    /// The wish that it makes, or the first field that stands in its way.
    ///
    /// # Errors
    /// The place of that field, and why.
    pub fn wish(&self) -> Result<Wish, (usize, String)> {
        for (place, field) in self.fields.iter().enumerate() {
            if let Some(complaint) = field.complaint().filter(|_| !self.is_replaced(field)) {
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
        let facts = |changed_only: bool| -> Vec<(String, String)> {
            self.fields
                .iter()
                .filter(|field| !changed_only || field.editor.text() != field.before)
                .filter_map(|field| Some((field.fact.as_ref()?.name.clone(), field.editor.text().to_owned())))
                .filter(|(_, text)| changed_only || !text.trim().is_empty())
                .collect()
        };
        let fact = |name: &str| {
            let named = |field: &&FormField| field.fact.as_ref().is_some_and(|fact| fact.name == name);
            self.fields.iter().find(named).map(|field| field.editor.text().trim().to_owned()).unwrap_or_default()
        };
        Ok(match &self.purpose {
            Purpose::Change(what) => what.wish(&self.fields),
            Purpose::Article(what) => what.wish(&self.fields, &self.settled),
            Purpose::Ci(CiForm::New(class)) => {
                Wish::Ci(Box::new(CiWish::New { class: class.clone(), fields: facts(false) }))
            }
            Purpose::Ci(CiForm::Edit(on)) => Wish::Ci(Box::new(CiWish::Edit { on: on.clone(), fields: facts(true) })),
            Purpose::Ci(CiForm::CheckOut(on)) => Wish::Ci(Box::new(CiWish::CheckOut {
                on: *on,
                to: fact("holder"),
                until: fact("due_back"),
                count: fact("count"),
            })),
            Purpose::Open(kind, template) => {
                let links = self.links.clone();
                let steps =
                    self.fields.iter().find(|field| field.fact.as_ref().is_some_and(|fact| fact.name == "steps"));
                let steps = steps.map(|field| {
                    let lines = field.editor.text().lines().map(str::trim).filter(|line| !line.is_empty());
                    lines.map(str::to_owned).collect()
                });
                let solved = self.solved.as_ref().and_then(|solved| solved.by);
                Wish::Open { kind: *kind, template: template.clone(), fields: words(false), links, steps, solved }
            }
            Purpose::Move(on, to) => match self.solved.as_ref().and_then(|solved| solved.by) {
                Some(article) => Wish::Use { on: on.clone(), article, resolve: Some((to.clone(), words(false))) },
                None => Wish::Move { on: on.clone(), to: to.clone(), fields: words(false) },
            },
            Purpose::Edit(on) => Wish::Edit { on: on.clone(), fields: words(true) },
            Purpose::SaveView(query, columns) => Wish::SaveView {
                name: self.fields.first().map(|field| field.editor.text().trim().to_owned()).unwrap_or_default(),
                query: query.clone(),
                columns: columns.clone(),
            },
            Purpose::Write(on, public) => Wish::Write {
                on: on.clone(),
                public: *public,
                filled: on.len() > 1,
                text: self.fields.first().map(|field| field.editor.text().to_owned()).unwrap_or_default(),
            },
        })
    }

    /// Whether no field is left behind this one, but one that would do in its place.
    #[must_use]
    pub fn is_at_end(&self) -> bool {
        let given = self.fields.get(self.at).filter(|here| !here.editor.is_blank());
        let spared = |rest: &FormField| rest.field.is_some() && given.is_some_and(|here| here.instead == rest.field);
        self.fields.iter().skip(self.at + 1).all(spared)
    }

    /// Whether a field is empty and another that will do instead is not.
    fn is_replaced(&self, field: &FormField) -> bool {
        let other = self.fields.iter().find(|other| field.instead.is_some() && other.field == field.instead);
        field.editor.is_blank() && other.is_some_and(|other| !other.editor.is_blank())
    }

    /// Where a draft of it belongs.
    #[must_use]
    pub fn place(&self) -> String {
        match &self.purpose {
            Purpose::Open(kind, None) => format!("new {kind}"),
            Purpose::Open(kind, Some(template)) => format!("new {kind} {template}"),
            Purpose::Move(on, to) => format!("move {} {to}", ids(on)),
            Purpose::Write(on, true) => format!("reply {}", ids(on)),
            Purpose::Write(on, false) => format!("note {}", ids(on)),
            // Each choice of fields has a place of its own; the form of all is known by its title.
            Purpose::Edit(on) if self.fields.iter().any(|field| field.field == Some(Field::Title)) => {
                format!("edit {}", ids(on))
            }
            Purpose::Edit(on) => {
                let names: Vec<&str> = self.fields.iter().filter_map(|field| Some(field.field?.name())).collect();
                format!("edit {} {}", ids(on), names.join(","))
            }
            Purpose::SaveView(..) => String::from("view"),
            Purpose::Change(what) => what.place(),
            Purpose::Article(what) => what.place(&self.fields),
            Purpose::Ci(CiForm::New(class)) => format!("ci-new {class}"),
            Purpose::Ci(CiForm::CheckOut(on)) => format!("ci-out {}", on.id),
            Purpose::Ci(CiForm::Edit(on)) => {
                let ids: Vec<String> = on.iter().map(|target| target.id.to_string()).collect();
                match &self.fields[..] {
                    [FormField { fact: Some(fact), .. }] => format!("ci-edit {} {}", ids.join(","), fact.name),
                    _ => format!("ci-edit {}", ids.join(",")),
                }
            }
        }
    }

    /// Tells why it was refused, and goes to the field that the refusal names.
    pub fn go_to_fault(&mut self, why: &str) {
        let named = why.split([':', ' ', '=']).find_map(|word| {
            let is = |known: &FormField| match &known.fact {
                Some(fact) => fact.name == word,
                None => known.field.is_some() && known.field == Field::named(word),
            };
            self.fields.iter().position(is)
        });
        self.at = named.unwrap_or(self.at);
        self.refused = Some(why.to_owned());
    }

    /// What was typed, as a draft keeps it: every field with its label, what it held before, and the versions that were seen.
    #[must_use]
    pub fn draft(&self) -> String {
        let on = self.targets().to_vec();
        let touched = self.fields.iter().filter(|field| field.editor.text() != field.before);
        let fields = touched.map(|f| (f.label.clone(), f.editor.text().to_owned(), f.before.clone())).collect();
        let links = self.links.iter().map(ToString::to_string).collect();
        let (cis, articles) = (self.cis().to_vec(), self.articles().to_vec());
        let solved = self.solved.clone();
        serde_json::to_string(&Draft { on, cis, articles, fields, links, solved }).unwrap_or_default()
    }

    /// Puts a draft's texts back into their fields. What others did since it was begun counts as done meanwhile.
    pub fn recall(&mut self, draft: &str) {
        let Ok(draft) = serde_json::from_str::<Draft>(draft) else { return };
        // What was not seen then is seen now.
        let own = self.targets().to_vec();
        let version = |id| own.iter().find(|one| one.id == id).and_then(|one| one.version);
        let on: Vec<Target> =
            draft.on.iter().map(|one| Target { version: one.version.or(version(one.id)), ..*one }).collect();
        self.retarget(&on);
        if let Purpose::Ci(CiForm::Edit(on)) = &mut self.purpose
            && !draft.cis.is_empty()
        {
            *on = draft.cis;
        }
        if let Purpose::Article(ArticleForm::Edit(on)) = &mut self.purpose
            && !draft.articles.is_empty()
        {
            *on = draft.articles;
        }
        if draft.solved.is_some() {
            self.solved = draft.solved;
            self.room_for_resolution();
        }
        self.links = draft.links.iter().filter_map(|number| number.parse().ok()).collect();
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
pub(crate) struct Draft {
    /// The tickets, as they were seen.
    pub(crate) on: Vec<Target>,
    /// The CIs, as they were seen.
    #[serde(default)]
    pub(crate) cis: Vec<CiTarget>,
    /// The articles, as they were seen.
    #[serde(default)]
    pub(crate) articles: Vec<ArticleTarget>,
    /// Label, text, and what the field held before.
    pub(crate) fields: Vec<(String, String, String)>,
    /// Numbers of tickets to which the new one will relate.
    #[serde(default)]
    pub(crate) links: Vec<String>,
    /// The article with which the ticket is resolved.
    #[serde(default)]
    pub(crate) solved: Option<Solved>,
}

impl Draft {
    /// Whether something was typed in the field of that label.
    pub(crate) fn holds(draft: &str, label: &str) -> bool {
        serde_json::from_str::<Draft>(draft).is_ok_and(|draft| draft.fields.iter().any(|(name, ..)| name == label))
    }
}

fn ids(on: &[Target]) -> String {
    on.iter().map(|target| target.id.to_string()).collect::<Vec<_>>().join(",")
}
