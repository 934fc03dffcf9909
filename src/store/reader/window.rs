//! Questions about windows.

use rusqlite::Row as SqlRow;

use crate::desk::change::window::{KeptWindow, Recurrence, Scope, Source, Span, Window, WindowKind};
use crate::desk::field::Value;
use crate::desk::id::{ServiceId, TeamId, WindowId};
use crate::desk::refusal::Refusal;
use crate::desk::rules::nearest;
use crate::store::batch::Row;
use crate::store::reader::Reader;
use crate::store::reader::cmdb::any_value;

const COLUMNS: [&str; 14] = [
    "name", "kind", "starts", "ends", "zone", "rule", "scope", "service", "team", "subject", "note", "uid", "sequence",
    "digest",
];

impl Reader<'_> {
    /// A window.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is none of that row.
    pub fn window(&self, id: WindowId) -> Result<KeptWindow, Refusal> {
        let found = self.kept("WHERE id = ?1", [id.0])?.pop();
        found.ok_or_else(|| Refusal::not_found(format!("there is no window {id}; see: deskhand change window list")))
    }

    /// The window that was made from an event.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn window_of(&self, uid: &str) -> Result<Option<KeptWindow>, Refusal> {
        Ok(self.kept("WHERE uid = ?1", [uid])?.pop())
    }

    /// All windows, by name.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn windows(&self) -> Result<Vec<KeptWindow>, Refusal> {
        self.kept("ORDER BY name COLLATE NOCASE, id", [])
    }

    /// The window that somebody means: by its number in the list, or by name where only one has it.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] with the nearest name.
    pub fn find_window(&self, word: &str) -> Result<KeptWindow, Refusal> {
        if let Ok(id) = word.trim().parse::<i64>() {
            return self.window(WindowId(id));
        }
        let mut named = self.kept("WHERE name = ?1 COLLATE NOCASE ORDER BY id", [word.trim()])?;
        match (named.pop(), named.pop()) {
            (Some(window), None) => Ok(window),
            (Some(one), Some(other)) => {
                Err(Refusal::rule(format!("'{word}' may be window {} or {}; give the number", other.id, one.id)))
            }
            _ => {
                let names: Vec<String> = self.all("SELECT name FROM window", [], |row| row.get(0))?;
                Err(Refusal::not_found(match nearest(word, names.iter().map(String::as_str)) {
                    Some(near) => format!("there is no window '{word}'; did you mean '{near}'?"),
                    None => format!("there is no window '{word}'; see: deskhand change window list"),
                }))
            }
        }
    }

    /// The windows that are there at some time within, each with those times.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn windows_within(&self, within: Span) -> Result<Vec<(KeptWindow, Vec<Span>)>, Refusal> {
        let mut found = Vec::new();
        for kept in self.windows_about(within)? {
            // A rule that can't be worked out was refused when it came; one that slipped in all the same hides nothing else.
            let spans = kept.window.occurrences(within).unwrap_or_default();
            if !spans.is_empty() {
                found.push((kept, spans));
            }
        }
        Ok(found)
    }

    /// The windows that may be there at some time within.
    pub(super) fn windows_about(&self, within: Span) -> Result<Vec<KeptWindow>, Refusal> {
        self.kept(
            "WHERE first < ?2 AND (last IS NULL OR last > ?1) ORDER BY name COLLATE NOCASE, id",
            [within.from.0, within.until.0],
        )
    }

    fn kept(&self, tail: &str, params: impl rusqlite::Params) -> Result<Vec<KeptWindow>, Refusal> {
        let sql = format!("SELECT id, {} FROM window {tail}", COLUMNS.join(", "));
        let rows = self.all(&sql, params, |row| Ok((WindowId(row.get(0)?), columns(row)?)))?;
        rows.into_iter().map(|(id, row)| Ok(KeptWindow { id, window: from_columns(&row)? })).collect()
    }

    /// What a window is about, as it is typed: `service:payroll`, `everything`.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn scope_shown(&self, scope: &Scope) -> Result<String, Refusal> {
        let key = match scope {
            Scope::Everything => return Ok(String::from(scope.word())),
            Scope::Service(id) => self.key_of("service", id.0)?,
            Scope::Team(id) => self.key_of("team", id.0)?,
            Scope::Class(text) | Scope::Tickets(text) | Scope::Cis(text) => Some(text.clone()),
        };
        Ok(format!("{}:{}", scope.word(), key.unwrap_or_else(|| String::from("?"))))
    }

    /// What is typed for what a window is about.
    ///
    /// # Errors
    /// When it is none of [`Scope::WORDS`], or names what the desk does not have.
    pub fn find_scope(&self, text: &str) -> Result<Scope, Refusal> {
        let text = text.trim();
        let (word, subject) = text.split_once(':').map_or((text, ""), |(word, rest)| (word.trim(), rest.trim()));
        let needs = |scope: fn(String) -> Scope| match subject {
            "" => Err(Refusal::rule(format!("{word}: of what? It looks like {word}:…"))),
            subject => Ok(scope(subject.to_owned())),
        };
        match word.to_ascii_lowercase().as_str() {
            "everything" | "all" => Ok(Scope::Everything),
            "service" => Ok(Scope::Service(self.find_service(subject)?.id)),
            "team" => Ok(Scope::Team(self.find_team(subject)?.id)),
            "class" => {
                let class = self.rules().cmdb.classes.find(subject).map_err(Refusal::NotFound)?;
                Ok(Scope::Class(class.name.clone()))
            }
            "tickets" => needs(Scope::Tickets),
            "cis" => needs(Scope::Cis),
            other => Err(Refusal::rule(match nearest(other, Scope::WORDS) {
                Some(near) => format!("'{other}' is no scope; did you mean '{near}'?"),
                None => format!("'{other}' is no scope; there are {}", Scope::WORDS.join(", ")),
            })),
        }
    }
}

