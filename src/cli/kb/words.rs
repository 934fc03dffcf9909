//! What the words of a command line name: articles, and what is given to their fields.

use crate::cli::ci::words::{Sign, given};
use crate::cli::failure::{Failure, Outcome};
use crate::cli::ids::several;
use crate::cli::open::Desk;
use crate::desk::field::Value;
use crate::desk::id::ArticleId;
use crate::desk::knowledge::{Article, ArticleField, Content};

/// Whether all of these words are numbers of articles: then a verb for everything means articles.
pub(in crate::cli) fn are_articles(words: &[String]) -> bool {
    !words.is_empty() && words.iter().all(|word| word.parse::<ArticleId>().is_ok())
}

/// The articles that these words name, each once, in their order. `-` reads them from stdin, the first word of each line.
///
/// All that are not found are told at once.
pub(super) fn articles(desk: &Desk, words: &[String]) -> Outcome<Vec<ArticleId>> {
    let reader = desk.read()?;
    several(words, "article", |word| reader.find_article(word))
}

/// The one article that a word names.
pub(super) fn article(desk: &Desk, word: &str) -> Outcome<Article> {
    let reader = desk.read()?;
    Ok(reader.article(reader.find_article(word)?)?)
}

/// Words parted into those that give a field something and those that do not.
pub(super) fn parted(words: &[String]) -> (Vec<String>, Vec<String>) {
    words.iter().cloned().partition(|word| given(word).is_none())
}

/// What `field=value`, `tags+=x` and `tags-=x` make of an article; of a new one, of nothing.
pub(super) fn content(desk: &mut Desk, now: Option<&Article>, pairs: &[String]) -> Outcome<Content> {
    let typed: Vec<(&str, Sign, &str)> = pairs.iter().filter_map(|word| given(word)).collect();
    let mut fields = Vec::new();
    for (name, sign, value) in typed {
        let field = ArticleField::find(name).map_err(Failure::usage)?;
        if sign != Sign::Set && !field.is_list() {
            return Err(Failure::usage(format!("{name} holds one value: {name}=…")));
        }
        fields.push((field, sign, value));
    }
    // Asked first: naming oneself may make one known to the desk.
    let me = match fields.iter().any(|(_, _, value)| value.trim().eq_ignore_ascii_case("me")) {
        true => Some(desk.me()?),
        false => None,
    };
    let reader = desk.read()?;
    let mut set = Content::new();
    for (field, sign, value) in fields {
        let values = reader.understand_article(field, value, me, &desk.moment)?;
        let known = || now.map(|article| article.values(field)).unwrap_or_default();
        match sign {
            Sign::Set => _ = set.insert(field, values),
            Sign::Add => {
                let list = set.entry(field).or_insert_with(known);
                let new: Vec<Value> = values.into_iter().filter(|value| !list.contains(value)).collect();
                list.extend(new);
            }
            Sign::Remove => set.entry(field).or_insert_with(known).retain(|value| !values.contains(value)),
        }
    }
    Ok(set)
}
