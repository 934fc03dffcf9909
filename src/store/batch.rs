//! A batch: what one command will do to the rows of a desk, as plain data.
//!
//! It is planned by reading and applied by writing. The two are separate, so that a command can be planned in one place and
//! applied in another.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::desk::field::Value;
use crate::desk::id::{Seq, TicketId};

/// A journaled table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Table {
    Setting,
    Person,
    Team,
    Member,
    Service,
    Category,
    Ticket,
    Entry,
    Tag,
    Watcher,
    Link,
    Task,
    Worklog,
    Attachment,
    Past,
    Ci,
    Attribute,
    Relation,
    Redundancy,
    Affected,
    Sighting,
    Install,
    Inventory,
    Answer,
    Approval,
    Vote,
    Implementer,
    Cab,
    CabMember,
    CabItem,
    Window,
    Override,
    Article,
    ArticleTag,
    ArticleService,
    ArticleCi,
    Citation,
    Edition,
    Feedback,
    Gap,
    ArticleFile,
}

impl Table {
    pub(crate) const ALL: [Table; 41] = [
        Table::Setting,
        Table::Person,
        Table::Team,
        Table::Member,
        Table::Service,
        Table::Category,
        Table::Ticket,
        Table::Entry,
        Table::Tag,
        Table::Watcher,
        Table::Link,
        Table::Task,
        Table::Worklog,
        Table::Attachment,
        Table::Past,
        Table::Ci,
        Table::Attribute,
        Table::Relation,
        Table::Redundancy,
        Table::Affected,
        Table::Sighting,
        Table::Install,
        Table::Answer,
        Table::Approval,
        Table::Vote,
        Table::Implementer,
        Table::Cab,
        Table::CabMember,
        Table::CabItem,
        Table::Inventory,
        Table::Window,
        Table::Override,
        Table::Article,
        Table::ArticleTag,
        Table::ArticleService,
        Table::ArticleCi,
        Table::Citation,
        Table::Edition,
        Table::Feedback,
        Table::Gap,
        Table::ArticleFile,
    ];

    /// Its name in the desk file.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Table::Setting => "setting",
            Table::Person => "person",
            Table::Team => "team",
            Table::Member => "member",
            Table::Service => "service",
            Table::Category => "category",
            Table::Ticket => "ticket",
            Table::Entry => "entry",
            Table::Tag => "tag",
            Table::Watcher => "watcher",
            Table::Link => "link",
            Table::Task => "task",
            Table::Worklog => "worklog",
            Table::Attachment => "attachment",
            Table::Past => "past",
            Table::Ci => "ci",
            Table::Attribute => "attribute",
            Table::Relation => "relation",
            Table::Redundancy => "redundancy",
            Table::Affected => "affected",
            Table::Sighting => "sighting",
            Table::Install => "install",
            Table::Answer => "answer",
            Table::Approval => "approval",
            Table::Vote => "vote",
            Table::Implementer => "implementer",
            Table::Cab => "cab",
            Table::CabMember => "cab_member",
            Table::CabItem => "cab_item",
            Table::Inventory => "inventory",
            Table::Window => "window",
            Table::Override => "override",
            Table::Article => "article",
            Table::ArticleTag => "article_tag",
            Table::ArticleService => "article_service",
            Table::ArticleCi => "article_ci",
            Table::Citation => "citation",
            Table::Edition => "edition",
            Table::Feedback => "feedback",
            Table::Gap => "gap",
            Table::ArticleFile => "article_file",
        }
    }

    /// Whether its rows belong to a ticket.
    pub(crate) fn is_of_ticket(self) -> bool {
        let is_of_none = matches!(
            self,
            Table::Setting
                | Table::Person
                | Table::Team
                | Table::Member
                | Table::Service
                | Table::Category
                | Table::Window
                | Table::Inventory
                | Table::Cab
                | Table::CabMember
                | Table::Gap
        );
        !is_of_none && !self.is_of_ci() && !self.is_of_article()
    }

    /// Whether its rows belong to a CI: it is one, or names its own.
    pub(crate) fn is_of_ci(self) -> bool {
        matches!(
            self,
            Table::Ci | Table::Attribute | Table::Relation | Table::Redundancy | Table::Sighting | Table::Install
        )
    }

    /// Whether its rows belong to an article: it is one, or names its own. Citations belong to their tickets.
    pub(crate) fn is_of_article(self) -> bool {
        matches!(
            self,
            Table::Article
                | Table::ArticleTag
                | Table::ArticleService
                | Table::ArticleCi
                | Table::Edition
                | Table::Feedback
                | Table::ArticleFile
        )
    }

    pub(crate) fn named(name: &str) -> Option<Table> {
        Table::ALL.into_iter().find(|table| table.name() == name)
    }
}

/// Columns with their values. Names are the store's own, or come from the journal, which holds only those.
pub(crate) type Row = Vec<(Cow<'static, str>, Value)>;

/// A whole number in a row, where it is among its columns.
pub(crate) fn column(row: &Row, name: &str) -> Option<i64> {
    row.iter().find(|(known, _)| known == name).and_then(|(_, value)| value.int())
}

/// One write.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Write {
    Insert {
        table: Table,
        id: i64,
        row: Row,
    },
    Update {
        table: Table,
        id: i64,
        row: Row,
    },
    Delete {
        table: Table,
        id: i64,
    },
    /// Contents of an attachment, kept once under their checksum.
    Blob {
        sha256: String,
        bytes: Vec<u8>,
    },
}

/// What one command will do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Batch {
    /// These tickets still have these versions, or the batch must be planned again.
    pub(crate) guards: Vec<(TicketId, Seq)>,
    /// In this order.
    pub(crate) writes: Vec<Write>,
    /// The last row ids and numbers given out.
    pub(crate) counters: BTreeMap<String, i64>,
    /// The transaction that it takes back.
    pub(crate) undoes: Option<Seq>,
}

/// A row from columns and values.
macro_rules! row {
    ($($column:literal : $value:expr),* $(,)?) => {
        vec![$((std::borrow::Cow::Borrowed($column), $crate::desk::field::Value::from($value))),*]
    };
}
pub(crate) use row;
