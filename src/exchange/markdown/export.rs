//! The knowledge base written as a folder of Markdown: each article a page with front matter, where it came from a file
//! under that file's path; so its pictures and other files. Taken in again, it changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::{front, link};
use crate::desk::id::ArticleId;
use crate::desk::knowledge::{Article, ArticleField, Phase, files_in, shown_file};
use crate::desk::refusal::Refusal;
use crate::desk::time::Moment;
use crate::exchange::file::refuse;
use crate::store::{ArticleFile, Attachment, Reader};
use crate::text::markdown::relinked;

/// Lists the files of an export, so that the next one may replace them and nothing else.
const LIST: &str = ".deskhand-export";

/// What an export wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// How many articles.
    pub articles: usize,
    /// How many files were written or taken away; those that say the same stay untouched.
    pub changed: usize,
}

/// Writes all articles into a folder, which is empty, new, or an earlier export.
///
/// # Errors
/// When something else lies there, or it can't be written.
pub fn export(reader: &Reader, folder: &Path, moment: &Moment) -> Result<Exported, Refusal> {
    let mut articles = Vec::new();
    for row in reader.articles(&Phase::ALL)? {
        articles.push(reader.article(row.id)?);
    }
    articles.sort_by_key(|article| article.id);
    let (paths, mut taken) = paths(&articles);
    let identity = reader.identity()?;
    let mut files = BTreeMap::new();
    for article in &articles {
        let Some(path) = paths.get(&article.id) else { continue };
        let own = reader.article_files(article.id)?;
        let places = places(path, &own, &mut taken);
        let ways = Ways { path, paths: &paths, places: &places };
        files.insert(path.clone(), Piece::Text(page(reader, article, &ways, &identity, moment)?));
        for one in own {
            if let Some(place) = places.get(&one.file.name) {
                files.insert(place.clone(), Piece::File(one.file));
            }
        }
    }
    let changed = write_all(reader, folder, &files)?;
    Ok(Exported { articles: articles.len(), changed })
}

/// What one file of an export holds.
pub(super) enum Piece {
    /// This text.
    Text(String),
    /// What a file of an article holds.
    File(Attachment),
}

/// Paths that are taken, in small letters, since some drives don't tell A.md from a.md; with the checksum of the file that
/// lies there, where it is no page.
type Taken = BTreeMap<String, Option<String>>;

/// Where a page's links lead.
struct Ways<'w> {
    /// The page.
    path: &'w str,
    paths: &'w BTreeMap<ArticleId, String>,
    /// Its article's own files, by name.
    places: &'w BTreeMap<String, String>,
}

/// Where each article goes: to the path of its file, or to its number and title.
fn paths(articles: &[Article]) -> (BTreeMap<ArticleId, String>, Taken) {
    let mut taken = Taken::new();
    let mut paths = BTreeMap::new();
    for article in articles {
        let own = article.source.as_ref().and_then(|(source, _)| safe(source));
        let named = || format!("{}-{}.md", article.id.number().to_lowercase(), slug(&article.title));
        let path = own.filter(|path| !taken.contains_key(&path.to_lowercase())).unwrap_or_else(named);
        taken.insert(path.to_lowercase(), None);
        paths.insert(article.id, path);
    }
    (paths, taken)
}

/// Where the files of an article go: to the paths from which they came, else beside its page. Pages that came with one picture
/// share it.
fn places(page: &str, files: &[ArticleFile], taken: &mut Taken) -> BTreeMap<String, String> {
    let beside = page.rsplit_once('.').map_or(page, |(stem, _)| stem);
    let mut places = BTreeMap::new();
    for ArticleFile { file, source } in files {
        let sum = Some(file.sha256.clone());
        let is_free = |path: &String| taken.get(&path.to_lowercase()).is_none_or(|known| *known == sum);
        let own = source.as_ref().map(|(path, _)| path).filter(|path| is_sound(path) && !is_page(path)).cloned();
        let name = sound_name(&file.name);
        let numbered = (2..).map(|n: u32| format!("{beside}/{n}-{name}"));
        let mut all = own.into_iter().chain([format!("{beside}/{name}")]).chain(numbered);
        if let Some(path) = all.find(is_free) {
            taken.insert(path.to_lowercase(), sum);
            places.insert(file.name.clone(), path);
        }
    }
    places
}

/// The path of a page that any system can have and that stays where it is put.
fn safe(source: &str) -> Option<String> {
    (is_page(source) && is_sound(source)).then(|| source.to_owned())
}

fn is_page(path: &str) -> bool {
    let path = path.to_lowercase();
    path.ends_with(".md") || path.ends_with(".markdown")
}

/// What no part of a path may hold, since some system means something by it.
const UNSOUND: &str = "\\:*?\"<>|/";

fn is_sound(path: &str) -> bool {
    let sound = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.len() < 200
            && !part.chars().any(|c| c.is_control() || UNSOUND.contains(c))
    };
    path.len() < 1_000 && path.split('/').all(sound)
}

/// The name of a file as any system can have it; a page's ending would make it one.
pub(super) fn sound_name(name: &str) -> String {
    let clean = name.replace(|c: char| c.is_control() || UNSOUND.contains(c), "_");
    let short = clean.char_indices().take_while(|(at, c)| at + c.len_utf8() <= 150).map(|(_, c)| c);
    let short: String = short.collect();
    let before = if short.starts_with('.') || short.is_empty() { "_" } else { "" };
    let behind = if is_page(&short) { ".txt" } else { "" };
    format!("{before}{short}{behind}")
}

fn slug(title: &str) -> String {
    let words: Vec<String> =
        title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    words.join("-").chars().take(60).collect()
}

