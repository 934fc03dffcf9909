//! The outbox: commands that could not be brought to the drive, kept on this machine until they can be.
//!
//! One file a command, named by its id, which grows with time: they are sent in the order in which they were given. A command
//! leaves the outbox when the desk has carried it out, or when its author takes it out; nothing is dropped silently. One that
//! the desk refuses stays, with the reason.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::desk::command::{Author, Command, Request};
use crate::desk::id::{CommandId, TicketId};
use crate::desk::refusal::Refusal;
use crate::desk::time::{Moment, Timestamp};

/// A command that waits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    /// The command.
    pub request: Request,
    /// Who gave it.
    pub author: Author,
    /// When.
    pub at: Timestamp,
    /// What it would do, in one line, as far as the local copy could tell.
    pub summary: String,
    /// The zone in which its times are meant.
    zone: Tz,
    /// The identity of the desk for which it is.
    pub(crate) desk: String,
    /// Why the desk refused it; `None` while it was not asked.
    #[serde(default)]
    pub refused: Option<Refusal>,
}

impl Waiting {
    /// The tickets that it is about; none for a new one.
    #[must_use]
    pub fn tickets(&self) -> Vec<TicketId> {
        tickets(&self.request.command)
    }

    pub(crate) fn moment(&self) -> Moment {
        Moment { now: self.at, zone: self.zone }
    }
}

fn tickets(command: &Command) -> Vec<TicketId> {
    match command {
        Command::Edit { on, .. } | Command::Move { on, .. } | Command::Write { on, .. } => {
            on.iter().map(|target| target.id).collect()
        }
        Command::Merge { from, into } => from.iter().map(|target| target.id).chain([*into]).collect(),
        Command::Watch { on, .. } | Command::Attach { on, .. } => on.clone(),
        Command::Link { from, to, .. } | Command::Unlink { from, to, .. } => vec![*from, *to],
        Command::LogTime { on, .. } | Command::Task { on, .. } => vec![*on],
        Command::Each(commands) => {
            let mut all: Vec<TicketId> = commands.iter().flat_map(tickets).collect();
            all.sort_unstable();
            all.dedup();
            all
        }
        _ => Vec::new(),
    }
}

/// The outbox of one desk on this machine.
#[derive(Clone, Debug)]
pub(crate) struct Outbox {
    folder: PathBuf,
}

impl Outbox {
    pub(crate) fn at(folder: &Path) -> Outbox {
        Outbox { folder: folder.to_owned() }
    }

    /// Keeps a command; it is on the disk when this returns.
    ///
    /// # Errors
    /// When it can't be written, or is too large to wait: an import.
    pub(crate) fn keep(
        &self,
        request: &Request,
        author: &Author,
        moment: &Moment,
        summary: &str,
        desk: &str,
    ) -> Result<(), Refusal> {
        if matches!(request.command, Command::Import(_) | Command::Reinstate(_)) {
            return Err(Refusal::Unavailable(String::from(
                "this does not wait in the outbox; try again when the drive is back",
            )));
        }
        if let Command::Attach { bytes, .. } = &request.command {
            self.write(&self.file(request.id, "bytes"), bytes)?;
        }
        self.save(&Waiting {
            request: request.clone(),
            author: author.clone(),
            at: moment.now,
            summary: summary.to_owned(),
            zone: moment.zone,
            desk: desk.to_owned(),
            refused: None,
        })
    }

