//! A desk where no lock reaches the others, drawn as a whole to this machine's disk and looked over before it is believed.
//!
//! Whoever writes there goes on meanwhile, so what is copied may be torn. The signs of the file before and after tell whether
//! anybody wrote; what was in the making is taken along with its journal or log, and SQLite takes it back or in here. Then the
//! copy must hold: its pages, its rows, the chain of its journal. What does not is drawn again, and never replaces one that
//! did.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::block::Block;
use super::standing::{Shared, now};
use super::touch::away;
use super::STOPPED;
use crate::desk::refusal::Refusal;
use crate::desk::time::Timestamp;
use crate::store::backup::{beside, first_finding};
use crate::store::put::{Draft, draft_in};
use crate::store::{open, schema};

/// How often a copy is tried before it is left to later.
const TRIES: u32 = 5;
/// How long to wait after the first try; twice as long after each further one.
const PAUSE: Duration = Duration::from_millis(250);
/// For so many times as long as it took, a desk is not drawn again: a large one over a slow line would be drawn all day.
const REST: i64 = 4;
/// So many steps of SQLite's lie between two signs that it goes on.
const STEPS: i32 = 100_000;
/// The file beside the copies that tells what was drawn last.
const DRAWN: &str = "drawn";

/// What a desk file and the files beside it show at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Signs {
    /// The versions of its format: 2 where commits go to a log first (offset 18, sqlite.org/fileformat2.html).
    format: Vec<u8>,
    /// The counter of commits that did not go to a log (offset 24).
    counter: Vec<u8>,
    /// The beginning of a journal that is hot: somebody is writing, or died of it. Another number stands in each.
    journal: Option<Vec<u8>>,
    /// The beginning of the log, another each time it begins anew.
    log: Option<Vec<u8>>,
    /// The beginning of the log's index, which changes with each commit to the log.
    index: Option<Vec<u8>>,
    /// Sizes and times of the file and its log, where commits go to a log without an index.
    told: Vec<(u64, i64, i64)>,
}

impl Signs {
    /// Looks at them. `first` is before anything is copied: the counter before the journal, so that no writer can have begun
    /// unseen; afterwards it is the other way round.
    pub(super) fn read(desk: &Path, first: bool) -> Result<Signs, Refusal> {
        let look = || -> std::io::Result<Signs> {
            let head = || beginning(desk, 28)?.ok_or_else(|| std::io::Error::from(absence(desk)));
            let early = if first { Some(head()?) } else { None };
            let journal = beginning(&beside(desk, "-journal"), 28)?.filter(|bytes| bytes.first() != Some(&0));
            let log = beginning(&beside(desk, "-wal"), 32)?;
            let index = beginning(&beside(desk, "-shm"), 48)?;
            let head = early.map_or_else(head, Ok)?;
            let part = |from: usize, to: usize| head.get(from..to).map(<[u8]>::to_vec).unwrap_or_default();
            let mut signs = Signs { format: part(18, 20), counter: part(24, 28), journal, log, index, told: Vec::new() };
            if signs.is_logged() && signs.index.is_none() {
                let files = [desk.to_owned(), beside(desk, "-wal")];
                let told = files.iter().filter_map(|file| std::fs::metadata(file).ok());
                signs.told = told.map(|meta| (meta.len(), meta.mtime(), meta.mtime_nsec())).collect();
            }
            Ok(signs)
        };
        look().map_err(|error| away(desk, &error))
    }

    /// Whether a copy is whole that was made between these signs and those.
    fn hold_until(&self, after: &Signs) -> bool {
        match self.is_logged() && self.log.is_some() {
            // While the log has not begun anew, it has all that may have come into the file meanwhile.
            true => self.format == after.format && self.log == after.log,
            false => self == after,
        }
    }

    /// Whether commits go to a log first.
    fn is_logged(&self) -> bool {
        self.format.contains(&2)
    }
}