fn page(reader: &Reader, article: &Article, ways: &Ways, identity: &str, moment: &Moment) -> Result<String, Refusal> {
    let mut text = String::from("---\n");
    for field in ArticleField::ALL {
        let values = article.values(*field);
        let words: Vec<String> = match field {
            ArticleField::Body | ArticleField::Source | ArticleField::Hash | ArticleField::PublishAt => continue,
            // By name: another desk has other numbers.
            ArticleField::Cis => {
                let names = article.cis.iter().map(|id| reader.ci_name(*id));
                names.filter_map(Result::transpose).collect::<Result<_, _>>()?
            }
            ArticleField::Owner => {
                let person = article.owner.map(|id| reader.person(id)).transpose()?.flatten();
                person.map(|person| person.login).into_iter().collect()
            }
            field => {
                values.iter().map(|value| reader.shown_article(*field, value, moment)).collect::<Result<_, _>>()?
            }
        };
        front::write(&mut text, field.name(), &words, field.is_list());
    }
    for (key, value) in
        [("state", article.state.clone()), ("number", article.id.number()), ("desk", identity.to_owned())]
    {
        front::write(&mut text, key, &[value], false);
    }
    front::write(&mut text, "version", &[article.version.0.to_string()], false);
    // What the text does not show is named here, so that it comes along.
    let shown = files_in(&article.body);
    let others = ways.places.iter().filter(|(name, _)| !shown.contains(*name));
    front::write(&mut text, "files", &others.map(|(_, place)| link::way(ways.path, place)).collect::<Vec<_>>(), true);
    text.push_str("---\n\n");
    let body = relinked(&article.body, &mut |to, picture| {
        if let Some(name) = shown_file(to) {
            return ways.places.get(&name).map(|place| link::way(ways.path, place));
        }
        let (number, anchor) = to.split_once('#').map_or((to, None), |(number, anchor)| (number, Some(anchor)));
        let other = ways.paths.get(&number.parse::<ArticleId>().ok().filter(|_| !picture)?)?;
        let way = link::way(ways.path, other);
        Some(anchor.map_or_else(|| way.clone(), |anchor| format!("{way}#{anchor}")))
    });
    text.push_str(body.trim_start_matches('\n').trim_end());
    text.push('\n');
    Ok(text)
}

/// Makes a folder hold these files: what an earlier export left and these do not name goes, all else must not be there.
pub(super) fn write_all(reader: &Reader, folder: &Path, files: &BTreeMap<String, Piece>) -> Result<usize, Refusal> {
    fs::create_dir_all(folder).map_err(|error| refuse(folder, &error))?;
    let list = folder.join(LIST);
    let earlier: BTreeSet<String> = match fs::read_to_string(&list) {
        Ok(text) => text.lines().map(str::to_owned).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut entries = fs::read_dir(folder).map_err(|error| refuse(folder, &error))?;
            if entries.any(|entry| entry.is_ok_and(|entry| !entry.file_name().to_string_lossy().starts_with('.'))) {
                let why = "holds files that are no export; name a new or empty folder";
                return Err(Refusal::rule(format!("{} {why}", folder.display())));
            }
            BTreeSet::new()
        }
        Err(error) => return Err(refuse(&list, &error)),
    };
    // Known before anything is written: an export that breaks off can be made again over what it left.
    let all: BTreeSet<&String> = earlier.iter().chain(files.keys()).collect();
    put(folder, LIST, lines(&all).as_bytes())?;
    let mut changed = 0;
    for (path, piece) in files {
        changed += usize::from(match piece {
            Piece::Text(text) => put(folder, path, text.as_bytes())?,
            Piece::File(file) => put(folder, path, &reader.contents(file)?)?,
        });
    }
    for path in earlier.iter().filter(|path| !files.contains_key(*path) && safe_parts(path)) {
        if parents_are_folders(folder, path) && fs::remove_file(folder.join(path)).is_ok() {
            changed += 1;
        }
    }
    put(folder, LIST, lines(&files.keys().collect()).as_bytes())?;
    Ok(changed)
}

fn lines(paths: &BTreeSet<&String>) -> String {
    paths.iter().map(|path| format!("{path}\n")).collect()
}

/// The list lies in the folder: somebody may have written into it what leads elsewhere.
fn safe_parts(path: &str) -> bool {
    path.split('/').all(|part| !part.is_empty() && !part.starts_with('.') && !part.contains(['\\', ':']))
}

/// Whether what leads to a file within the folder are folders themselves, not links to elsewhere.
fn parents_are_folders(folder: &Path, path: &str) -> bool {
    let mut at = folder.to_owned();
    let parts: Vec<&str> = path.split('/').collect();
    parts.iter().take(parts.len().saturating_sub(1)).all(|part| {
        at.push(part);
        fs::symlink_metadata(&at).is_ok_and(|meta| meta.is_dir())
    })
}

/// Writes one file whole or not at all; whether it said something else before.
fn put(folder: &Path, path: &str, bytes: &[u8]) -> Result<bool, Refusal> {
    let target = folder.join(path);
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent).map_err(|error| refuse(parent, &error))?;
    }
    if !parents_are_folders(folder, path) {
        return Err(Refusal::rule(format!("{}: a link stands where a folder should be", target.display())));
    }
    let is_file = fs::symlink_metadata(&target).is_ok_and(|meta| meta.is_file());
    if is_file && fs::read(&target).is_ok_and(|old| old == bytes) {
        return Ok(false);
    }
    // Moved into its place: a link there is replaced, not written through.
    let aside = target.with_extension("deskhand-new");
    let _ = fs::remove_file(&aside);
    let written = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&aside)
        .and_then(|mut file| file.write_all(bytes))
        .and_then(|()| fs::rename(&aside, &target));
    written.map_err(|error| refuse(&target, &error))?;
    Ok(true)
}