    /// What waits, oldest first. What can't be read stays where it is.
    pub(crate) fn list(&self) -> Vec<Waiting> {
        let files = std::fs::read_dir(&self.folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut files: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|e| e == "json")).collect();
        files.sort();
        files.iter().filter_map(|path| self.read(path)).collect()
    }

    /// Whether a command still waits: its author may have taken it out.
    pub(crate) fn holds(&self, id: CommandId) -> bool {
        self.file(id, "json").exists()
    }

    /// Whether anything waits. Cheap.
    pub(crate) fn is_empty(&self) -> bool {
        !self.folder.exists() || self.list().is_empty()
    }

    /// Notes why the desk refused a command.
    pub(crate) fn refused(&self, waiting: &Waiting, why: Refusal) -> Result<(), Refusal> {
        if !self.holds(waiting.request.id) {
            return Ok(());
        }
        self.save(&Waiting { refused: Some(why), ..waiting.clone() })
    }

    /// Lets a command that was refused be sent again.
    pub(crate) fn retry(&self, id: CommandId) -> Result<(), Refusal> {
        match self.list().into_iter().find(|waiting| waiting.request.id == id) {
            Some(waiting) => self.save(&Waiting { refused: None, ..waiting }),
            None => Err(Refusal::not_found("that command does not wait any more")),
        }
    }

    /// Takes a command out: it was carried out, or its author wants it no more.
    pub(crate) fn remove(&self, id: CommandId) {
        for ending in ["json", "bytes"] {
            // What is already gone need not be removed.
            let _ = std::fs::remove_file(self.file(id, ending));
        }
    }

    /// The right to send: one process at a time. `None` while another has it.
    pub(crate) fn sender(&self) -> Option<File> {
        let file = File::create(self.folder.join("sending")).ok()?;
        file.try_lock().ok().map(|()| file)
    }

    fn file(&self, id: CommandId, ending: &str) -> PathBuf {
        self.folder.join(format!("{id}.{ending}"))
    }

    fn save(&self, waiting: &Waiting) -> Result<(), Refusal> {
        let bytes = serde_json::to_vec_pretty(waiting)
            .map_err(|error| Refusal::rule(format!("the command can't be kept: {error}")))?;
        self.write(&self.file(waiting.request.id, "json"), &bytes)
    }

    fn read(&self, path: &Path) -> Option<Waiting> {
        let mut waiting: Waiting = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
        if let Command::Attach { bytes, .. } = &mut waiting.request.command {
            *bytes = std::fs::read(path.with_extension("bytes")).ok()?;
        }
        Some(waiting)
    }

    /// Writes a file that nobody else may read and that is whole at any moment.
    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), Refusal> {
        let write = || -> std::io::Result<()> {
            super::make_private(&self.folder)?;
            let part = path.with_extension("part");
            let mut file =
                std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            std::fs::rename(&part, path)?;
            File::open(&self.folder)?.sync_all()
        };
        write().map_err(|error| {
            Refusal::Unavailable(format!("the outbox {} can't be written: {error}", self.folder.display()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::command::Target;

    fn request(text: &str) -> Request {
        let on = vec![Target::from(TicketId(7))];
        Request::new(Command::Write { on, public: false, text: text.to_owned() })
    }

    #[test]
    fn a_change_of_several_tickets_waits_for_each_of_them_once() {
        let note = |text| request(text).command;
        let log = Command::LogTime { on: TicketId(3), minutes: 5, text: String::new() };
        let request = Request::new(Command::Each(vec![note("One."), log, note("Two.")]));
        assert_eq!(tickets(&request.command), [TicketId(3), TicketId(7)]);
    }

    #[test]
    fn commands_wait_in_the_order_in_which_they_were_given_and_survive_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let anna = Author { login: String::from("anna"), via: None, host: String::from("lab") };
        let moment = Moment::utc(Timestamp(5));
        let (first, second) = (request("First."), request("Second."));
        let attach = Request::new(Command::Attach {
            on: vec![TicketId(7), TicketId(9)],
            name: String::from("log.txt"),
            media: String::from("text/plain"),
            bytes: b"what happened".to_vec(),
        });
        let outbox = Outbox::at(&folder.path().join("outbox"));
        assert!(outbox.is_empty());
        for request in [&first, &second, &attach] {
            outbox.keep(request, &anna, &moment, "a note", "ops").unwrap();
        }
        let outbox = Outbox::at(&folder.path().join("outbox"));
        let waiting = outbox.list();
        assert_eq!(waiting.iter().map(|waiting| &waiting.request).collect::<Vec<_>>(), [&first, &second, &attach]);
        assert_eq!((waiting[0].tickets(), waiting[0].moment()), (vec![TicketId(7)], moment));
        assert_eq!(waiting[2].tickets(), [TicketId(7), TicketId(9)]);
        outbox.refused(&waiting[0], Refusal::rule("INC-7 is closed")).unwrap();
        outbox.remove(attach.id);
        let left = outbox.list();
        assert_eq!(left.len(), 2);
        assert_eq!(left[0].refused, Some(Refusal::rule("INC-7 is closed")));
        outbox.retry(first.id).unwrap();
        assert_eq!(outbox.list()[0].refused, None);
        assert!(outbox.retry(attach.id).is_err());
        assert!(outbox.keep(&Request::new(Command::Import(Default::default())), &anna, &moment, "", "ops").is_err());
    }
}
