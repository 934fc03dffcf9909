//! An article as a file: its fields above its text, as `$EDITOR` shows them, or between two lines of `---`.
//!
//! The file names the version from which it was begun. Given back later, it is merged with what others wrote since, or refused
//! where both changed the same: it never overwrites what its author has not seen.

use crate::cli::failure::Outcome;
use crate::cli::form;
use crate::cli::kb::words::content;
use crate::cli::open::Desk;
use crate::desk::field::Value;
use crate::desk::id::Seq;
use crate::desk::knowledge::{Article, ArticleField, Content};
use crate::exchange::markdown::front_matter;

/// The fields that the editor shows above the text.
const HEAD: [ArticleField; 3] = [ArticleField::Title, ArticleField::Summary, ArticleField::Tags];

/// What a file says of an article.
pub(super) struct Page {
    /// Its fields and its text.
    pub(super) set: Content,
    /// The version from which it was begun.
    pub(super) version: Option<Seq>,
}

/// What the editor begins with for a new article.
pub(super) fn blank(set: &Content) -> String {
    written(set, None)
}

/// What the editor begins with for an article that is there.
pub(super) fn shown(article: &Article) -> String {
    let set = ArticleField::ALL.iter().map(|field| (*field, article.values(*field))).collect();
    written(&set, Some(article.version))
}

fn written(set: &Content, version: Option<Seq>) -> String {
    let line = |field: &ArticleField| {
        let values = set.get(field).cloned().unwrap_or_default();
        let words: Vec<&str> = values.iter().filter_map(Value::text).collect();
        format!("{}: {}\n", field.name(), words.join(", "))
    };
    let head: String = HEAD.iter().map(line).collect();
    let version = version.map(|version| format!("version: {version}\n")).unwrap_or_default();
    let body = set.get(&ArticleField::Body).and_then(|values| values.first()?.text().map(str::to_owned));
    format!("{head}{version}\n{}", body.unwrap_or_default())
}

/// What was typed into the editor.
pub(super) fn typed(desk: &mut Desk, text: &str) -> Outcome<Page> {
    let (head, _) = form::parse(text)?;
    // As it stands, blanks at its end included: what the form trims may be Markdown.
    let body = text.split_once("\n\n").map_or("", |(_, body)| body);
    whole(desk, head, body)
}

/// What a file or stdin says: fields and text as the editor shows them, front matter and text, or a text alone.
pub(super) fn read(desk: &mut Desk, text: &str) -> Outcome<Page> {
    let (front, body) = front_matter(text);
    if body.len() < text.len() {
        let known = |name: &String| name == "version" || ArticleField::named(name).is_some_and(is_written);
        let head = front.into_iter().filter(|(name, _)| known(name));
        return whole(
            desk,
            head.map(|(name, values)| (name, values.join(", "))).collect(),
            body.trim_start_matches('\n'),
        );
    }
    if text.starts_with("title:") {
        return typed(desk, text);
    }
    whole(desk, Vec::new(), text)
}

/// Whether people write it: what an import noted of a page is not.
fn is_written(field: ArticleField) -> bool {
    !matches!(field, ArticleField::Body | ArticleField::Source | ArticleField::Hash)
}

fn whole(desk: &mut Desk, mut head: Vec<(String, String)>, body: &str) -> Outcome<Page> {
    let version = head.iter().position(|(name, _)| name == "version").map(|at| head.remove(at).1);
    let pairs: Vec<String> = head.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut set = content(desk, None, &pairs)?;
    set.insert(ArticleField::Body, if body.trim().is_empty() { Vec::new() } else { vec![Value::from(body)] });
    Ok(Page { set, version: version.and_then(|word| word.parse().ok()).map(Seq) })
}