/// How a file that can't be read from its beginning is missing.
fn absence(desk: &Path) -> ErrorKind {
    if desk.exists() { ErrorKind::UnexpectedEof } else { ErrorKind::NotFound }
}

/// The first bytes of a file from the drive itself, as many as there are; `None` where there is no such file or it is empty.
fn beginning(path: &Path, size: usize) -> std::io::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut block = Block::default();
    let bytes = block.read_past_cache(&file)?;
    Ok((!bytes.is_empty()).then(|| bytes.get(..size.min(bytes.len())).unwrap_or_default().to_vec()))
}

/// What was drawn last into the copy in use, so that no program draws again what another has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Drawn {
    /// The copy that has it.
    copy: PathBuf,
    signs: Signs,
    at: Timestamp,
    /// How long it took, in milliseconds.
    took: i64,
}

/// Whether a desk must be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// The copy is as the desk.
    No,
    /// It is not.
    Now,
    /// It is not, and the desk was drawn so short a time ago that it waits until then.
    At(Timestamp),
}

impl Drawn {
    /// What was drawn last into a copy.
    pub(super) fn into_copy(copy: &Path) -> Option<Drawn> {
        let text = std::fs::read(copy.with_file_name(DRAWN)).ok()?;
        serde_json::from_slice(&text).ok().filter(|drawn: &Drawn| drawn.copy == copy)
    }

    /// Whether to draw a desk that shows these signs now.
    pub(super) fn due(&self, signs: &Signs, now: Timestamp) -> Due {
        let until = Timestamp(self.at.0 + REST * self.took);
        match self.signs == *signs {
            true => Due::No,
            // A clock that was set back holds nobody up.
            false if until > now && self.at <= now => Due::At(until),
            false => Due::Now,
        }
    }
}

/// A desk as it was drawn: private, whole, and gone when this is dropped.
pub(super) struct Still {
    conn: Connection,
    draft: Draft,
    signs: Signs,
    took: i64,
}

impl Still {
    /// Draws a desk into the `workshop`, telling how many of how many bytes are there.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`] where the drive does not answer, and where nothing whole could be drawn.
    pub(super) fn draw(
        desk: &Path,
        workshop: &Path,
        shared: &Arc<Shared>,
        telling: &mut dyn FnMut(i64, i64),
    ) -> Result<Still, Torn> {
        let mut torn = String::new();
        for attempt in 0..TRIES {
            if attempt > 0 {
                pause(PAUSE * 2_u32.pow(attempt - 1), shared)?;
            }
            let began = Instant::now();
            let signs = Signs::read(desk, true)?;
            if signs.journal.is_some() && attempt + 1 < TRIES {
                // What is there in a moment is newer than what can be drawn now.
                torn = String::from("somebody is writing there");
                continue;
            }
            let draft = draft_in(workshop)?;
            pour(desk, draft.path(), shared, telling)?;
            for ending in ["-wal", "-journal"] {
                pour(&beside(desk, ending), &beside(draft.path(), ending), shared, &mut |_, _| {})?;
            }
            if !signs.hold_until(&Signs::read(desk, false)?) {
                torn = String::from("somebody wrote there while it was copied");
                continue;
            }
            match look_over(desk, &draft, shared)? {
                Ok(conn) => {
                    let took = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX / REST);
                    return Ok(Still { conn, draft, signs, took });
                }
                Err(finding) => torn = format!("what was copied does not hold: {finding}"),
            }
        }
        Err(Torn::Unsettled(format!("{} can't be copied whole now: {torn}", desk.display())))
    }

    /// The desk.
    pub(super) fn conn(&self) -> &Connection {
        &self.conn
    }

    /// Remembers that a copy has it.
    pub(super) fn is_in(&self, copy: &Path) {
        let drawn = Drawn { copy: copy.to_owned(), signs: self.signs.clone(), at: now(), took: self.took };
        // Where it can't be written, the desk is drawn once more than needed.
        let _ = serde_json::to_vec(&drawn).map(|text| std::fs::write(copy.with_file_name(DRAWN), text));
    }

    /// Puts the file itself at a place in the same folder.
    pub(super) fn keep_as(self, to: &Path) -> Result<(), Refusal> {
        let Still { conn, draft, .. } = self;
        conn.close().map_err(|(_, error)| open::explain(to, &error))?;
        std::fs::rename(draft.path(), to)
            .map_err(|error| Refusal::Unavailable(format!("{} can't be written: {error}", to.display())))
    }
}

