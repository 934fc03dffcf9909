//! What readers may rely on, as one folder of static pages with an index that searches. Nothing is loaded from elsewhere,
//! all text is escaped, and without scripts the index still lists all.

use std::collections::BTreeMap;
use std::path::Path;

use super::export::{Exported, Piece, sound_name, write_all};
use crate::desk::id::ArticleId;
use crate::desk::knowledge::{Article, ArticleField, Audience, Phase, shown_file};
use crate::desk::refusal::Refusal;
use crate::desk::time::Moment;
use crate::store::Reader;
use crate::text::address::encoded;
use crate::text::clean_text;
use crate::text::markdown::{Lead, gist, html};

/// How every page looks.
const STYLE: &str = include_str!("../../../assets/site/style.css");
/// Searches the index.
const SEARCH: &str = include_str!("../../../assets/site/search.js");

/// Writes the published articles for an audience as a site into a folder, which is empty, new, or an earlier export.
///
/// # Errors
/// When something else lies there, or it can't be written.
pub fn export_html(reader: &Reader, folder: &Path, audience: Audience, moment: &Moment) -> Result<Exported, Refusal> {
    let mut articles = Vec::new();
    for row in reader.articles(&[Phase::Live, Phase::Due])? {
        let article = reader.article(row.id)?;
        if audience == Audience::Staff || article.audience == Audience::Everyone {
            articles.push(article);
        }
    }
    articles.sort_by_key(|article| article.title.to_lowercase());
    let names: BTreeMap<ArticleId, String> =
        articles.iter().map(|article| (article.id, format!("{}.html", article.id.number()))).collect();
    let text = |text: &str| Piece::Text(text.to_owned());
    let mut files =
        BTreeMap::from([(String::from("style.css"), text(STYLE)), (String::from("search.js"), text(SEARCH))]);
    let label = reader.rules().settings.label.clone();
    for article in &articles {
        let told = told(reader, article, moment)?;
        let mut shown = Shown::new();
        for (n, one) in (1..).zip(reader.article_files(article.id)?) {
            let place = format!("files/{}/{n}-{}", article.id.number(), sound_name(&one.file.name));
            shown.insert(one.file.name.clone(), place.split('/').map(encoded).collect::<Vec<_>>().join("/"));
            files.insert(place, Piece::File(one.file));
        }
        let page = format!(
            "<nav><a href=\"index.html\">{}</a></nav>\n<main>\n<h1>{}</h1>\n<p class=\"told\">{}</p>\n{}{}</main>\n",
            escaped(&label),
            escaped(&article.title),
            escaped(&told),
            if article.summary.is_empty() { String::new() } else { format!("<p>{}</p>\n", escaped(&article.summary)) },
            body(&article.body, &names, &shown)
        );
        if let Some(name) = names.get(&article.id) {
            files.insert(name.clone(), Piece::Text(whole(&article.title, &article.language, &page, "")));
        }
    }
    files.insert(String::from("index.html"), Piece::Text(index(reader, &label, &articles, &names)?));
    let changed = write_all(reader, folder, &files)?;
    Ok(Exported { articles: articles.len(), changed })
}

/// Where the files of an article lie in the site, by name.
type Shown = BTreeMap<String, String>;

/// A page around its content.
fn whole(title: &str, language: &str, content: &str, scripts: &str) -> String {
    let policy = if scripts.is_empty() {
        "default-src 'none'; style-src 'self'; img-src 'self'"
    } else {
        "default-src 'none'; style-src 'self'; script-src 'self'"
    };
    let language = if language.is_empty() { "en" } else { language };
    format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n\
         <link rel=\"stylesheet\" href=\"style.css\">\n{scripts}</head>\n<body>\n{content}</body>\n</html>\n",
        escaped(language),
        escaped(title)
    )
}

/// What stands below a title: number, type, day, tags.
fn told(reader: &Reader, article: &Article, moment: &Moment) -> Result<String, Refusal> {
    let kind = reader.rules().knowledge.type_of(article).map_or(article.kind.clone(), |kind| kind.label.clone());
    let mut told = vec![article.id.number(), kind];
    if let Some(confirmed) = article.confirmed {
        told.push(format!("confirmed {}", moment.day_of(confirmed)));
    }
    for value in article.values(ArticleField::Category) {
        told.push(reader.shown_article(ArticleField::Category, &value, moment)?);
    }
    told.extend(article.tags.iter().map(|tag| format!("#{tag}")));
    Ok(told.join(" · "))
}

