//! What a form about a change is for, and the wish that its fields make.

use std::collections::BTreeMap;

use crate::desk::change::{Answer, ChangeCommand, Decision, Questionnaire, Reading, Verdict};
use crate::desk::command::{Command, Target};
use crate::desk::field::Field;
use crate::desk::id::{CabId, Number, TicketId};
use crate::tui::effect::{ChangeWish, Wish};
use crate::tui::overlay::field::FormField;

/// What a form about a change is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeForm {
    /// Plan it.
    Plan(Vec<Target>),
    /// Answer what it risks.
    Risk(TicketId),
    /// Approve or reject changes.
    Vote(Vec<Target>, Verdict),
    /// Let somebody else approve.
    Delegate(TicketId),
    /// Begin the work although something speaks against it.
    Start(Vec<Target>),
    /// Work on a step.
    Step(TicketId),
    /// End the work: it is done.
    Finish(Vec<Target>),
    /// End the work: it was taken back.
    BackOut(Vec<Target>),
    /// Look back.
    Review(TicketId),
    /// Live with some of these conflicts, by their identities.
    LiveWith(TicketId, Vec<String>),
    /// Call a meeting of the CAB.
    Call,
    /// Decide about an item of its agenda.
    Decide(CabId, Number),
}

/// The word of a step that is done.
pub const DONE: &str = "done";
/// The word of a step that has only begun.
pub const BEGUN: &str = "begun";

impl ChangeForm {
    /// The tickets that it changes, where what others did since they were seen matters.
    #[must_use]
    pub fn targets(&self) -> &[Target] {
        match self {
            ChangeForm::Plan(on)
            | ChangeForm::Vote(on, _)
            | ChangeForm::Start(on)
            | ChangeForm::Finish(on)
            | ChangeForm::BackOut(on) => on,
            _ => &[],
        }
    }

    /// Changes other tickets, or the same as they are now.
    pub fn retarget(&mut self, targets: &[Target]) {
        match self {
            ChangeForm::Plan(on)
            | ChangeForm::Vote(on, _)
            | ChangeForm::Start(on)
            | ChangeForm::Finish(on)
            | ChangeForm::BackOut(on) => targets.clone_into(on),
            _ => {}
        }
    }

    /// The change that it is about, or the first of them.
    #[must_use]
    pub fn ticket(&self) -> Option<TicketId> {
        match self {
            ChangeForm::Risk(on) | ChangeForm::Delegate(on) | ChangeForm::Step(on) | ChangeForm::Review(on) => {
                Some(*on)
            }
            ChangeForm::LiveWith(on, _) => Some(*on),
            other => other.targets().first().map(|target| target.id),
        }
    }

    /// Where a draft of it belongs.
    #[must_use]
    pub fn place(&self) -> String {
        let word = match self {
            ChangeForm::Plan(_) => "change-plan",
            ChangeForm::Risk(_) => "change-risk",
            ChangeForm::Vote(_, verdict) => match verdict {
                Verdict::Reject => "change-reject",
                _ => "change-approve",
            },
            ChangeForm::Delegate(_) => "change-delegate",
            ChangeForm::Start(_) => "change-start",
            ChangeForm::Step(_) => "change-step",
            ChangeForm::Finish(_) => "change-finish",
            ChangeForm::BackOut(_) => "change-backout",
            ChangeForm::Review(_) => "change-review",
            ChangeForm::LiveWith(..) => "change-live-with",
            ChangeForm::Call => return String::from("cab"),
            ChangeForm::Decide(cab, number) => return format!("cab c{cab} {number}"),
        };
        let ids = match self.targets() {
            [] => self.ticket().map(|id| id.to_string()).unwrap_or_default(),
            on => on.iter().map(|target| target.id.to_string()).collect::<Vec<_>>().join(","),
        };
        format!("{word} {ids}")
    }

