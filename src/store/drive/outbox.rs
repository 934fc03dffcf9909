//! The outbox: commands that could not be brought to the drive, kept on this machine until they can be.
//!
//! One file a command, named by its id, which grows with time: they are sent in the order in which they were given. A command
//! leaves the outbox when the desk has carried it out, or when its author takes it out; nothing is dropped silently. One that
//! the desk refuses stays, with the reason; so does one that can't be read.

use std::fs::{File, Metadata};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::standing::Stop;
use crate::desk::cmdb::CmdbCommand;
use crate::desk::command::{Author, Command, Request};
use crate::desk::id::{CommandId, TicketId};
use crate::desk::knowledge::KnowledgeCommand;
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
    /// Where that lay.
    place: PathBuf,
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
        Command::Knowledge(KnowledgeCommand::Follow { ticket, .. }) => vec![*ticket],
        Command::Knowledge(KnowledgeCommand::Use { tickets, .. }) => tickets.iter().map(|target| target.id).collect(),
        Command::Knowledge(KnowledgeCommand::Cite { tickets, .. } | KnowledgeCommand::Uncite { tickets, .. }) => {
            tickets.clone()
        }
        Command::Knowledge(KnowledgeCommand::Write { cite, .. }) => cite.iter().map(|(ticket, _)| *ticket).collect(),
        Command::Each(commands) => {
            let mut all: Vec<TicketId> = commands.iter().flat_map(tickets).collect();
            all.sort_unstable();
            all.dedup();
            all
        }
        _ => Vec::new(),
    }
}

/// The contents of the files that a command attaches, in its order. They are kept beside the command, not in it.
fn attachments(command: &mut Command) -> Vec<&mut Vec<u8>> {
    match command {
        Command::Attach { bytes, .. } => vec![bytes],
        Command::Each(commands) => commands.iter_mut().flat_map(attachments).collect(),
        Command::Knowledge(command) => of_articles(command),
        _ => Vec::new(),
    }
}

fn of_articles(command: &mut KnowledgeCommand) -> Vec<&mut Vec<u8>> {
    match command {
        KnowledgeCommand::Attach { bytes, .. } => vec![bytes],
        KnowledgeCommand::Import { all, .. } => all.iter_mut().flat_map(of_articles).collect(),
        _ => Vec::new(),
    }
}

/// A file in the outbox that is no command to this program: cut off, or written by a newer one. It stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The file.
    pub file: PathBuf,
    /// Why it can't be read.
    pub why: String,
}

/// What lies in the outbox.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contents {
    /// What waits, oldest first.
    pub waiting: Vec<Waiting>,
    /// What can't be read.
    pub unreadable: Vec<Unreadable>,
}

/// The outbox of one desk on this machine.
#[derive(Clone, Debug)]
pub(crate) struct Outbox {
    folder: PathBuf,
    /// Where the desk lies.
    place: PathBuf,
}

/// A command that is being sent: until this is dropped, or its process has ended, nobody else sends it or takes it out.
#[derive(Debug)]
pub(crate) struct Sending {
    _file: File,
}

/// Where commands go that their author wants no more.
const DISCARDED: &str = "discarded";
/// They stay there for so long.
const REMEMBERED: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// A file that somebody writes is whole after a moment; one so old was left by a program that ended.
const LEFT: Duration = Duration::from_secs(24 * 60 * 60);
/// How often who waits for somebody that sends looks again.
const PAUSE: Duration = Duration::from_millis(20);

impl Outbox {
    /// The outbox in a folder, of the desk at a place.
    pub(crate) fn at(folder: &Path, place: &Path) -> Outbox {
        sweep(folder, LEFT, |name| name.ends_with(".part"));
        sweep(&folder.join(DISCARDED), REMEMBERED, |_| true);
        let place = std::path::absolute(place).unwrap_or_else(|_| place.to_owned());
        Outbox { folder: folder.to_owned(), place }
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
        let takes_in = matches!(request.command, Command::Cmdb(CmdbCommand::Inventory(_)));
        if takes_in || matches!(request.command, Command::Import(_) | Command::Reinstate(_)) {
            return Err(Refusal::Unavailable(String::from(
                "this does not wait in the outbox; try again when the drive is back",
            )));
        }
        let mut request = request.clone();
        for (place, bytes) in attachments(&mut request.command).into_iter().enumerate() {
            self.write(&self.attached(request.id, place), &std::mem::take(bytes))?;
        }
        self.save(&Waiting {
            request,
            author: author.clone(),
            at: moment.now,
            summary: summary.to_owned(),
            zone: moment.zone,
            desk: desk.to_owned(),
            place: self.place.clone(),
            refused: None,
        })
    }

