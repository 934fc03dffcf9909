//! The stories of the demo desk: hand-written tickets in `assets/demo/`, each told several times with other names.

use serde::Deserialize;

use crate::desk::id::Kind;
use crate::desk::refusal::Refusal;

/// One kind of thing that happens at a company, from the first call to the closing words.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Story {
    pub(super) kind: Option<Kind>,
    pub(super) title: Vec<String>,
    pub(super) text: String,
    pub(super) category: String,
    pub(super) service: String,
    /// Who solves it.
    pub(super) team: String,
    /// Who has it first, and what they say when they hand it over.
    pub(super) first: Option<String>,
    #[serde(default)]
    pub(super) handover: String,
    #[serde(default)]
    pub(super) ci: Vec<String>,
    #[serde(default)]
    pub(super) channel: Vec<String>,
    pub(super) impact: i64,
    pub(super) urgency: i64,
    #[serde(default)]
    pub(super) tags: Vec<String>,
    #[serde(default)]
    pub(super) tasks: Vec<String>,
    /// A request that somebody has to approve.
    #[serde(default)]
    pub(super) approver: bool,
    /// How a change is decided: `standard`, `normal`, `twice`, `emergency`.
    #[serde(default)]
    pub(super) flow: String,
    /// The template of a standard change.
    pub(super) template: Option<String>,
    /// What the requester is asked, and says.
    pub(super) ask: Option<String>,
    pub(super) answer: Option<String>,
    /// What it waits for, with a note.
    pub(super) wait: Option<String>,
    #[serde(default)]
    pub(super) wait_note: String,
    #[serde(default)]
    pub(super) notes: Vec<String>,
    pub(super) reply: Option<String>,
    #[serde(default)]
    pub(super) code: String,
    pub(super) cause: Option<String>,
    #[serde(default)]
    pub(super) resolution: String,
    pub(super) workaround: Option<String>,
    #[serde(default)]
    pub(super) root_cause: String,
    /// What the requester writes when it was not over.
    pub(super) back: Option<String>,
    /// A text file that belongs to it.
    pub(super) log: Option<String>,
    #[serde(default)]
    pub(super) log_name: String,
    /// Working hours that it takes.
    #[serde(default = "a_day")]
    pub(super) hours: i64,
    /// Of planned work: its day of the week, when it begins by the clock, and how many minutes it takes.
    pub(super) on: Option<Day>,
    #[serde(default)]
    pub(super) at: String,
    #[serde(default)]
    pub(super) minutes: i64,
    /// Each time that it was planned: the how-manyth such day from today, back or ahead, and where it stands. 0 is now.
    #[serde(default)]
    pub(super) runs: Vec<(i64, String)>,
    /// The CIs that it touches.
    #[serde(default)]
    pub(super) cis: Vec<String>,
    /// What it taught.
    #[serde(default)]
    pub(super) lessons: String,
    /// How often it happens, compared with the others.
    #[serde(default = "once")]
    pub(super) often: usize,

    // Of scenes only.
    pub(super) name: Option<String>,
    pub(super) from: Option<String>,
    pub(super) ago: Option<i64>,
    pub(super) ends: Option<String>,
    pub(super) who: Option<String>,
    pub(super) due: Option<Due>,
    #[serde(default)]
    pub(super) links: Vec<(String, String)>,
    pub(super) merged: Option<String>,
    /// A priority against the matrix, with its reason.
    #[serde(rename = "override")]
    pub(super) raised: Option<(i64, String)>,
    #[serde(default)]
    pub(super) major: bool,
    #[serde(default)]
    pub(super) watched: bool,
    #[serde(default)]
    pub(super) children: bool,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// How a ticket stands to its due time at the moment of looking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Due {
    /// As its priority promises.
    #[default]
    Target,
    Overdue,
    Risk,
    Today,
    Soon,
    Later,
}

fn a_day() -> i64 {
    10
}

fn once() -> usize {
    1
}

#[derive(Deserialize)]
struct Book {
    story: Vec<Story>,
}

macro_rules! books {
    ($($kind:ident $name:literal),* $(,)?) => {
        &[$((Kind::$kind, $name, include_str!(concat!("../../../assets/demo/", $name)))),*]
    };
}

static BOOKS: &[(Kind, &str, &str)] = books![
    Incident "incident-network.toml",
    Incident "incident-servers.toml",
    Incident "incident-applications.toml",
    Incident "incident-workplace.toml",
    Incident "incident-security.toml",
    Request "request.toml",
    Problem "problem.toml",
    Change "change.toml",
    Release "release.toml",
    Improvement "improvement.toml",
    Incident "scenes.toml",
];

impl Story {
    pub(super) fn kind(&self) -> Kind {
        self.kind.unwrap_or(Kind::Incident)
    }

    /// Played once, at a time of its own.
    pub(super) fn is_scene(&self) -> bool {
        self.ago.is_some()
    }
}

/// All stories, in the order of the books.
pub(super) fn stories() -> Result<Vec<Story>, Refusal> {
    let mut all = Vec::new();
    for (kind, name, text) in BOOKS {
        let book: Book = toml::from_str(text).map_err(|error| Refusal::Damaged(format!("{name}: {error}")))?;
        all.extend(book.story.into_iter().map(|story| Story { kind: story.kind.or(Some(*kind)), ..story }));
    }
    Ok(all)
}
