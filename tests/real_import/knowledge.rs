//! The runbooks that the Prometheus operator's community wrote, taken in whole, searched by what people would type, written
//! out and taken in again.

use std::path::{Path, PathBuf};

use deskhand::desk::command::{Author, Request};
use deskhand::desk::id::ArticleId;
use deskhand::desk::knowledge::section;
use deskhand::desk::time::{Moment, Timestamp};
use deskhand::exchange::markdown::{PagesPlan, export, plan_pages, read_folder};
use deskhand::store::Store;
use deskhand::text::markdown::{gist, read};

fn folder() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/kb/prometheus-operator-runbooks");
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not there", path.display());
    None
}

struct Base {
    store: Store,
    author: Author,
    moment: Moment,
    folder: tempfile::TempDir,
}

impl Base {
    fn new() -> Base {
        let folder = tempfile::tempdir().unwrap();
        let author = Author { login: String::from("anna"), via: None, host: String::from("lab") };
        let moment = Moment::utc(Timestamp(1_790_000_000_000));
        let store = Store::create(&folder.path().join("ops.desk"), &author, &moment, "ops").unwrap();
        Base { store, author, moment, folder }
    }

    fn plan(&self, folder: &Path) -> PagesPlan {
        let pages = read_folder(folder).unwrap();
        plan_pages(&self.store.read().unwrap(), &pages, &self.author, &self.moment).unwrap()
    }

    fn take_in(&mut self, folder: &Path) -> PagesPlan {
        let plan = self.plan(folder);
        if let Some(command) = plan.clone().command() {
            self.moment.now = self.moment.now.plus(1_000);
            self.store.execute(&Request::new(command), &self.author, &self.moment).unwrap();
        }
        plan
    }

    fn pages(&self) -> Vec<(ArticleId, PathBuf)> {
        let sources = self.store.read().unwrap().article_sources().unwrap();
        sources.into_iter().map(|(id, source, _)| (id, PathBuf::from(source))).collect()
    }
}

#[test]
fn the_runbooks_come_in_whole_and_go_out_and_in_again() {
    let Some(folder) = folder() else { return };
    let mut base = Base::new();
    let plan = base.take_in(&folder);
    println!("{}; {:?}", plan.counts(), plan.warnings);
    // The pages left out are the sections' own: a title and no text.
    assert_eq!(plan.counts(), "110 new, 0 updated, 0 unchanged, 0 in conflict, 9 left out");
    assert!(plan.pages.iter().all(|page| page.article.is_some() || page.path.ends_with("_index.md")));
    let reader = base.store.read().unwrap();
    for (id, path) in base.pages() {
        let article = reader.article(id).unwrap();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        if stem.chars().all(char::is_alphanumeric) {
            assert_eq!((article.title, article.kind.as_str()), (stem, "runbook"));
        }
        assert!(!article.body.contains("{{< ref"), "{}", path.display());
        let lost = gist(&article.body).links.into_iter().filter(|to| to.ends_with(".md") && !to.contains("://"));
        assert_eq!(lost.collect::<Vec<_>>(), [] as [&str; 0], "{}", path.display());
        let mut document = read(&article.body);
        document.colour();
        for width in [1, 40, 100] {
            assert!(document.layout(width).lines.iter().all(|line| line.iter().all(|p| !p.text.contains('\u{1b}'))));
        }
    }
    let mended = base.pages().into_iter().find(|(_, path)| path.ends_with("node/NodeRAIDDiskFailure.md")).unwrap().0;
    let linked: Vec<String> = {
        let article = reader.article(mended).unwrap();
        reader.links_of_article(&article).unwrap().into_iter().map(|link| link.title).collect()
    };
    assert_eq!(linked, ["NodeRAIDDegraded"]);
    drop(reader);
    assert!(base.take_in(&folder).command().is_none(), "the same folder again changes nothing");

    let out = base.folder.path().join("out");
    let done = export(&base.store.read().unwrap(), &out, &base.moment).unwrap();
    assert_eq!(done.articles, 110);
    assert_eq!(base.plan(&out).counts(), "0 new, 0 updated, 110 unchanged, 0 in conflict, 0 left out");
    let mut other = Base::new();
    other.take_in(&out);
    let said = |base: &Base| {
        let reader = base.store.read().unwrap();
        let mut all: Vec<_> = (base.pages().into_iter())
            .map(|(id, _)| reader.article(id).unwrap())
            .map(|article| (article.title, article.kind, article.state, article.body))
            .collect();
        all.sort();
        all
    };
    assert_eq!(said(&other), said(&base));
}

