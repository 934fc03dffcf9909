//! What a folder of pages would do to the knowledge base, page by page, and the one command that does it.
//!
//! A page whose file says what it said last time changes nothing, whatever was written here since. One that says something
//! else updates its article; where that was changed here too, both are merged by paragraph, and where they clash the page is
//! left out and told.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::folder::Folder;
use super::link;
use super::page::Page;
use super::pictures::{Known, OfPage, Pictures};
use crate::desk::command::{Author, Command};
use crate::desk::field::Value;
use crate::desk::id::{ArticleId, Seq};
use crate::desk::knowledge::{Article, ArticleField, ArticleTarget, Content, KnowledgeCommand, file_address};
use crate::desk::refusal::Refusal;
use crate::desk::time::Moment;
use crate::store::Reader;
use crate::text::markdown::relinked;

/// What becomes of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It becomes an article.
    Create,
    /// Its article takes over what the page says now.
    Update,
    /// Nothing; the article says it already.
    Unchanged,
    /// Page and article were both changed and clash.
    Conflict(String),
    /// It can't be taken in.
    Skip(String),
}

impl Fate {
    /// Its word in a plan.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Fate::Create => "create",
            Fate::Update => "update",
            Fate::Unchanged => "unchanged",
            Fate::Conflict(_) => "conflict",
            Fate::Skip(_) => "skip",
        }
    }
}

/// A page of the plan.
#[derive(Clone, Debug)]
pub struct PagePlan {
    /// Its path within the folder.
    pub path: String,
    /// Its title.
    pub title: String,
    /// Its article, the one to come included.
    pub article: Option<ArticleId>,
    /// What becomes of it.
    pub fate: Fate,
    /// How many pictures and other files come with it.
    pub files: usize,
}

/// What a folder would do.
#[derive(Clone, Debug, Default)]
pub struct PagesPlan {
    /// The folder's name.
    pub folder: String,
    /// Its pages, in order.
    pub pages: Vec<PagePlan>,
    /// What should be known: words that mean nothing here, links that lead nowhere.
    pub warnings: Vec<String>,
    /// The number of the first new article.
    next: Option<ArticleId>,
    commands: Vec<KnowledgeCommand>,
}

impl PagesPlan {
    /// The command that does it; `None` where there is nothing to do.
    #[must_use]
    pub fn command(self) -> Option<Command> {
        let PagesPlan { folder: from, next, commands: all, .. } = self;
        let next = next.filter(|_| !all.is_empty())?;
        Some(Command::Knowledge(KnowledgeCommand::Import { from, next, all }))
    }

    /// How many pages each fate has, in words: `117 new, 2 updated, 0 unchanged, 0 in conflict, 1 left out`, and how many files
    /// come with them, if any do.
    #[must_use]
    pub fn counts(&self) -> String {
        let count = |word: &str| self.pages.iter().filter(|page| page.fate.word() == word).count();
        let [new, updated, same] = ["create", "update", "unchanged"].map(count);
        let [clash, out] = ["conflict", "skip"].map(count);
        let files = match self.pages.iter().map(|page| page.files).sum::<usize>() {
            0 => String::new(),
            1 => String::from("; 1 file"),
            files => format!("; {files} files"),
        };
        format!("{new} new, {updated} updated, {same} unchanged, {clash} in conflict, {out} left out{files}")
    }
}

/// Keys of front matter and the fields that they fill. `state` and the keys that an export adds are read elsewhere.
const FIELDS: [(ArticleField, &[&str]); 10] = [
    (ArticleField::Summary, &["summary", "description"]),
    (ArticleField::Category, &["category"]),
    (ArticleField::Owner, &["owner"]),
    (ArticleField::Audience, &["audience"]),
    (ArticleField::Language, &["language", "lang"]),
    (ArticleField::Review, &["review"]),
    (ArticleField::Tags, &["tags"]),
    (ArticleField::Services, &["services"]),
    (ArticleField::Cis, &["cis"]),
    (ArticleField::Type, &["type"]),
];

