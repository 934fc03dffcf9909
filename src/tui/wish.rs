//! What can be said of a wish without the desk: whom it is for, and what remains of it for fewer of them.

use crate::desk::change::ChangeCommand;
use crate::desk::command::{Command, Target, TaskChange};
use crate::desk::field::Field;
use crate::desk::knowledge::{Decided, KnowledgeCommand};
use crate::tui::effect::{ArticleWish, ChangeWish, CiWish, Wish};

impl Wish {
    /// The tickets that it changes; empty where that is none or not for the asker to choose.
    #[must_use]
    pub fn targets(&self) -> &[Target] {
        match self {
            Wish::Edit { on, .. }
            | Wish::Assign { on, .. }
            | Wish::Move { on, .. }
            | Wish::Write { on, .. }
            | Wish::Watch { on, .. }
            | Wish::Link { on, .. }
            | Wish::Attach { on, .. }
            | Wish::Task { on, .. }
            | Wish::LogTime { on, .. }
            | Wish::Use { on, .. }
            | Wish::Merge { from: on, .. } => on,
            Wish::Command(command) => match command.as_ref() {
                Command::Edit { on, .. } | Command::Change(ChangeCommand::Vote { on, .. }) => on,
                Command::Change(
                    ChangeCommand::Start { on, .. }
                    | ChangeCommand::Finish { on, .. }
                    | ChangeCommand::BackOut { on, .. },
                ) => std::slice::from_ref(on),
                _ => &[],
            },
            Wish::Change(wish) => match wish.as_ref() {
                ChangeWish::Plan { on, .. } => on,
                _ => &[],
            },
            Wish::Instead { wish, .. } => wish.targets(),
            Wish::Open { .. }
            | Wish::SaveView { .. }
            | Wish::TakeBack { .. }
            | Wish::Undo { .. }
            | Wish::Ci(_)
            | Wish::Article(_) => &[],
        }
    }

    /// Whether it is an edit of no field.
    #[must_use]
    pub fn changes_nothing(&self) -> bool {
        match self {
            Wish::Edit { fields, .. } => fields.is_empty(),
            Wish::Ci(wish) => matches!(wish.as_ref(), CiWish::Edit { fields, .. } if fields.is_empty()),
            Wish::Article(wish) => matches!(wish.as_ref(), ArticleWish::Edit { fields, .. } if fields.is_empty()),
            Wish::Change(wish) => matches!(
                wish.as_ref(),
                ChangeWish::Plan { fields, steps: None, implementers: None, .. } if fields.is_empty()
            ),
            Wish::Command(command) => {
                matches!(command.as_ref(), Command::Change(ChangeCommand::Answer { answers, .. }) if answers.is_empty())
            }
            _ => false,
        }
    }

    /// The same wish for these tickets.
    #[must_use]
    pub fn on(mut self, targets: Vec<Target>) -> Wish {
        match &mut self {
            Wish::Edit { on, .. }
            | Wish::Assign { on, .. }
            | Wish::Move { on, .. }
            | Wish::Write { on, .. }
            | Wish::Watch { on, .. }
            | Wish::Link { on, .. }
            | Wish::Attach { on, .. }
            | Wish::Task { on, .. }
            | Wish::LogTime { on, .. }
            | Wish::Use { on, .. }
            | Wish::Merge { from: on, .. } => *on = targets,
            Wish::Command(command) => match command.as_mut() {
                Command::Edit { on, .. } | Command::Change(ChangeCommand::Vote { on, .. }) => *on = targets,
                Command::Change(
                    ChangeCommand::Start { on, .. }
                    | ChangeCommand::Finish { on, .. }
                    | ChangeCommand::BackOut { on, .. },
                ) => {
                    if let [target] = targets[..] {
                        *on = target;
                    }
                }
                _ => {}
            },
            Wish::Change(wish) => {
                if let ChangeWish::Plan { on, .. } = wish.as_mut() {
                    *on = targets;
                }
            }
            Wish::Instead { wish, .. } => **wish = wish.as_ref().clone().on(targets),
            Wish::Open { .. }
            | Wish::SaveView { .. }
            | Wish::TakeBack { .. }
            | Wish::Undo { .. }
            | Wish::Ci(_)
            | Wish::Article(_) => {}
        }
        self
    }

