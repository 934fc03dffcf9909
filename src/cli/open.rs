//! Which desk, and who am I: what every verb needs before it begins.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::preview;
use crate::cli::shield::bare;
use crate::desk::command::{Author, Command, Receipt, Record, Request};
use crate::desk::id::PersonId;
use crate::desk::people::Roles;
use crate::desk::query::{Query, parse};
use crate::desk::refusal::Refusal;
use crate::desk::time::Moment;
use crate::home::config::{Config, ConfigError};
use crate::home::memory::Memory;
use crate::home::{self, Home};
use crate::store::{Asker, Nearby, Reader, Stage, Store, WhenAway, believe, give_up_damaged};

/// An open desk, with the person who works at it.
pub(super) struct Desk<'g> {
    pub(super) store: Store,
    pub(super) author: Author,
    pub(super) moment: Moment,
    memory: Option<Memory>,
    globals: &'g Globals,
}

/// Where the desk lies, and what the configuration says of places: `--db` or `DESKHAND_DB`, else `desk` in config.toml, else the data folder.
pub(super) fn desk_path(globals: &Globals) -> Outcome<PathBuf> {
    let config = believed()?;
    if let Some(path) = &globals.db {
        return Ok(path.clone());
    }
    let home = Home::find().ok_or_else(|| Failure::usage("there is no home folder; name the desk with --db FILE"))?;
    Ok(config.desk(user_folder().as_deref()).unwrap_or_else(|| home.data.join("desk.desk")))
}

/// The personal configuration, with what it says of places believed from now on.
pub(super) fn believed() -> Outcome<Config> {
    let config = Home::find().as_ref().map(config).transpose()?.unwrap_or_default();
    believe(config.places(user_folder().as_deref()));
    Ok(config)
}

fn user_folder() -> Option<PathBuf> {
    directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_path_buf())
}

/// What this person remembers of a desk; nothing without a home folder.
pub(super) fn memory(desk: &Path) -> Option<Memory> {
    Home::find().map(|home| Memory::open(&home.state, desk))
}

/// The personal configuration; a broken one stops the program.
pub(super) fn config(home: &Home) -> Outcome<Config> {
    Config::read(&home.config).map_err(broken)
}

/// A mistake in the personal configuration: exit code 2.
#[expect(clippy::needless_pass_by_value, reason = "it is what map_err gives")]
pub(super) fn broken(mistake: ConfigError) -> Failure {
    Failure::usage(mistake.to_string())
}

/// Who sends the commands: the system's login, or the one in whose name it acts.
pub(super) fn author(globals: &Globals) -> Author {
    let login = home::login().to_lowercase();
    let (login, via) = match globals.acting.as_ref().map(|other| other.trim().to_lowercase()) {
        Some(other) if other != login => (other, Some(login)),
        _ => (login, None),
    };
    Author { login, via, host: home::host() }
}

/// How long a verb waits for what is new on a network drive before it goes on with what this machine has.
pub(super) const FRESH: Duration = Duration::from_secs(5);

/// Tells on a terminal how far the first copy of a desk on a network drive is.
fn copying() -> impl FnMut(i64, i64) {
    let live = std::io::stderr().is_terminal();
    let mut shown = -1;
    move |done, all| {
        let percent = done * 100 / all.max(1);
        if live && percent > shown {
            shown = percent;
            let end = if done >= all { "\n" } else { "" };
            // A progress that can't be told disturbs nobody.
            let _ = write!(std::io::stderr(), "\rCopying the desk from its drive: {percent:3} %{end}");
        }
    }
}

/// The home folders of whoever runs this.
pub(super) fn home() -> Option<Home> {
    Home::find()
}

/// What this machine keeps of a desk on a network drive; nothing without a home folder.
pub(super) fn nearby(globals: &Globals, desk: &Path) -> Outcome<Option<Nearby>> {
    let when_away = if globals.queue { WhenAway::Wait } else { WhenAway::Refuse };
    Ok(home().map(|home| home.nearby(desk, &author(globals), when_away, FRESH)))
}

/// Whether only this machine's copy of the desk was damaged. It is given up then, and the next verb makes it anew.
pub(super) fn gave_up_copy(globals: &Globals) -> bool {
    let given_up = || -> Outcome<bool> {
        let desk = desk_path(globals)?;
        Ok(nearby(globals, &desk)?.is_some_and(|nearby| give_up_damaged(&nearby)))
    };
    given_up().unwrap_or(false)
}