    /// What lies there. The contents of attachments are read when they are sent.
    pub(crate) fn contents(&self) -> Contents {
        let mut contents = Contents::default();
        for file in self.files() {
            match self.read(&file) {
                Ok(Some(waiting)) => contents.waiting.push(waiting),
                // It was sent or taken out just now.
                Ok(None) => {}
                Err(why) => contents.unreadable.push(Unreadable { file, why }),
            }
        }
        contents
    }

    /// What waits, oldest first.
    pub(crate) fn list(&self) -> Vec<Waiting> {
        self.contents().waiting
    }

    /// A command as it was given, with what it attaches.
    pub(crate) fn whole(&self, waiting: &Waiting) -> Result<Request, Refusal> {
        let mut request = waiting.request.clone();
        for (place, bytes) in attachments(&mut request.command).into_iter().enumerate() {
            let file = self.attached(waiting.request.id, place);
            *bytes = std::fs::read(&file)
                .map_err(|error| Refusal::rule(format!("{} can't be read: {error}", file.display())))?;
        }
        Ok(request)
    }

    /// Whether a command still waits: its author may have taken it out.
    pub(crate) fn holds(&self, id: CommandId) -> bool {
        self.file(id).exists()
    }

    /// Whether nothing waits to be sent. Cheap where nothing lies there.
    pub(crate) fn is_empty(&self) -> bool {
        self.files().is_empty() || self.list().iter().all(|waiting| waiting.refused.is_some())
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
            None => Err(waits_no_more()),
        }
    }

    /// Takes a command out that was carried out.
    pub(crate) fn remove(&self, id: CommandId) {
        for file in self.parts(id) {
            // What is already gone need not be removed.
            let _ = std::fs::remove_file(file);
        }
    }

    /// Takes a command out that its author wants no more; gives the file in which it stays for a while, with all that was
    /// typed.
    ///
    /// # Errors
    /// While it is being sent: nobody can tell then whether it was done already.
    pub(crate) fn discard(&self, id: CommandId) -> Result<PathBuf, Refusal> {
        let file = self.file(id);
        let Some(_sending) = self.take(id)? else {
            return Err(Refusal::Unavailable(String::from(
                "it is being sent at this moment and may be done already; see again when the drive has answered",
            )));
        };
        let folder = self.folder.join(DISCARDED);
        let kept = |file: &Path| file.file_name().map_or_else(|| folder.clone(), |name| folder.join(name));
        let carry = || -> std::io::Result<()> {
            super::make_private(&folder)?;
            // The command first: without it nothing is sent.
            self.parts(id).iter().filter(|part| part.exists()).try_for_each(|part| std::fs::rename(part, kept(part)))
        };
        carry().map_err(|error| self.unwritten(&error))?;
        Ok(kept(&file))
    }

    /// Takes in what waits for this desk under a path where it lay before: it was moved from there, whatever path this
    /// machine uses by now. A copy of the desk that lies elsewhere besides gets nothing that is meant for the desk. What
    /// somebody sends just now stays where it is.
    pub(crate) fn adopt(&self, desk: &str, moved: impl Fn(&Path) -> bool) {
        let folders = self.folder.parent().and_then(|all| std::fs::read_dir(all).ok()).into_iter().flatten().flatten();
        for folder in folders.map(|entry| entry.path()).filter(|path| *path != self.folder && path.is_dir()) {
            let other = Outbox { folder, place: self.place.clone() };
            for waiting in other.list().into_iter().filter(|one| one.desk == desk && moved(&one.place)) {
                let Ok(Some(_sending)) = other.take(waiting.request.id) else { continue };
                let Ok(()) = super::make_private(&self.folder) else { return };
                // The command last: it is never without what it attaches.
                for part in other.parts(waiting.request.id).iter().rev() {
                    // What can't be moved stays, and is found there the next time.
                    let _ = part.file_name().map(|name| std::fs::rename(part, self.folder.join(name)));
                }
            }
        }
    }

    /// Begins to send a command; `None` while somebody else does.
    ///
    /// # Errors
    /// When it does not wait any more.
    pub(crate) fn take(&self, id: CommandId) -> Result<Option<Sending>, Refusal> {
        let Ok(file) = File::open(self.file(id)) else { return Err(waits_no_more()) };
        if file.try_lock().is_err() {
            return Ok(None);
        }
        // It may have gone while we opened it.
        if self.holds(id) { Ok(Some(Sending { _file: file })) } else { Err(waits_no_more()) }
    }

    /// The right to send: one process at a time. `None` while another has it for longer than `patience`.
    pub(crate) fn sender(&self, patience: Duration, stop: &Stop) -> Option<File> {
        let file = File::create(self.folder.join("sending")).ok()?;
        soon(patience, stop, || file.try_lock().ok())?;
        Some(file)
    }

    fn files(&self) -> Vec<PathBuf> {
        let files = std::fs::read_dir(&self.folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut files: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|e| e == "json")).collect();
        files.sort();
        files
    }

    fn file(&self, id: CommandId) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }

    fn attached(&self, id: CommandId, place: usize) -> PathBuf {
        self.folder.join(format!("{id}.{place}.bytes"))
    }

    /// The files of a command: itself, then what it attaches.
    fn parts(&self, id: CommandId) -> Vec<PathBuf> {
        let attached = (0..).map(|place| self.attached(id, place)).take_while(|file| file.exists());
        std::iter::once(self.file(id)).chain(attached).collect()
    }

    fn save(&self, waiting: &Waiting) -> Result<(), Refusal> {
        let bytes = serde_json::to_vec_pretty(waiting)
            .map_err(|error| Refusal::rule(format!("the command can't be kept: {error}")))?;
        self.write(&self.file(waiting.request.id), &bytes)
    }

    fn read(&self, path: &Path) -> Result<Option<Waiting>, String> {
        let bytes = match std::fs::read(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            read => read.map_err(|error| error.to_string())?,
        };
        let mut waiting: Waiting = serde_json::from_slice(&bytes)
            .map_err(|error| format!("it is cut off, or was written by a newer Deskhand ({error})"))?;
        let attached = attachments(&mut waiting.request.command).len();
        let missing = (0..attached).map(|place| self.attached(waiting.request.id, place)).find(|file| !file.exists());
        match missing {
            Some(_) if !path.exists() => Ok(None),
            Some(file) => Err(format!("what it attaches is not there: {}", file.display())),
            None => Ok(Some(waiting)),
        }
    }

    /// Writes a file that nobody else may read and that is whole at any moment.
    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), Refusal> {
        let write = || -> std::io::Result<()> {
            super::make_private(&self.folder)?;
            let part = crate::store::backup::beside(path, ".part");
            let mut file =
                std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            std::fs::rename(&part, path)?;
            File::open(&self.folder)?.sync_all()
        };
        write().map_err(|error| self.unwritten(&error))
    }

    fn unwritten(&self, error: &std::io::Error) -> Refusal {
        Refusal::Unavailable(format!("the outbox {} can't be written: {error}", self.folder.display()))
    }
}

