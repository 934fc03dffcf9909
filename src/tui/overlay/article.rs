//! What a form about articles is for, and the wish that it makes.

use crate::desk::command::Command;
use crate::desk::id::{ArticleId, TicketId};
use crate::desk::knowledge::{ArticleField, ArticleTarget, CitationRole, Decided, KnowledgeCommand};
use crate::tui::effect::{ArticleWish, Wish};
use crate::tui::overlay::field::FormField;

/// What a form about articles is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArticleForm {
    /// Write one of this type.
    New(String),
    /// Write one from a ticket, which is this to it.
    Made(TicketId, CitationRole),
    /// Edit these.
    Edit(Vec<ArticleTarget>),
    /// Move them to this state at a time.
    Later(Vec<ArticleId>, String),
    /// Say that they still hold.
    Review(Vec<ArticleId>),
    /// Say that one did not help.
    Failed(ArticleId),
    /// Say what is wrong with one.
    Flag(ArticleId),
}

impl ArticleForm {
    /// The wish that it makes of its fields and of what was decided about what others did.
    #[must_use]
    pub fn wish(&self, fields: &[FormField], settled: &[Decided]) -> Wish {
        let given = |changed_only: bool| -> Vec<(ArticleField, String)> {
            fields
                .iter()
                .filter(|field| !changed_only || field.editor.text() != field.before)
                .filter_map(|field| Some((field.fact.as_ref()?.article?, field.whole())))
                .filter(|(_, text)| changed_only || !text.trim().is_empty())
                .map(|(field, text)| (field, ended(field, text)))
                .collect()
        };
        let line = || fields.first().map(|field| field.editor.text().trim().to_owned()).unwrap_or_default();
        let command = |command| Wish::Command(Box::new(Command::Knowledge(command)));
        match self {
            ArticleForm::New(kind) => {
                let mut fields = given(false);
                fields.insert(0, (ArticleField::Type, kind.clone()));
                Wish::Article(Box::new(ArticleWish::Write { fields, cite: Vec::new() }))
            }
            ArticleForm::Made(from, role) => {
                let cite = vec![(*from, *role)];
                Wish::Article(Box::new(ArticleWish::Write { fields: given(false), cite }))
            }
            ArticleForm::Edit(on) => {
                let wish = ArticleWish::Edit { on: on.clone(), fields: given(true), settled: settled.to_vec() };
                Wish::Article(Box::new(wish))
            }
            ArticleForm::Later(on, to) => {
                Wish::Article(Box::new(ArticleWish::Advance { on: on.clone(), to: to.clone(), at: line() }))
            }
            ArticleForm::Review(on) => command(KnowledgeCommand::Review { on: on.clone(), comment: line() }),
            ArticleForm::Failed(on) => command(KnowledgeCommand::Rate { on: *on, helped: false, comment: line() }),
            ArticleForm::Flag(on) => command(KnowledgeCommand::Flag { on: *on, comment: line() }),
        }
    }

    /// Where a draft of it belongs.
    #[must_use]
    pub fn place(&self, fields: &[FormField]) -> String {
        let ids = |on: &[ArticleId]| on.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        match self {
            ArticleForm::New(kind) => format!("article-new {kind}"),
            ArticleForm::Made(from, _) => format!("article-made {from}"),
            ArticleForm::Edit(on) => {
                let on: Vec<ArticleId> = on.iter().map(|one| one.id).collect();
                match fields {
                    [FormField { fact: Some(fact), .. }] => format!("article-edit {} {}", ids(&on), fact.name),
                    _ => format!("article-edit {}", ids(&on)),
                }
            }
            ArticleForm::Later(on, to) => format!("article-later {} {to}", ids(on)),
            ArticleForm::Review(on) => format!("article-review {}", ids(on)),
            ArticleForm::Failed(on) => format!("article-failed {on}"),
            ArticleForm::Flag(on) => format!("article-flag {on}"),
        }
    }

    /// The articles that it edits.
    #[must_use]
    pub fn edits(&self) -> &[ArticleTarget] {
        match self {
            ArticleForm::Edit(on) => on,
            _ => &[],
        }
    }
}

/// A text as it is kept: its last line ends, as files do.
fn ended(field: ArticleField, text: String) -> String {
    match field {
        ArticleField::Body if !text.is_empty() => format!("{}\n", text.trim_end_matches('\n')),
        _ => text,
    }
}