/// Why a desk could not be drawn.
pub(super) enum Torn {
    /// It is there, and nothing whole could be had of it.
    Unsettled(String),
    /// It can't be reached, or this program can't read it.
    Refused(Refusal),
}

impl From<Refusal> for Torn {
    fn from(refusal: Refusal) -> Torn {
        Torn::Refused(refusal)
    }
}

impl From<Torn> for Refusal {
    fn from(torn: Torn) -> Refusal {
        match torn {
            Torn::Unsettled(why) => Refusal::Unavailable(why),
            Torn::Refused(refusal) => refusal,
        }
    }
}

/// Copies a file past this machine's cache; one that is not there is not copied.
fn pour(from: &Path, to: &Path, shared: &Shared, telling: &mut dyn FnMut(i64, i64)) -> Result<(), Refusal> {
    let file = match File::open(from) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(away(from, &error)),
    };
    let all = file.metadata().map_err(|error| away(from, &error))?.len();
    let unwritten = |error| Refusal::Unavailable(format!("{} can't be written: {error}", to.display()));
    let to = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(to);
    let mut to = to.map_err(unwritten)?;
    let (mut block, mut done) = (Block::large(), 0_u64);
    loop {
        shared.works();
        refuse_stopped(shared)?;
        let bytes = block.read_past_cache_at(&file, done).map_err(|error| away(from, &error))?;
        if bytes.is_empty() {
            return Ok(());
        }
        to.write_all(bytes).map_err(unwritten)?;
        done += bytes.len() as u64;
        let number = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX / 100);
        telling(number(done.min(all)), number(all));
    }
}

/// Opens what was drawn, lets SQLite take back or in what was in the making, and looks all of it over.
fn look_over(desk: &Path, draft: &Draft, shared: &Arc<Shared>) -> Result<Result<Connection, String>, Refusal> {
    // What is no desk, or one of a newer program, will not become one by being drawn again.
    let found = open::look(draft.path());
    let version = match found {
        Ok(head) => head.version,
        Err(_) => return open::look(desk).map(|_| Err(String::from("its beginning is torn"))),
    };
    let open = || -> rusqlite::Result<Connection> {
        let mut conn = Connection::open(draft.path())?;
        open::defend(&mut conn)?;
        // Reading all of a large desk takes longer than a drive is silent that hangs.
        let shared = Arc::clone(shared);
        let goes_on = move || {
            shared.works();
            shared.stop.is_told()
        };
        conn.progress_handler(STEPS, Some(goes_on))?;
        conn.query_row("PRAGMA journal_mode = delete", [], |_| Ok(()))?;
        if version < schema::version() {
            schema::migrate(&mut conn)?;
        }
        Ok(conn)
    };
    let conn = match open() {
        Ok(conn) => conn,
        Err(error) => return Ok(Err(error.to_string())),
    };
    // What SQLite can't read at all does not hold either.
    let finding = first_finding(&conn, draft.path());
    Ok(match finding.map_err(|refusal| refusal.to_string()) {
        Ok(None) => Ok(conn),
        Ok(Some(finding)) => Err(finding.to_string()),
        Err(unread) => Err(unread),
    })
}

fn pause(long: Duration, shared: &Shared) -> Result<(), Refusal> {
    let until = Instant::now() + long;
    while Instant::now() < until {
        shared.works();
        refuse_stopped(shared)?;
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

fn refuse_stopped(shared: &Shared) -> Result<(), Refusal> {
    match shared.stop.is_told() {
        true => Err(Refusal::Unavailable(String::from(STOPPED))),
        false => Ok(()),
    }
}
