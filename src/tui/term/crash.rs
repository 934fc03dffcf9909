//! When the program panics: the terminal first, then a report that can be sent, then one line that says where it is.

use std::backtrace::Backtrace;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::SystemTime;

use super::session::Session;

/// From now on, a panic of the calling thread gives the terminal back before it prints anything.
///
/// Only of this one: other threads are caught by whoever started them, while the screens go on drawing. Every panic
/// leaves a report in `folder`.
pub(super) fn install(session: Session, folder: PathBuf) {
    let screens = thread::current().id();
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let of_the_screens = thread::current().id() == screens;
        if of_the_screens {
            session.leave();
        } else if !session.entered() {
            return before(panic);
        }
        let report = write_report(&folder, panic);
        if of_the_screens {
            // Standard error may be closed, and a second panic would abort.
            let _ = writeln!(io::stderr(), "{}", farewell(panic, report));
        }
    }));
}

fn farewell(panic: &PanicHookInfo<'_>, report: io::Result<PathBuf>) -> String {
    let whereabouts = match report {
        Ok(path) => format!("A report for whoever can mend it: {}", path.display()),
        Err(error) => format!("No report could be written: {error}"),
    };
    format!("Deskhand stopped by a mistake of its own ({panic}).\nYour drafts are kept. {whereabouts}")
}

fn write_report(folder: &Path, panic: &PanicHookInfo<'_>) -> io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let moment = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
    let path = folder.join(format!("panic-{moment}-{}.txt", std::process::id()));
    // The message may quote a ticket: for its owner's eyes only.
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
    let thread = thread::current().name().unwrap_or("unnamed").to_owned();
    writeln!(file, "deskhand {} on {}", env!("CARGO_PKG_VERSION"), std::env::consts::OS)?;
    writeln!(file, "thread: {thread}\n{panic}\n\n{}", Backtrace::force_capture())?;
    Ok(path)
}
