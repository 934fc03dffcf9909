//! The pictures and other files that a page shows: which of the folder's they are, and what they are called as its article's.
//!
//! A file keeps the name that its article has for it, however often the folder comes. What the file held when it was last
//! taken in is remembered: one that is as it was changes nothing, whatever was put in its place here since.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::folder::Folder;
use crate::desk::id::{ArticleId, Seq};
use crate::desk::knowledge::{KnowledgeCommand, safe_name};
use crate::desk::refusal::Refusal;
use crate::exchange::file::media;
use crate::store::{ArticleFile, Reader};

/// So many bytes of files are taken in at once.
const MOST: u64 = 256 << 20;

/// The files that the pages of a folder bring.
pub(super) struct Pictures<'a> {
    folder: &'a Folder,
    /// The largest that the desk takes.
    limit: u64,
    /// How many bytes may still come.
    left: u64,
}

/// How a page is known to its article.
pub(super) struct Known<'k> {
    /// The files that the article has.
    pub(super) files: &'k [ArticleFile],
    /// The version from which an export wrote the page.
    pub(super) exported: Option<Seq>,
}

/// The files of one page.
#[derive(Default)]
pub(super) struct OfPage {
    /// What each is called, by its path within the folder.
    names: BTreeMap<String, String>,
    /// Those that change what the article has: name, source, contents.
    come: Vec<(String, Option<String>, Vec<u8>)>,
    /// What should be known.
    pub(super) told: Vec<String>,
}

impl OfPage {
    /// How many come.
    pub(super) fn count(&self) -> usize {
        self.come.len()
    }

    /// What attaches them.
    pub(super) fn commands(self, on: ArticleId) -> impl Iterator<Item = KnowledgeCommand> {
        self.come.into_iter().map(move |(name, source, bytes)| {
            let media = media(&name).to_owned();
            KnowledgeCommand::Attach { on, name, media, source, bytes }
        })
    }
}

impl<'a> Pictures<'a> {
    pub(super) fn new(folder: &'a Folder, limit: u32) -> Pictures<'a> {
        Pictures { folder, limit: u64::from(limit) << 20, left: MOST }
    }

    /// Whether a path within the folder is a file that pages may show.
    pub(super) fn has(&self, path: &str) -> bool {
        self.folder.files.contains_key(path)
    }

    /// What a file is called as one of a page's article; `None` where it can't be taken in, which is told.
    pub(super) fn take(
        &mut self,
        reader: &Reader,
        page: &mut OfPage,
        known: &Known,
        on: ArticleId,
        path: &str,
    ) -> Result<Option<String>, Refusal> {
        if let Some(name) = page.names.get(path) {
            return Ok(Some(name.clone()));
        }
        let bytes = match self.contents(path) {
            Ok(bytes) => bytes,
            Err(why) => {
                page.told.push(format!("{path} is not taken in: {why}"));
                return Ok(None);
            }
        };
        let sum: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let source = match self.folder.name.as_str() {
            "" => path.to_owned(),
            folder => format!("{folder}/{path}"),
        };
        let own = find(known, page, path, &source, &sum);
        let name = own.map_or_else(|| free_name(known, page, path), |own| own.file.name.clone());
        page.names.insert(path.to_owned(), name.clone());
        let comes = match own {
            None => true,
            Some(own) if known.exported.is_some() => {
                let changed = || reader.article_file_changed(on, own.file.id);
                own.file.sha256 != sum && !self.differs(page, &name, changed()? > known.exported)
            }
            Some(own) => match &own.source {
                Some((from, taken)) if *taken == sum => *from != source && own.file.sha256 == sum,
                Some((_, taken)) => own.file.sha256 == sum || !self.differs(page, &name, own.file.sha256 != *taken),
                None => true,
            },
        };
        if comes {
            self.left = self.left.saturating_sub(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
            // What an export wrote is no other source than the one from which it came.
            let source = Some(source).filter(|_| own.is_none() || known.exported.is_none());
            page.come.push((name.clone(), source, bytes));
        }
        Ok(Some(name))
    }

    fn contents(&self, path: &str) -> Result<Vec<u8>, String> {
        if self.folder.files.get(path).is_some_and(|size| *size > self.left) {
            return Err(format!("at most {} MiB of files at once", MOST >> 20));
        }
        self.folder.contents(path, self.limit)
    }

    /// Tells that a file was changed here too: then it stays as it is here.
    fn differs(&self, page: &mut OfPage, name: &str, here_too: bool) -> bool {
        if here_too {
            page.told.push(format!("{name} was changed here, and its file too: it stays as it is here"));
        }
        here_too
    }
}

/// The file of the article that a path of the folder is.
fn find<'k>(known: &Known<'k>, page: &OfPage, path: &str, source: &str, sum: &str) -> Option<&'k ArticleFile> {
    let free = || known.files.iter().filter(|one| !page.names.values().any(|name| *name == one.file.name));
    let from = |one: &&ArticleFile, path: &str| one.source.as_ref().is_some_and(|(from, _)| from == path);
    let base = path.rsplit('/').next().unwrap_or(path);
    let is_exported = known.exported.is_some();
    free()
        .find(|one| from(one, source))
        .or_else(|| free().find(|one| is_exported && from(one, path)))
        .or_else(|| free().find(|one| one.file.name == base && (is_exported || one.file.sha256 == sum)))
        .or_else(|| free().find(|one| one.file.sha256 == sum))
}

/// A name that no other file of the article has: `rack.png`, `rack-2.png`.
fn free_name(known: &Known, page: &OfPage, path: &str) -> String {
    let wanted = safe_name(path);
    let taken = |name: &String| {
        known.files.iter().any(|one| one.file.name == *name) || page.names.values().any(|other| other == name)
    };
    let (stem, ending) = match wanted.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => (stem, format!(".{ending}")),
        _ => (wanted.as_str(), String::new()),
    };
    let numbered = (2..).map(|n: u32| format!("{stem}-{n}{ending}"));
    let mut names = std::iter::once(wanted.clone()).chain(numbered);
    names.find(|name| !taken(name)).unwrap_or_else(|| wanted.clone())
}