/// The index: all articles by type, each with the words by which the script finds it.
fn index(
    reader: &Reader,
    label: &str,
    articles: &[Article],
    names: &BTreeMap<ArticleId, String>,
) -> Result<String, Refusal> {
    let mut content = format!(
        "<main>\n<h1>{}</h1>\n<p><input id=\"wanted\" type=\"search\" placeholder=\"Search\" autofocus hidden></p>\n",
        escaped(label)
    );
    for kind in &reader.rules().knowledge.types {
        let own: Vec<&Article> = articles.iter().filter(|article| article.kind == kind.name).collect();
        if own.is_empty() {
            continue;
        }
        content.push_str(&format!("<section>\n<h2>{}</h2>\n<ul>\n", escaped(&kind.label)));
        for article in own {
            let gist = gist(&article.body);
            let headings: Vec<&str> = gist.outline.iter().map(|heading| heading.text.as_str()).collect();
            let words = format!("{} {} {}", article.tags.join(" "), headings.join(" "), gist.plain);
            let words = words.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
            let summary = if article.summary.is_empty() { String::new() } else { format!(" — {}", article.summary) };
            content.push_str(&format!(
                "<li data-words=\"{}\"><a href=\"{}\">{}</a>{}</li>\n",
                escaped(&words),
                names.get(&article.id).map_or("#", String::as_str),
                escaped(&article.title),
                escaped(&summary)
            ));
        }
        content.push_str("</ul>\n</section>\n");
    }
    content.push_str("</main>\n");
    Ok(whole(label, "", &content, "<script src=\"search.js\" defer></script>\n"))
}

/// The text of an article as HTML.
fn body(source: &str, names: &BTreeMap<ArticleId, String>, shown: &Shown) -> String {
    html(source, &|to| match shown_file(to) {
        Some(name) => shown.get(&name).cloned().map(Lead::File),
        None => address(to, names).map(Lead::Page),
    })
}

/// Where a link may lead: to another page here, within this one, or to the web and mail. Nothing that runs.
fn address(to: &str, names: &BTreeMap<ArticleId, String>) -> Option<String> {
    let (number, anchor) = to.split_once('#').map_or((to, None), |(number, anchor)| (number, Some(anchor)));
    if let Some(name) = number.parse::<ArticleId>().ok().and_then(|id| names.get(&id)) {
        return Some(anchor.map_or_else(|| name.clone(), |anchor| format!("{name}#{anchor}")));
    }
    let scheme = to.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    let leads = to.starts_with('#') || matches!(scheme.as_deref(), Some("http" | "https" | "mailto"));
    (leads && !to.contains(char::is_control)).then(|| to.to_owned())
}

/// Text as HTML shows it, in an attribute too.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in clean_text(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_an_article_runs_or_loads() {
        let source = "<script>alert(1)</script>\n\na <img src=x onerror=y> ![p](http://x.example/p.png) [j](javascript:alert(1)) [k](KB-1#a) [w](https://x.example/?a&b)\n\n## It's & <b>\n\n```\"><script>\n<x>\n```\n";
        let names = BTreeMap::from([(ArticleId(1), String::from("KB-1.html"))]);
        let html = body(source, &names, &Shown::new());
        assert_eq!(
            html,
            "<p>&lt;script&gt;alert(1)&lt;/script&gt;\n</p>\n<p>a &lt;img src=x onerror=y&gt; [picture: p] j \
             <a href=\"KB-1.html#a\">k</a> <a href=\"https://x.example/?a&amp;b\">w</a></p>\n\
             <h2 id=\"its--b\">It's &amp; &lt;b&gt;</h2>\n\
             <pre><code class=\"language-&quot;&gt;&lt;script&gt;\">&lt;x&gt;\n</code></pre>\n"
        );
    }

    #[test]
    fn an_article_shows_its_own_pictures_and_its_files_are_saved_not_opened() {
        let shown = Shown::from([(String::from("a b.png"), String::from("files/KB-1/1-a%20b.png"))]);
        let source = "![a *rack* <x>](attachment:a%20b.png \"t\") [it](attachment:a%20b.png) ![no](attachment:b.png) [no](attachment:b.png)\n";
        assert_eq!(
            body(source, &BTreeMap::new(), &shown),
            "<p><img src=\"files/KB-1/1-a%20b.png\" alt=\"a rack &lt;x&gt;\" title=\"t\" /> \
             <a href=\"files/KB-1/1-a%20b.png\" download>it</a> [picture: no] no</p>\n"
        );
    }
}
