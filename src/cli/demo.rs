//! `deskhand demo`: a believable desk to look around in, in a folder of its own, found again at the second start.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use crate::cli::open::FRESH;
use crate::desk::command::Author;
use crate::desk::refusal::Refusal;
use crate::desk::time::Moment;
use crate::exchange::demo;
use crate::home::Home;
use crate::store::{Nearby, Store, WhenAway};
use crate::text::clean_line;

/// Opens a demo desk of a mid-size company, made at the first start and found again later.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Make or find the desk, but do not open the screens
    #[arg(long)]
    pub no_open: bool,
    /// Which desk to make: the same number gives the same desk
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// The folder of the demo desk [default: demo/ in the data folder]
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

/// Makes the demo desk or finds the one made before, and returns where it lies.
///
/// It lies in the data folder of `home` when nobody said otherwise. Progress and the place go to stderr.
///
/// # Errors
/// [`Refusal::Unavailable`] when it can't be written, [`Refusal::Damaged`] when something else lies in its place.
pub fn run(args: &Args, home: &Home, author: &Author, moment: &Moment) -> Result<PathBuf, Refusal> {
    let folder = args.dir.clone().unwrap_or_else(|| home.data.join("demo"));
    let path = folder.join("demo.desk");
    let nearby = home.nearby(&path, author, WhenAway::Refuse, FRESH);
    let found = path.exists() || {
        std::fs::create_dir_all(&folder)
            .map_err(|error| Refusal::Unavailable(format!("{} can't be made: {error}", folder.display())))?;
        !make(&path, &nearby, args.seed, author, moment)?
    };
    if found {
        Store::open_near(&path, &nearby, &mut |_, _| {})?;
    }
    let shown = path.display().to_string();
    tell(&format!("The demo desk is {}{}\n", clean_line(&shown), if found { ", made before" } else { "" }));
    Ok(path)
}

/// Makes the desk; says whether another process was faster.
fn make(path: &Path, nearby: &Nearby, seed: u64, author: &Author, moment: &Moment) -> Result<bool, Refusal> {
    let live = std::io::stderr().is_terminal();
    let mut shown = 0;
    let mut progress = |done: usize, all: usize| {
        let percent = done * 100 / all.max(1);
        if live && (percent > shown || done == 0) {
            shown = percent;
            tell(&format!("\rMaking the demo desk: {percent:3} %"));
        }
    };
    let made = demo::build(path, nearby, author, moment, seed, &mut progress);
    if live {
        // The line has done its work; blanks take it away on any terminal.
        tell(&format!("\r{:40}\r", ""));
    }
    match made {
        Ok(_) => Ok(true),
        Err(_) if path.exists() => Ok(false),
        Err(refusal) => Err(refusal),
    }
}

/// A line on stderr; one that nobody can read is no reason to fail.
fn tell(text: &str) {
    let mut stderr = std::io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::time::Timestamp;

    fn somebody() -> (Author, Moment) {
        let author = Author { login: String::from("anna"), via: None, host: String::from("lab") };
        (author, Moment::utc(Timestamp(1_790_000_000_000)))
    }

    fn folders(home: &tempfile::TempDir) -> Home {
        let [config, state, cache] = ["config", "state", "cache"].map(|name| home.path().join(name));
        Home { config, state, cache, data: home.path().to_path_buf() }
    }

    #[test]
    fn the_second_start_finds_the_desk_of_the_first() {
        let home = tempfile::tempdir().unwrap();
        let (author, moment) = somebody();
        let args = Args { no_open: true, seed: 1, dir: None };
        let path = run(&args, &folders(&home), &author, &moment).unwrap();
        assert_eq!(path, home.path().join("demo/demo.desk"));
        let identity = || Store::open(&path).unwrap().read().unwrap().identity().unwrap();
        let first = identity();
        let again = run(&Args { seed: 2, ..args }, &folders(&home), &author, &moment).unwrap();
        assert_eq!((again, identity()), (path.clone(), first));
        let mut left: Vec<_> =
            std::fs::read_dir(home.path().join("demo")).unwrap().map(|e| e.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["demo.desk", "demo.desk-shm", "demo.desk-wal"], "nothing half-made lies beside it");
    }

    #[test]
    fn what_is_no_desk_in_its_place_is_left_alone() {
        let home = tempfile::tempdir().unwrap();
        let (author, moment) = somebody();
        std::fs::write(home.path().join("demo.desk"), "my notes").unwrap();
        let args = Args { no_open: true, seed: 1, dir: Some(home.path().to_path_buf()) };
        let refusal = run(&args, &folders(&home), &author, &moment).unwrap_err();
        assert_eq!(refusal.exit_code(), 5);
        assert_eq!(std::fs::read(home.path().join("demo.desk")).unwrap(), b"my notes");
    }
}