/// Words that say what a section is about: its first longer ones, as somebody would type them who read the alert.
fn words_of(text: &str) -> String {
    const COMMON: &str = " the and for that this with are was has have been not its from more than when then there which will \
                          can may alert alerts fires fired firing means meaning triggered your you all any one some such \
                          does also into over since their they ";
    let plain = gist(text).plain;
    let mut words: Vec<&str> = Vec::new();
    for word in plain.split(|c: char| !(c.is_alphanumeric() || c == '-')) {
        let lower = word.to_lowercase();
        if word.len() > 2 && !COMMON.contains(&format!(" {lower} ")) && !words.contains(&word) {
            words.push(word);
        }
    }
    words.truncate(6);
    words.join(" ")
}

#[test]
fn the_right_runbook_comes_first_by_its_alert_and_by_what_it_means() {
    let Some(folder) = folder() else { return };
    let mut base = Base::new();
    base.take_in(&folder);
    let reader = base.store.read().unwrap();
    let rank = |words: &str, id: ArticleId| {
        let hits = reader.search_articles(words, 20, base.moment.now).unwrap().hits;
        let at = hits.iter().position(|hit| hit.id == id);
        let better = hits.first().map(|hit| hit.title.clone()).unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "a rank")]
        (at.map_or(0.0, |at| 1.0 / (at + 1) as f64), better)
    };
    // An alert leads to its own runbook, whatever a monitoring system writes around its name.
    let (mut alerts, mut led) = (0, 0);
    for (id, _) in base.pages() {
        let article = reader.article(id).unwrap();
        if article.kind != "runbook" {
            continue;
        }
        alerts += 1;
        for title in [format!("[FIRING:2] {} (prod)", article.title), article.title.to_uppercase()] {
            let found = reader.runbook_for(&title, "", &[]).unwrap();
            led += u32::from(found.is_some_and(|found| found.id == id));
        }
        let suggested = reader.suggest(&format!("{}: srv1", article.title), "").unwrap();
        assert_eq!(suggested.articles.first().map(|hit| hit.id), Some(id), "{}", article.title);
    }
    assert_eq!(led, 2 * alerts, "of {alerts} runbooks");
    let (mut by_name, mut by_meaning) = (Vec::new(), Vec::new());
    for (id, _) in base.pages() {
        let article = reader.article(id).unwrap();
        if article.kind != "runbook" {
            continue;
        }
        by_name.push(rank(&article.title, id).0);
        if let Some(meaning) = section(&article.body, "meaning") {
            let words = words_of(&meaning);
            let (reciprocal, better) = rank(&words, id);
            if reciprocal < 1.0 {
                println!("{}: {words}: 1/{:.0}, first {better}", article.title, 1.0 / reciprocal);
            }
            by_meaning.push(reciprocal);
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a mean")]
    let mean = |ranks: &[f64]| ranks.iter().sum::<f64>() / ranks.len() as f64;
    println!("mean reciprocal rank by alert name over {} pages: {:.3}", by_name.len(), mean(&by_name));
    println!("mean reciprocal rank by words of its meaning over {} pages: {:.3}", by_meaning.len(), mean(&by_meaning));
    assert!(by_name.len() > 100 && by_meaning.len() > 100);
    assert!(mean(&by_name) >= 0.9);
    assert!(mean(&by_meaning) >= 0.9);
}
