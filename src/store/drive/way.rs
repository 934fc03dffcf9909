//! In which way a desk is used: directly, by way of a copy and under the lock, or by way of a copy and only read.

use std::path::Path;

use super::replica::Replica;
use super::{Nearby, in_time, lock, make_private, touch};
use crate::desk::refusal::Refusal;
use crate::store::location::{self, Class, OnlyRead, Place};
use crate::store::signpost;

/// The file beside the copies that says why the desk is only read, while nobody can ask its place.
const ONLY_READ: &str = "only-read";

/// How a desk is used from this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// It lies on a local disk.
    Directly,
    /// It lies on a drive whose locks work.
    Locked,
    /// No lock reaches the others.
    Still(OnlyRead),
}

impl Way {
    pub(crate) fn only_read(&self) -> Option<&OnlyRead> {
        match self {
            Way::Still(only_read) => Some(only_read),
            Way::Directly | Way::Locked => None,
        }
    }

    /// Remembers in the folder of the copies which way it is.
    pub(super) fn remember(&self, copies: &Path) {
        let file = copies.join(ONLY_READ);
        // Where it can't be written, a drive that is away is taken for one whose locks work: what is changed waits, and is
        // refused when the drive is back.
        let _ = match self.only_read().and_then(|only_read| serde_json::to_vec(only_read).ok()) {
            Some(text) if std::fs::read(&file).is_ok_and(|known| known == text) => Ok(()),
            Some(text) => make_private(copies).and_then(|()| std::fs::write(file, text)),
            None => std::fs::remove_file(file),
        };
    }

    /// The way in which a desk was used that can't be seen now; `None` where there is no copy of it.
    fn remembered(copies: &Path) -> Option<Way> {
        Replica::find(copies)?;
        let text = std::fs::read(copies.join(ONLY_READ)).ok();
        let only_read = text.and_then(|text| serde_json::from_slice(&text).ok());
        Some(only_read.map_or(Way::Locked, Way::Still))
    }
}

/// Where a desk lies, or will lie, as it is used there. On the server itself that is a local disk; others come to it over the
/// network, and one way must do: the lock file beside it tells.
///
/// # Errors
/// The operating system's, when it can't be asked.
pub fn place_of(desk: &Path) -> std::io::Result<Place> {
    let place = location::place_of(desk)?;
    let side = lock::side_file(desk);
    Ok(match place.class == Class::Local && side.exists() {
        true => place.overruled(Class::Network, &format!("{} shows that others share this desk", side.display())),
        false => place,
    })
}

/// How a desk is used; one that can't be seen now is used as before where there is a copy of it.
///
/// # Errors
/// When nobody can tell, and where the desk was moved away.
pub(crate) fn way_to(desk: &Path, nearby: &Nearby) -> Result<Way, Refusal> {
    let path = desk.to_owned();
    let here = in_time(nearby.bounds.answer, move || -> std::io::Result<_> {
        std::fs::metadata(&path)?;
        let place = place_of(&path)?;
        let way = match (place.class, place.only_read()) {
            (_, Some(only_read)) => Way::Still(only_read),
            (Class::Local, None) => Way::Directly,
            (_, None) => Way::Locked,
        };
        Ok((signpost::at(&path).map(|signpost| signpost.refusal(&path)), way))
    });
    match here {
        Some(Ok((Some(moved), _))) => Err(moved),
        Some(Ok((None, way))) => Ok(way),
        Some(Err(_)) => Ok(Way::remembered(&nearby.copy).unwrap_or(Way::Directly)),
        // A slow answer says nothing of the place: only what was used by way of a copy before is so used now.
        None => Way::remembered(&nearby.copy).ok_or_else(|| {
            Refusal::Unavailable(format!("the place of {} does not answer; try again when it does", desk.display()))
        }),
    }
}

/// Refuses to touch a desk in the way of drives where it lies in another place by now. Asked by the agent: the answer may
/// never come.
pub(super) fn still_on_one(desk: &Path) -> Result<(), Refusal> {
    if place_of(desk).map_err(|error| touch::away(desk, &error))?.class == Class::Network {
        return Ok(());
    }
    Err(Refusal::Unavailable(format!(
        "{} does not lie on a network drive with working locks any more; open it again",
        desk.display()
    )))
}