/// What taking in a folder would do.
///
/// # Errors
/// When the desk can't be read.
pub fn plan_pages(reader: &Reader, folder: &Folder, author: &Author, moment: &Moment) -> Result<PagesPlan, Refusal> {
    let mut planner = Planner::begin(reader, folder, author, moment)?;
    let mut pages: Vec<Page> = folder.pages.iter().map(|(path, text)| Page::read(path, text)).collect();
    // Beside alerts' runbooks a page called like an alert is one too, whatever its headings.
    let runbooks: BTreeSet<&str> = (folder.pages.iter().zip(&pages))
        .filter(|(_, page)| page.is_runbook)
        .map(|((path, _), _)| within(path))
        .collect();
    for ((path, _), page) in folder.pages.iter().zip(&mut pages) {
        page.is_runbook |= page.is_named_by_machine && runbooks.contains(within(path));
    }
    // Numbers first: any page may link to any other.
    for ((path, text), page) in folder.pages.iter().zip(&pages) {
        planner.number(path, text, page);
    }
    let next = Some(reader.next_article()?);
    let mut plan = PagesPlan { folder: folder.name.clone(), next, ..PagesPlan::default() };
    for ((path, text), page) in folder.pages.iter().zip(&pages) {
        let article = planner.numbers.get(path).map(|(id, _)| *id);
        let (fate, files) = planner.page(path, text, page)?;
        plan.pages.push(PagePlan { path: path.clone(), title: page.title.clone(), article, fate, files });
    }
    for (path, why) in &folder.left_out {
        let fate = Fate::Skip(why.clone());
        plan.pages.push(PagePlan { path: path.clone(), title: String::new(), article: None, fate, files: 0 });
    }
    plan.commands = planner.commands;
    plan.warnings = planner.warnings.iter().map(|(what, pages)| told(what, pages)).collect();
    Ok(plan)
}