fn columns(row: &SqlRow<'_>) -> rusqlite::Result<Row> {
    COLUMNS.iter().enumerate().map(|(n, name)| Ok(((*name).into(), any_value(row, n + 1)?))).collect()
}

/// A window from the columns of its table.
pub(crate) fn from_columns(row: &Row) -> Result<Window, Refusal> {
    let cell = |name: &str| row.iter().find(|(column, _)| column == name).map(|(_, value)| value);
    let text = |name: &str| cell(name).and_then(Value::text).unwrap_or_default();
    let broken = |why: String| Refusal::Damaged(format!("a window can't be read: {why}; run: deskhand verify"));
    let number = |name: &str| cell(name).and_then(Value::int).unwrap_or_default();
    let zone = text("zone").parse().map_err(|_| broken(format!("its zone '{}'", text("zone"))))?;
    let subject = || text("subject").to_owned();
    Ok(Window {
        name: text("name").to_owned(),
        kind: WindowKind::named(text("kind")).ok_or_else(|| broken(format!("its kind '{}'", text("kind"))))?,
        starts: text("starts").parse().map_err(broken)?,
        ends: text("ends").parse().map_err(broken)?,
        zone,
        recurrence: Recurrence::read(text("rule"), zone).map_err(broken)?,
        scope: match text("scope") {
            "service" => Scope::Service(ServiceId(number("service"))),
            "team" => Scope::Team(TeamId(number("team"))),
            "class" => Scope::Class(subject()),
            "tickets" => Scope::Tickets(subject()),
            "cis" => Scope::Cis(subject()),
            _ => Scope::Everything,
        },
        note: text("note").to_owned(),
        source: cell("uid").and_then(Value::text).map(|uid| Source {
            uid: uid.to_owned(),
            sequence: number("sequence"),
            digest: text("digest").to_owned(),
        }),
    })
}