    /// Whether it is what is done with a change: planned, approved, begun, ended. That is of the one that was looked at alone.
    #[must_use]
    pub fn is_of_its_change(&self) -> bool {
        match self {
            Wish::Change(_) => true,
            Wish::Command(command) => matches!(command.as_ref(), Command::Change(_)),
            Wish::Instead { wish, .. } => wish.is_of_its_change(),
            _ => false,
        }
    }

    /// Whether it only notes that a search found nothing: nobody did that, and nobody takes it back.
    #[must_use]
    pub fn is_noted(&self) -> bool {
        let missed = |command: &Command| matches!(command, Command::Knowledge(KnowledgeCommand::Missed { .. }));
        matches!(self, Wish::Command(command) if missed(command))
    }

    /// Whether it edits one article.
    #[must_use]
    pub fn edits_an_article(&self) -> bool {
        match self {
            Wish::Article(wish) => matches!(wish.as_ref(), ArticleWish::Edit { on, .. } if on.len() == 1),
            Wish::Command(command) => matches!(command.as_ref(), Command::Knowledge(KnowledgeCommand::Edit { .. })),
            Wish::Instead { wish, .. } => wish.edits_an_article(),
            _ => false,
        }
    }

    /// The edit of an article with what was decided now: of two decisions about one thing the newer counts. `None` for all else.
    #[must_use]
    pub fn settle(&self, now: &[Decided]) -> Option<Wish> {
        let mut wish = self.clone();
        let settled = wish.settled()?;
        settled.retain(|one| !now.iter().any(|newer| newer.what == one.what));
        settled.extend(now.iter().cloned());
        Some(wish)
    }

    /// What was decided of the edit of an article.
    fn settled(&mut self) -> Option<&mut Vec<Decided>> {
        match self {
            Wish::Article(wish) => match wish.as_mut() {
                ArticleWish::Edit { settled, .. } => Some(settled),
                _ => None,
            },
            Wish::Command(command) => match command.as_mut() {
                Command::Knowledge(KnowledgeCommand::Edit { settled, .. }) => Some(settled),
                _ => None,
            },
            Wish::Instead { wish, .. } => wish.settled(),
            _ => None,
        }
    }

    /// The same for other tickets; `None` for what is meant for these alone.
    #[must_use]
    pub fn again(&self, others: Vec<Target>) -> Option<Wish> {
        let own = match self {
            Wish::Merge { .. } => true,
            wish if wish.is_of_its_change() => true,
            Wish::Task { change, .. } => !matches!(change, TaskChange::Add(_)),
            other => other.targets().is_empty(),
        };
        (!own).then(|| self.clone().on(others))
    }

    /// What remains of it without these fields; nothing, when they were all.
    #[must_use]
    pub fn without(self, gone: &[Field]) -> Option<Wish> {
        match self {
            Wish::Edit { on, fields } => {
                let fields: Vec<_> = fields.into_iter().filter(|(field, _)| !gone.contains(field)).collect();
                (!fields.is_empty()).then_some(Wish::Edit { on, fields })
            }
            Wish::Instead { of, wish } => wish.without(gone).map(|wish| Wish::Instead { of, wish: Box::new(wish) }),
            Wish::Change(mut wish) => {
                let left = match wish.as_mut() {
                    ChangeWish::Plan { fields, steps, implementers, .. } => {
                        fields.retain(|(field, _)| !gone.contains(field));
                        !fields.is_empty() || steps.is_some() || implementers.is_some()
                    }
                    _ => gone.is_empty(),
                };
                left.then_some(Wish::Change(wish))
            }
            Wish::Command(mut command) => {
                let left = match command.as_mut() {
                    Command::Edit { set, tag, untag, .. } => {
                        set.retain(|field, _| !gone.contains(field));
                        !(set.is_empty() && tag.is_empty() && untag.is_empty())
                    }
                    _ => gone.is_empty(),
                };
                left.then_some(Wish::Command(command))
            }
            other => gone.is_empty().then_some(other),
        }
    }
}