/// The folder that a page lies in.
fn within(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Something to know of several pages, in a line.
fn told(what: &str, pages: &[String]) -> String {
    match pages {
        [first, _, _, ..] => format!("{first} and {} more: {what}", pages.len() - 1),
        few => format!("{}: {what}", few.join(" and ")),
    }
}

struct Planner<'r, 'a> {
    reader: &'r Reader<'r>,
    author: &'a Author,
    moment: &'a Moment,
    folder: &'a str,
    identity: String,
    /// The articles that came from files: by source, and by hash.
    sources: BTreeMap<String, ArticleId>,
    hashes: BTreeMap<String, (ArticleId, String)>,
    paths: BTreeSet<&'a str>,
    pictures: Pictures<'a>,
    /// The number of each page's article, and whether it is one to come.
    numbers: BTreeMap<String, (ArticleId, bool)>,
    /// The articles that have their page.
    taken: BTreeSet<ArticleId>,
    next: ArticleId,
    commands: Vec<KnowledgeCommand>,
    warnings: BTreeMap<String, Vec<String>>,
}

impl<'r, 'a> Planner<'r, 'a> {
    fn begin(
        reader: &'r Reader<'r>,
        folder: &'a Folder,
        author: &'a Author,
        moment: &'a Moment,
    ) -> Result<Self, Refusal> {
        let (mut sources, mut hashes) = (BTreeMap::new(), BTreeMap::new());
        for (id, source, hash) in reader.article_sources()? {
            hashes.insert(hash, (id, source.clone()));
            sources.insert(source, id);
        }
        Ok(Planner {
            reader,
            author,
            moment,
            folder: &folder.name,
            identity: reader.identity()?,
            sources,
            hashes,
            pictures: Pictures::new(folder, reader.rules().settings.attachment_limit),
            paths: folder.pages.iter().map(|(path, _)| path.as_str()).collect(),
            numbers: BTreeMap::new(),
            taken: BTreeSet::new(),
            next: reader.next_article()?,
            commands: Vec::new(),
            warnings: BTreeMap::new(),
        })
    }

    fn warn(&mut self, what: String, path: &str) {
        self.warnings.entry(what).or_default().push(path.to_owned());
    }

    fn source(&self, path: &str) -> String {
        if self.folder.is_empty() { path.to_owned() } else { format!("{}/{path}", self.folder) }
    }

    /// Finds the article of a page, or gives it the number that it will get.
    fn number(&mut self, path: &str, text: &str, page: &Page) {
        if !page.says_something {
            return;
        }
        let known = self.exported(page).or_else(|| self.sources.get(&self.source(path)).copied());
        let known = known.or_else(|| {
            // The same text under another path was moved, unless it still lies where it lay.
            let (id, source) = self.hashes.get(&hash(text))?;
            let there = source.strip_prefix(self.folder).and_then(|rest| rest.strip_prefix('/'));
            there.is_none_or(|there| !self.paths.contains(there)).then_some(*id)
        });
        // Two copies of a page can't both be its article: the first is.
        let own = known.filter(|id| self.taken.insert(*id));
        let number = own.map_or((self.next, true), |id| (id, false));
        if number.1 {
            self.next = ArticleId(self.next.0 + 1);
        }
        self.numbers.insert(path.to_owned(), number);
    }

    /// The article whose number an export of this desk wrote.
    fn exported(&self, page: &Page) -> Option<ArticleId> {
        let own = page.word(&["desk"])? == self.identity;
        let id: ArticleId = page.word(&["number"])?.parse().ok().filter(|_| own)?;
        self.reader.article_called(id).ok().filter(|called| *called != id.number())?;
        Some(id)
    }

    /// What becomes of a page, and how many files come with it.
    fn page(&mut self, path: &str, text: &str, page: &Page) -> Result<(Fate, usize), Refusal> {
        let Some((id, is_new)) = self.numbers.get(path).copied() else {
            return Ok((Fate::Skip(String::from("it says nothing")), 0));
        };
        let mut set = self.content(path, page)?;
        let (body, files) = self.body(path, page, id, is_new)?;
        set.insert(ArticleField::Body, value(&body));
        files.told.iter().for_each(|what| self.warn(what.clone(), path));
        let count = files.count();
        if is_new {
            self.sign(&mut set, path, text);
            self.create(id, set, page, path, files);
            return Ok((Fate::Create, count));
        }
        Ok(match self.update(id, set, &files, path, text, page)? {
            // A picture may have changed where the text did not.
            fate @ (Fate::Update | Fate::Unchanged) => {
                self.commands.extend(files.commands(id));
                (if count > 0 { Fate::Update } else { fate }, count)
            }
            fate => (fate, 0),
        })
    }

    /// What becomes of a page whose article is there.
    fn update(
        &mut self,
        id: ArticleId,
        mut set: Content,
        files: &OfPage,
        path: &str,
        text: &str,
        page: &Page,
    ) -> Result<Fate, Refusal> {
        let now = self.reader.article(id)?;
        let shown = showing(&now.body, path, files);
        let same_file = now.source.as_ref().is_some_and(|(_, known)| *known == hash(text));
        let same_path = now.source.as_ref().is_some_and(|(source, _)| *source == self.source(path));
        if (same_file && same_path) || (!same_file && says_already(&now, &set)) {
            if shown.is_none() {
                return Ok(Fate::Unchanged);
            }
            set = Content::new();
        }
        if same_file {
            set = Content::new();
        }
        let exported = self.exported(page).is_some();
        if !exported || same_file {
            self.sign(&mut set, path, text);
        }
        // What the page was made from tells which of the two changed what.
        let version = match self.exported_from(page) {
            _ if shown.is_some() && !set.contains_key(&ArticleField::Body) => Some(now.version),
            Some(version) => Some(version),
            None if exported => None,
            None => self.reader.article_taken_in(id)?,
        };
        if let Some(body) = shown {
            set.entry(ArticleField::Body).or_insert_with(|| value(&body));
        }
        let edit = KnowledgeCommand::Edit { on: ArticleTarget { id, version }, set, settled: Vec::new() };
        if let Err(refusal) = self.reader.would(&Command::Knowledge(edit.clone()), self.author, self.moment) {
            return Ok(match refusal {
                Refusal::Conflict(_) => Fate::Conflict(format!(
                    "{0} was changed here, and the file too: put what it says (deskhand kb show {0} --format json) into the file, \
                         with its version there, and import again",
                    id.number()
                )),
                other => Fate::Skip(other.to_string()),
            });
        }
        self.commands.push(edit);
        Ok(Fate::Update)
    }

    /// The version of its article from which an export of this desk wrote a page.
    fn exported_from(&self, page: &Page) -> Option<Seq> {
        self.exported(page)?;
        page.word(&["version"])?.parse().ok().map(Seq)
    }

    fn create(&mut self, id: ArticleId, set: Content, page: &Page, path: &str, files: OfPage) {
        let practice = &self.reader.rules().knowledge;
        let kind = set.get(&ArticleField::Type).and_then(|values| values.first()?.text().map(str::to_owned));
        let reviewed = kind.and_then(|kind| practice.find_type(&kind).ok()).is_some_and(|kind| kind.reviewed);
        let initial = &practice.life.initial;
        let wanted = page.word(&["state"]).map(|word| word.to_lowercase().replace([' ', '-'], "_"));
        let is_draft = page.word(&["draft"]) == Some("true");
        let phase = |name: &str| practice.life.state(name).map(|state| state.phase);
        let state = match wanted.as_deref().and_then(|name| phase(name).map(|phase| (name, phase))) {
            Some((_, phase)) if phase.is_live() => practice.life.publishing(initial).map(|step| step.to.clone()),
            Some((name, _)) => Some(name.to_owned()),
            None if is_draft => None,
            None => practice.life.publishing(initial).map(|step| step.to.clone()),
        };
        let state = state.filter(|state| state != initial);
        self.commands.push(KnowledgeCommand::Write { set, cite: Vec::new() });
        self.commands.extend(files.commands(id));
        if let Some(to) = state {
            if reviewed && phase(&to).is_some_and(|phase| phase.is_live()) {
                let why = format!("it stays {initial}: somebody else must publish what is of its type");
                self.warn(why, path);
            } else {
                self.commands.push(KnowledgeCommand::Advance { on: vec![id], to, at: None });
            }
        }
    }

    /// Notes from which file an article is.
    fn sign(&self, set: &mut Content, path: &str, text: &str) {
        set.insert(ArticleField::Source, value(&self.source(path)));
        set.insert(ArticleField::Hash, value(&hash(text)));
    }

    /// The fields that a page gives. What means nothing here is told and left out.
    fn content(&mut self, path: &str, page: &Page) -> Result<Content, Refusal> {
        let mut set = Content::from([(ArticleField::Title, value(&page.title))]);
        let practice = &self.reader.rules().knowledge;
        for (field, keys) in FIELDS {
            let Some(given) = keys.iter().find_map(|key| page.front.get(*key)) else { continue };
            let understood = match field {
                ArticleField::Type => given.first().map_or(Ok(Vec::new()), |word| {
                    practice.find_type(word).map(|kind| value(&kind.name)).map_err(Refusal::Rule)
                }),
                ArticleField::Tags => Ok(tags(given)),
                _ => self.reader.understand_article(field, &given.join(","), None, self.moment),
            };
            match understood {
                Ok(values) => _ = set.insert(field, values),
                Err(Refusal::Rule(_) | Refusal::NotFound(_)) => {
                    self.warn(format!("{} '{}' means nothing here", field.name(), given.join(", ")), path);
                }
                Err(other) => return Err(other),
            }
        }
        if page.is_runbook && !set.contains_key(&ArticleField::Type) && practice.find_type("runbook").is_ok() {
            set.insert(ArticleField::Type, value("runbook"));
        }
        Ok(set)
    }

    /// The text of a page with its links to other pages as links between articles and what it shows as the article's own
    /// files; and those files.
    fn body(&mut self, path: &str, page: &Page, id: ArticleId, is_new: bool) -> Result<(String, OfPage), Refusal> {
        let own = if is_new { Vec::new() } else { self.reader.article_files(id)? };
        let exported = self.exported_from(page).filter(|_| !is_new);
        let known = Known { files: &own, exported };
        let (reader, numbers, pictures) = (self.reader, &self.numbers, &mut self.pictures);
        let (mut files, mut failed) = (OfPage::default(), None);
        let (mut astray, mut lost) = (false, false);
        let mut take = |target: &str, address: &str| {
            let found = rooted(path, target, address).into_iter().find(|path| pictures.has(path))?;
            let name = pictures.take(reader, &mut files, &known, id, &found);
            name.unwrap_or_else(|refusal| {
                failed.get_or_insert(refusal);
                None
            })
        };
        let body = relinked(&page.body, &mut |to, picture| {
            let (target, anchor) = link::local(path, to)?;
            let pages = candidates(path, &target, to);
            if let Some((id, _)) = pages.iter().find_map(|path| numbers.get(path)).filter(|_| !picture) {
                return Some(anchor.map_or_else(|| id.number(), |anchor| format!("{}#{anchor}", id.number())));
            }
            let name = take(&target, to);
            let is_page = target.ends_with(".md") || target.ends_with(".markdown");
            astray |= name.is_none() && is_page;
            lost |= name.is_none() && !is_page && picture;
            name.map(|name| file_address(&name))
        });
        for to in page.front.get("files").into_iter().flatten() {
            let name = link::local(path, to).and_then(|(target, _)| take(&target, to));
            lost |= name.is_none();
        }
        if let Some(refusal) = failed {
            return Err(refusal);
        }
        if lost {
            self.warn(
                String::from("pictures that are not here stay as they are; the article shows what they are called"),
                path,
            );
        }
        if astray {
            self.warn(String::from("links to pages that are not here stay as they are"), path);
        }
        Ok((body, files))
    }
}

/// The text of an article as it is here with the files that came for it shown, where it names them as its page does: a picture
/// may come after its page. `None` where it shows them all.
fn showing(body: &str, page: &str, files: &OfPage) -> Option<String> {
    let new = relinked(body, &mut |to, _| {
        let (target, _) = link::local(page, to)?;
        rooted(page, &target, to).iter().find_map(|path| files.name(path)).map(file_address)
    });
    (new != body).then_some(new)
}

/// The pages that an address may mean: as it stands, without its ending, a folder's own page.
fn candidates(page: &str, target: &str, address: &str) -> Vec<String> {
    let endings = ["", ".md", ".markdown", "/_index.md", "/index.md", "/README.md"];
    let target = target.trim_end_matches('/');
    rooted(page, target, address).iter().flat_map(|path| endings.map(|ending| format!("{path}{ending}"))).collect()
}

/// The paths that an address may mean. One from the root is looked for in every folder above the page, since a site's root
/// often lies deeper than the folder's.
fn rooted(page: &str, target: &str, address: &str) -> Vec<String> {
    if !address.starts_with('/') {
        return vec![target.to_owned()];
    }
    let folders = page.match_indices('/').map(|(at, _)| page.get(..=at).unwrap_or_default());
    std::iter::once("").chain(folders).map(|root| format!("{root}{target}")).collect()
}

/// Tags as articles have them: small letters, no blanks, in order.
fn tags(given: &[String]) -> Vec<Value> {
    let words = given.iter().flat_map(|text| text.split(','));
    let tags: BTreeSet<String> = words.map(|word| word.trim().to_lowercase().replace([' ', '"'], "-")).collect();
    tags.into_iter().filter(|tag| !tag.is_empty()).map(Value::from).collect()
}

/// Whether an article says all that already; blank lines around its text count for nothing.
fn says_already(now: &Article, set: &Content) -> bool {
    set.iter().all(|(field, values)| match field {
        ArticleField::Body => {
            let wanted = values.first().and_then(Value::text).unwrap_or_default();
            now.body.trim_end().trim_start_matches('\n') == wanted.trim_end()
        }
        ArticleField::Title | ArticleField::Summary => {
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let text = |values: &[Value]| values.first().and_then(Value::text).map(words).unwrap_or_default();
            text(&now.values(*field)) == text(values)
        }
        // An export writes the day, not the hour.
        ArticleField::Review => true,
        field => now.values(*field) == *values,
    })
}

fn value(text: &str) -> Vec<Value> {
    if text.is_empty() { Vec::new() } else { vec![Value::from(text)] }
}

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