    /// The wish that these fields make.
    #[must_use]
    pub fn wish(&self, fields: &[FormField]) -> Wish {
        let field = |name: &str| fields.iter().find(|field| field.fact.as_ref().is_some_and(|fact| fact.name == name));
        let text = |name: &str| field(name).map(FormField::word).unwrap_or_default();
        let given = |name: &str| Some(text(name)).filter(|text| !text.is_empty());
        let other = |name: &str| field(name).filter(|field| field.editor.text() != field.before).map(|_| text(name));
        let wish = |wish: ChangeWish| Wish::Change(Box::new(wish));
        let command = |command: ChangeCommand| Wish::Command(Box::new(Command::Change(command)));
        let one = |on: &[Target]| on.first().copied().unwrap_or(Target::from(TicketId(0)));
        match self {
            ChangeForm::Plan(on) => wish(ChangeWish::Plan {
                on: on.clone(),
                fields: changed(fields),
                steps: other("steps"),
                implementers: other("implementers"),
            }),
            ChangeForm::Risk(on) => {
                let answers = fields.iter().filter(|field| field.editor.text() != field.before);
                let answers = answers.filter_map(|field| {
                    let word = field.word();
                    Some((field.fact.as_ref()?.name.clone(), Some(word).filter(|word| !word.is_empty())))
                });
                command(ChangeCommand::Answer { on: *on, answers: answers.collect() })
            }
            ChangeForm::Vote(on, verdict) => {
                command(ChangeCommand::Vote { on: on.clone(), verdict: *verdict, comment: given("comment") })
            }
            ChangeForm::Delegate(on) => wish(ChangeWish::Delegate { on: *on, from: text("from"), to: text("to") }),
            ChangeForm::Start(on) => command(ChangeCommand::Start { on: one(on), anyway: given("anyway") }),
            ChangeForm::Step(on) => wish(ChangeWish::Step {
                on: *on,
                position: text("step"),
                done: text("is") == DONE,
                at: text("at"),
                note: text("note"),
            }),
            ChangeForm::Finish(on) => {
                command(ChangeCommand::Finish { on: one(on), code: text("code"), resolution: given("resolution") })
            }
            ChangeForm::BackOut(on) => command(ChangeCommand::BackOut { on: one(on), why: text("why") }),
            ChangeForm::Review(on) => {
                wish(ChangeWish::Review { on: *on, lessons: other("lessons"), caused: text("caused") })
            }
            ChangeForm::LiveWith(on, conflicts) => wish(ChangeWish::LiveWith {
                on: *on,
                conflicts: conflicts.clone(),
                which: text("which"),
                why: text("why"),
            }),
            ChangeForm::Call => wish(ChangeWish::Call {
                at: text("at"),
                title: text("title"),
                members: text("members"),
                query: text("query"),
            }),
            ChangeForm::Decide(cab, number) => wish(ChangeWish::Decide {
                cab: *cab,
                number: *number,
                decision: Decision::named(&text("decision")),
                notes: given("notes"),
            }),
        }
    }
}

/// The fields of a ticket that are others now.
pub fn changed(fields: &[FormField]) -> Vec<(Field, String)> {
    let others = fields.iter().filter(|field| field.editor.text() != field.before);
    others.filter_map(|field| Some((field.field?, field.editor.text().to_owned()))).collect()
}

/// What the answers of a form come to as they stand there: those typed, and the desk's own where nothing is.
#[must_use]
pub fn reading(questions: &Questionnaire, fields: &[FormField]) -> Reading {
    let mut answers: BTreeMap<String, Answer> = BTreeMap::new();
    for field in fields {
        let (Some(fact), Some(asked)) = (&field.fact, &field.asked) else { continue };
        let typed = field.word();
        let answer = match (typed.is_empty(), &asked.own) {
            (true, Some(own)) => Answer { value: own.clone(), by_hand: false },
            (false, own) => Answer { by_hand: own.as_ref() != Some(&typed), value: typed },
            (true, None) => continue,
        };
        answers.insert(fact.name.clone(), answer);
    }
    questions.read_answers(&answers)
}