/// What `ask` gives, asked again and again until it does, the patience is over or nobody waits.
pub(super) fn soon<T>(patience: Duration, stop: &Stop, ask: impl Fn() -> Option<T>) -> Option<T> {
    let until = Instant::now() + patience;
    loop {
        let found = ask();
        if found.is_some() || stop.is_told() || Instant::now() >= until {
            return found;
        }
        std::thread::sleep(PAUSE);
    }
}

/// Takes away the files of a folder that are so old.
pub(super) fn sweep(folder: &Path, age: Duration, which: impl Fn(&str) -> bool) {
    for file in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let old = |meta: Metadata| meta.modified().ok()?.elapsed().ok();
        let is_old = file.metadata().ok().filter(Metadata::is_file).and_then(old).is_some_and(|since| since > age);
        if is_old && file.file_name().to_str().is_some_and(&which) {
            // Another may have been faster.
            let _ = std::fs::remove_file(file.path());
        }
    }
}

fn waits_no_more() -> Refusal {
    Refusal::not_found("that command does not wait any more")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::command::Target;
    use crate::desk::id::ArticleId;

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
        let outbox = Outbox::at(&folder.path().join("outbox"), Path::new("/mnt/ops.desk"));
        assert!(outbox.is_empty());
        for request in [&first, &second, &attach] {
            outbox.keep(request, &anna, &moment, "a note", "ops").unwrap();
        }
        let outbox = Outbox::at(&folder.path().join("outbox"), Path::new("/mnt/ops.desk"));
        let waiting = outbox.list();
        let whole: Vec<Request> = waiting.iter().map(|waiting| outbox.whole(waiting).unwrap()).collect();
        assert_eq!(whole, [first.clone(), second.clone(), attach.clone()]);
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
        for large in [Command::Import(Default::default()), Command::Cmdb(CmdbCommand::Inventory(Vec::new()))] {
            assert!(outbox.keep(&Request::new(large), &anna, &moment, "", "ops").is_err());
        }
    }

    fn anna() -> Author {
        Author { login: String::from("anna"), via: None, host: String::from("lab") }
    }

    fn kept(outbox: &Outbox, request: &Request, desk: &str) {
        outbox.keep(request, &anna(), &Moment::utc(Timestamp(5)), "a note", desk).unwrap();
    }

    #[test]
    fn files_attached_within_a_change_of_several_tickets_wait_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = Outbox::at(&folder.path().join("outbox"), Path::new("/mnt/ops.desk"));
        let attach = |bytes: &[u8]| Command::Attach {
            on: vec![TicketId(7)],
            name: String::from("log.txt"),
            media: String::from("text/plain"),
            bytes: bytes.to_vec(),
        };
        let picture = |bytes: &[u8]| KnowledgeCommand::Attach {
            on: ArticleId(3),
            name: String::from("a.png"),
            media: String::from("image/png"),
            source: None,
            bytes: bytes.to_vec(),
        };
        let folder_of_pages =
            KnowledgeCommand::Import { from: String::from("wiki"), next: ArticleId(4), all: vec![picture(b"three")] };
        let request = Request::new(Command::Each(vec![
            attach(b"one"),
            Command::Each(vec![attach(b"two")]),
            Command::Knowledge(folder_of_pages),
            Command::Knowledge(picture(b"four")),
        ]));
        kept(&outbox, &request, "ops");
        assert_eq!(outbox.whole(&outbox.list()[0]).unwrap(), request);
        outbox.remove(request.id);
        assert_eq!(std::fs::read_dir(folder.path().join("outbox")).unwrap().count(), 0);
    }

    #[test]
    fn what_can_not_be_read_is_told_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = Outbox::at(folder.path(), Path::new("/mnt/ops.desk"));
        kept(&outbox, &request("Whole."), "ops");
        let file = folder.path().join("0190.json");
        std::fs::write(&file, "{\"request\":").unwrap();
        let contents = outbox.contents();
        assert_eq!((contents.waiting.len(), contents.unreadable.len()), (1, 1));
        assert_eq!(contents.unreadable[0].file, file);
        assert!(contents.unreadable[0].why.starts_with("it is cut off, or was written by a newer Deskhand ("));
        assert!(file.exists());
    }

    #[test]
    fn what_is_being_sent_is_not_taken_out_and_what_is_taken_out_stays_aside() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = Outbox::at(folder.path(), Path::new("/mnt/ops.desk"));
        let request = request("Typed with care.");
        kept(&outbox, &request, "ops");
        let sending = outbox.take(request.id).unwrap().unwrap();
        assert!(outbox.take(request.id).unwrap().is_none());
        let why = outbox.discard(request.id).unwrap_err().to_string();
        assert_eq!(
            why,
            "it is being sent at this moment and may be done already; see again when the drive has answered"
        );
        drop(sending);
        let aside = outbox.discard(request.id).unwrap();
        assert!(std::fs::read_to_string(aside).unwrap().contains("Typed with care."));
        assert_eq!((outbox.list(), outbox.is_empty()), (vec![], true));
        assert!(matches!(outbox.discard(request.id), Err(Refusal::NotFound(_))));
    }

    #[test]
    fn what_waits_for_a_desk_where_it_lay_before_is_taken_in_and_what_waits_for_a_desk_that_stays_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = |name: &str| Outbox::at(&folder.path().join(name), &Path::new("/mnt").join(name));
        let (here, there, stays) = (outbox("here"), outbox("there"), outbox("stays"));
        let [mine, others, sent, backup] = ["Mine.", "Of another desk.", "Being sent.", "Elsewhere."].map(request);
        kept(&there, &mine, "ops");
        kept(&there, &others, "hr");
        kept(&there, &sent, "ops");
        kept(&stays, &backup, "ops");
        let sending = there.take(sent.id).unwrap();
        here.adopt("ops", |place| place == Path::new("/mnt/there"));
        assert_eq!(here.list().into_iter().map(|waiting| waiting.request).collect::<Vec<_>>(), [mine]);
        assert_eq!((there.list().len(), stays.list().len()), (2, 1));
        drop(sending);
    }

    #[test]
    fn what_a_program_that_ended_left_half_written_goes_after_a_day() {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (folder.path().join("1.json.part"), folder.path().join("2.json.part"));
        for file in [&old, &new] {
            std::fs::write(file, "{").unwrap();
        }
        let then = std::time::SystemTime::now() - Duration::from_secs(100_000);
        File::options().write(true).open(&old).unwrap().set_modified(then).unwrap();
        Outbox::at(folder.path(), Path::new("/mnt/ops.desk"));
        assert!(!old.exists() && new.exists());
    }
}