impl<'g> Desk<'g> {
    /// Opens the desk that the command line means.
    pub(super) fn open(globals: &'g Globals) -> Outcome<Desk<'g>> {
        let (path, author) = (desk_path(globals)?, author(globals));
        let opened = match nearby(globals, &path)? {
            Some(nearby) => Store::open_near(&path, &nearby, &mut copying()),
            None => Store::open(&path),
        };
        let store = opened?;
        let moment = home::moment();
        if let Some(standing) = store.standing() {
            let as_of = standing.fresh.map_or(String::new(), |fresh| format!(" as of {}", fresh.local(moment.zone)));
            let has = format!("this is what this machine has of the desk{as_of}");
            match (standing.away, standing.behind) {
                (Some(away), _) => say(&format!("the drive is away; {has}: {}", away.why)),
                (None, Some(why)) => say(&format!("{has}: {why}")),
                (None, None) => {}
            }
        }
        for news in store.news() {
            say(&news);
        }
        let mut desk = Desk { store, author, moment, globals, memory: memory(&path) };
        if let Some(breach) = desk.meet()? {
            say(&format!("deskhand: {breach}"));
        }
        Ok(desk)
    }

    /// Compares the desk with what this person remembers of it, and remembers it as it is now.
    fn meet(&mut self) -> Outcome<Option<String>> {
        let Some(memory) = &mut self.memory else { return Ok(None) };
        Ok(memory.meet(&self.store.read()?)?)
    }

    pub(super) fn read(&self) -> Outcome<Reader<'_>> {
        Ok(self.store.read()?)
    }

    /// Whom `me` means in a question; nobody, for a login that has never changed anything here.
    pub(super) fn asker(&self) -> Outcome<Asker> {
        let me = self.read()?.person_by_login(&self.author.login)?.map(|person| person.id);
        Ok(Asker { me, moment: self.moment })
    }

    /// Whom `me` means in a command. Somebody whom the desk does not know yet is made known by an entry of its own,
    /// so that the command can name them.
    pub(super) fn me(&mut self) -> Outcome<PersonId> {
        if let Some(me) = self.asker()?.me {
            return Ok(me);
        }
        let reader = self.read()?;
        let (id, roles) = (reader.next_person()?, Roles::of(&[reader.rules().settings.newcomers]));
        drop(reader);
        if !self.globals.dry_run {
            let login = self.author.login.to_lowercase();
            let record = Record::Person { id: Some(id), name: login.clone(), login, mail: None, roles, active: true };
            self.store.execute(&Request::new(Command::Register(record)), &self.author, &self.moment)?;
        }
        Ok(id)
    }

    /// Reads a query as typed, in any number of words.
    pub(super) fn query(&self, words: &[String]) -> Outcome<Query> {
        let text = words.iter().map(|word| bare(word)).collect::<Vec<_>>().join(" ");
        parse(&text).map_err(|error| Failure::Query { text, error })
    }

    /// Carries out a command and tells its receipt; with `--dry-run` prints what it would change instead, and returns
    /// nothing.
    pub(super) fn execute(&mut self, command: Command) -> Outcome<Option<Receipt>> {
        self.execute_because(command, self.globals.reason.clone())
    }

    /// As [`Desk::execute`], with a reason of the caller's.
    pub(super) fn execute_because(&mut self, command: Command, reason: Option<String>) -> Outcome<Option<Receipt>> {
        let request = Request::new(command).because(reason);
        if self.globals.dry_run {
            let previewed = self.store.preview(&request, &self.author, &self.moment);
            let previewed = previewed.map_err(|refusal| self.in_words(refusal))?;
            preview::print(self, self.globals, &previewed)?;
            return Ok(None);
        }
        // Told at once and then each quarter of a second: who waits for a moment only need not know.
        let mut told = 0_u32;
        let done = self.store.execute_telling(&request, &self.author, &self.moment, &mut |stage| {
            if let Stage::Waiting(holder) = stage {
                told += 1;
                if told == 4 {
                    say(&format!("waiting for {holder}"));
                }
            }
        });
        let receipt = done.map_err(|refusal| self.in_words(refusal))?;
        if let Err(unread) = self.meet() {
            say(&unread.to_string());
        }
        match (receipt.seq, receipt.waits) {
            (Some(seq), _) => say(&format!("{} (entry {seq})", receipt.summary)),
            (None, Some(_)) => say(&receipt.summary),
            (None, None) => say(&format!("{}: nothing to change", receipt.summary)),
        }
        for notice in &receipt.notices {
            say(notice);
        }
        Ok(Some(receipt))
    }

    /// Carries out a command of which nobody need be told, should it fail or not.
    pub(super) fn note(&mut self, command: Command) {
        // What the desk can't note now is not worth a word.
        let _ = self.store.execute(&Request::new(command), &self.author, &self.moment);
        let _ = self.meet();
    }

    /// A conflict with names in place of row ids, and local times.
    fn in_words(&self, refusal: Refusal) -> Refusal {
        match self.store.read() {
            Ok(reader) => reader.in_words(refusal, &self.moment),
            Err(_) => refusal,
        }
    }
}
