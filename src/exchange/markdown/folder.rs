//! Reads a folder of pages. Nothing is followed out of it: what is no plain file or folder is left out and told.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// A page is at most so long, as an article is.
const LONGEST: u64 = 4 << 20;
/// So many pages are read at once.
const MOST: usize = 20_000;
/// Folders lie at most so deep in one another.
const DEEPEST: usize = 32;

/// What a folder holds.
#[derive(Debug, Default)]
pub struct Folder {
    /// The folder's own name.
    pub name: String,
    /// Its pages by path within it, parted by `/`, in order.
    pub pages: Vec<(String, String)>,
    /// The other files by path within it, with their sizes: what pages may show.
    pub files: BTreeMap<String, u64>,
    /// What was left out, and why.
    pub left_out: Vec<(String, String)>,
    /// Where it lies.
    pub root: PathBuf,
}

impl Folder {
    /// A folder of pages that lie nowhere, without other files.
    #[must_use]
    pub fn of(name: &str, pages: Vec<(String, String)>) -> Folder {
        Folder { name: name.to_owned(), pages, ..Folder::default() }
    }

    /// What a file of the folder holds, of at most `limit` bytes.
    ///
    /// # Errors
    /// Why it can't be taken, in words.
    pub(super) fn contents(&self, path: &str, limit: u64) -> Result<Vec<u8>, String> {
        let too_large = || format!("this desk takes up to {} MiB (attachment_limit in desk.toml)", limit >> 20);
        match self.files.get(path) {
            None => return Err(String::from("it is not there")),
            Some(size) if *size > limit => return Err(too_large()),
            Some(_) => {}
        }
        // A link may have come into its place since the folder was read.
        if !is_plain_within(&self.root, path) {
            return Err(String::from("it is a link; only what lies in the folder itself is taken"));
        }
        let mut bytes = Vec::new();
        let read = File::open(self.root.join(path)).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes));
        read.map_err(|error| error.to_string())?;
        if u64::try_from(bytes.len()).is_ok_and(|size| size > limit) { Err(too_large()) } else { Ok(bytes) }
    }
}

/// Whether a path within a folder leads to a file through nothing but folders.
fn is_plain_within(root: &Path, path: &str) -> bool {
    let mut at = root.to_owned();
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        at.push(part);
        let last = parts.peek().is_none();
        if !fs::symlink_metadata(&at).is_ok_and(|meta| if last { meta.is_file() } else { meta.is_dir() }) {
            return false;
        }
    }
    true
}

/// Reads the pages of a folder, and of the folders in it. Hidden ones are passed over.
///
/// # Errors
/// When the folder itself can't be read.
pub fn read_folder(folder: &Path) -> io::Result<Folder> {
    let root = folder.canonicalize()?;
    let name = root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut found = Folder { name, root: root.clone(), ..Folder::default() };
    walk(&root, "", 0, &mut found)?;
    found.pages.sort();
    found.left_out.sort();
    Ok(found)
}

fn walk(folder: &Path, within: &str, depth: usize, found: &mut Folder) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            let name = entry.file_name().to_string_lossy().into_owned();
            found.left_out.push((format!("{within}{name}"), String::from("its name is not in UTF-8")));
            continue;
        };
        if name.starts_with('.') {
            continue;
        }
        let path = format!("{within}{name}");
        let is_page = Path::new(&name)
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("md") || ending.eq_ignore_ascii_case("markdown"));
        // What the entry is itself, not what a link leads to.
        let kind = entry.file_type()?;
        let why = if kind.is_dir() {
            if depth < DEEPEST {
                walk(&entry.path(), &format!("{path}/"), depth + 1, found)?;
                continue;
            }
            String::from("it lies too deep")
        } else if kind.is_symlink() {
            String::from("it is a link; only what lies in the folder itself is taken")
        } else if !kind.is_file() {
            continue;
        } else if !is_page {
            found.files.insert(path, entry.metadata()?.len());
            continue;
        } else if found.pages.len() >= MOST {
            format!("at most {MOST} pages at once")
        } else if entry.metadata()?.len() > LONGEST {
            format!("a page has at most {} MiB", LONGEST >> 20)
        } else {
            match String::from_utf8(fs::read(entry.path())?) {
                Ok(text) => {
                    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).replace("\r\n", "\n");
                    found.pages.push((path, text));
                    continue;
                }
                Err(_) => String::from("it is no text in UTF-8"),
            }
        };
        found.left_out.push((path, why));
    }
    Ok(())
}
