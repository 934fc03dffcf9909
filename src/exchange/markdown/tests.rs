//! A folder of pages taken in, changed, taken in again, written out and taken in by another desk.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::desk::command::{Author, Command, Receipt, Request};
use crate::desk::field::Value;
use crate::desk::id::ArticleId;
use crate::desk::knowledge::{Article, ArticleField, Audience, Content, KnowledgeCommand};
use crate::desk::time::{Moment, Timestamp};
use crate::store::Store;

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

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a page into the folder `wiki`.
    fn page(&self, path: &str, text: &str) {
        let path = self.path("wiki").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn plan(&self, folder: &Path) -> PagesPlan {
        let pages = read_folder(folder).unwrap();
        plan_pages(&self.store.read().unwrap(), &pages, &self.author, &self.moment).unwrap()
    }

    /// What would become of the pages of `wiki`: `create a.md`.
    fn fates(&self) -> Vec<String> {
        self.plan(&self.path("wiki")).pages.iter().map(|page| format!("{} {}", page.fate.word(), page.path)).collect()
    }

    fn done(&mut self, command: Command) -> Receipt {
        self.moment.now = self.moment.now.plus(1_000);
        self.store.execute(&Request::new(command), &self.author, &self.moment).unwrap()
    }

    fn take_in(&mut self, folder: &Path) -> Option<Receipt> {
        let command = self.plan(folder).command()?;
        Some(self.done(command))
    }

    fn wiki(&mut self) -> Option<Receipt> {
        self.take_in(&self.path("wiki"))
    }

    fn article(&self, id: i64) -> Article {
        self.store.read().unwrap().article(ArticleId(id)).unwrap()
    }

    fn set(&mut self, id: i64, field: ArticleField, text: &str) {
        let set = Content::from([(field, vec![Value::from(text)])]);
        self.done(Command::Knowledge(KnowledgeCommand::Edit { on: ArticleId(id).into(), set, settled: Vec::new() }));
    }

    fn export(&self, name: &str) -> Exported {
        export(&self.store.read().unwrap(), &self.path(name), &self.moment).unwrap()
    }
}

fn two_pages(base: &Base) {
    base.page("net/VpnDown.md", "---\ntags: [VPN, net]\nsummary: It drops.\n---\n# Vpn down\n\n## Meaning\n\nIt fell, see [routes](../routes.md#fix).\n\n## Impact\n\nAll.\n");
    base.page("routes.md", "# Routes\n\nFirst.\n\nSecond, see [VPN](net/VpnDown.md).\n");
}

#[test]
fn pages_become_published_articles_that_link_to_each_other() {
    let mut base = Base::new();
    two_pages(&base);
    assert_eq!(base.fates(), ["create net/VpnDown.md", "create routes.md"]);
    base.wiki().unwrap();
    let vpn = base.article(1);
    assert_eq!((vpn.title.as_str(), vpn.kind.as_str(), vpn.state.as_str()), ("VpnDown", "runbook", "published"));
    assert_eq!((vpn.summary.as_str(), vpn.tags.join(" ").as_str()), ("It drops.", "net vpn"));
    assert_eq!(vpn.body, "## Meaning\n\nIt fell, see [routes](KB-2#fix).\n\n## Impact\n\nAll.\n");
    assert_eq!(base.article(2).body, "First.\n\nSecond, see [VPN](KB-1).\n");
    let reader = base.store.read().unwrap();
    assert_eq!(reader.backlinks(ArticleId(1)).unwrap().len(), 1);
}

#[test]
fn the_same_folder_again_changes_nothing_and_undo_takes_all_back() {
    let mut base = Base::new();
    two_pages(&base);
    let receipt = base.wiki().unwrap();
    assert!(base.wiki().is_none());
    base.done(Command::Undo { seq: receipt.seq.unwrap(), settled: Vec::new() });
    assert_eq!(base.store.read().unwrap().article_sources().unwrap(), []);
}

#[test]
fn a_changed_page_updates_its_article_and_is_merged_with_what_was_written_here() {
    let mut base = Base::new();
    two_pages(&base);
    base.wiki();
    base.page("routes.md", "# Routes\n\nFirst, better.\n\nSecond, see [VPN](net/VpnDown.md).\n");
    base.set(2, ArticleField::Body, "First.\n\nSecond, see [VPN](KB-1).\n\nThird, from here.\n");
    assert_eq!(base.fates(), ["unchanged net/VpnDown.md", "update routes.md"]);
    base.wiki();
    assert_eq!(base.article(2).body, "First, better.\n\nSecond, see [VPN](KB-1).\n\nThird, from here.\n");
    assert!(base.wiki().is_none());
}

#[test]
fn what_clashes_is_told_and_stays_as_it_is_here() {
    let mut base = Base::new();
    two_pages(&base);
    base.wiki();
    base.page("routes.md", "# Routes\n\nFirst, by file.\n\nSecond, see [VPN](net/VpnDown.md).\n");
    base.set(2, ArticleField::Body, "First, by hand.\n\nSecond, see [VPN](KB-1).\n");
    assert_eq!(base.fates(), ["unchanged net/VpnDown.md", "conflict routes.md"]);
    assert!(base.wiki().is_none());
    assert!(base.article(2).body.starts_with("First, by hand."));
}

#[test]
fn what_was_written_here_alone_stays_when_the_folder_comes_again() {
    let mut base = Base::new();
    two_pages(&base);
    base.wiki();
    base.set(2, ArticleField::Body, "All new.\n");
    assert_eq!(base.fates(), ["unchanged net/VpnDown.md", "unchanged routes.md"]);
}

#[test]
fn a_page_that_was_moved_stays_the_same_article() {
    let mut base = Base::new();
    two_pages(&base);
    base.wiki();
    fs::create_dir_all(base.path("wiki/lan")).unwrap();
    fs::rename(base.path("wiki/routes.md"), base.path("wiki/lan/routes.md")).unwrap();
    assert_eq!(base.fates(), ["update lan/routes.md", "unchanged net/VpnDown.md"]);
    base.wiki();
    assert_eq!(base.article(2).source.unwrap().0, "wiki/lan/routes.md");
    assert!(base.wiki().is_none());
}

#[test]
fn words_that_mean_nothing_here_are_told_and_the_page_comes_all_the_same() {
    let mut base = Base::new();
    base.page("a.md", "---\ntype: docs\nowner: nobody\nstate: draft\n---\nText, see [b](b.md).\n");
    base.page("empty.md", "---\ntitle: x\n---\n");
    let plan = base.plan(&base.path("wiki"));
    assert_eq!(
        plan.warnings,
        [
            "a.md: links to pages that are not here stay as they are",
            "a.md: owner 'nobody' means nothing here",
            "a.md: type 'docs' means nothing here"
        ]
    );
    assert_eq!(plan.counts(), "1 new, 0 updated, 0 unchanged, 0 in conflict, 1 left out");
    base.wiki();
    assert_eq!((base.article(1).title.as_str(), base.article(1).state.as_str()), ("a", "draft"));
}

#[cfg(unix)]
#[test]
fn nothing_is_read_or_written_outside_the_folder() {
    let mut base = Base::new();
    two_pages(&base);
    base.page(".git/x.md", "hidden");
    fs::write(base.path("secret.md"), "# Secret\n\nx\n").unwrap();
    std::os::unix::fs::symlink(base.path("secret.md"), base.path("wiki/leak.md")).unwrap();
    std::os::unix::fs::symlink(base.folder.path(), base.path("wiki/up")).unwrap();
    assert_eq!(base.fates(), ["create net/VpnDown.md", "create routes.md", "skip leak.md", "skip up"]);
    base.wiki();
    // A folder that is a link to elsewhere, in the way of an export.
    base.export("out");
    fs::remove_dir_all(base.path("out/wiki/net")).unwrap();
    fs::create_dir(base.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink(base.path("elsewhere"), base.path("out/wiki/net")).unwrap();
    let refused = export(&base.store.read().unwrap(), &base.path("out"), &base.moment).unwrap_err().to_string();
    assert!(refused.contains("a link stands where a folder should be"), "{refused}");
    assert_eq!(fs::read_dir(base.path("elsewhere")).unwrap().count(), 0);
    assert!(export(&base.store.read().unwrap(), base.folder.path(), &base.moment).is_err());
}

#[test]
fn an_export_is_taken_in_again_unchanged_here_and_whole_elsewhere() {
    let mut base = Base::new();
    two_pages(&base);
    base.wiki();
    let body = "# VPN\n\n> [!NOTE]\n> x\n\n| a | b |\n|---|---|\n| KB-1 | [r](KB-2#first) |\n";
    let set = Content::from([
        (ArticleField::Title, vec![Value::from("VPN: how \"it\" works")]),
        (ArticleField::Body, vec![Value::from(body)]),
        (ArticleField::Tags, vec![Value::from("vpn")]),
    ]);
    base.done(Command::Knowledge(KnowledgeCommand::Write { set, cite: Vec::new() }));
    assert_eq!(base.export("out"), Exported { articles: 3, changed: 3 });
    assert_eq!(base.export("out"), Exported { articles: 3, changed: 0 });
    let text = fs::read_to_string(base.path("out/kb-3-vpn-how-it-works.md")).unwrap();
    assert!(text.starts_with("---\ntitle: \"VPN: how \\\"it\\\" works\"\ntype: how_to\nowner: anna\n"), "{text}");
    assert!(text.ends_with("| KB-1 | [r](./wiki/routes.md#first) |\n"), "{text}");
    let plan = base.plan(&base.path("out"));
    assert_eq!(plan.counts(), "0 new, 0 updated, 3 unchanged, 0 in conflict, 0 left out");
    assert!(plan.command().is_none());

    let mut other = Base::new();
    other.take_in(&base.path("out")).unwrap();
    for id in 1..=3 {
        // They come in the order of their paths, so theirs are other numbers.
        let title = other.article(id).title;
        let (there, here) = (other.article(id), (1..=3).map(|id| base.article(id)).find(|a| a.title == title).unwrap());
        assert_eq!((there.kind, there.state, there.tags), (here.kind, here.state, here.tags));
    }
    assert!(other.take_in(&base.path("out")).is_none());
    assert_eq!(other.article(1).body, body.replace("KB-2", "KB-3"));
}

#[test]
fn an_exported_page_that_was_edited_updates_its_article_unless_that_was_edited_too() {
    let mut base = Base::new();
    two_pages(&base);
    base.wiki();
    base.export("out");
    let page = base.path("out/wiki/routes.md");
    let text = fs::read_to_string(&page).unwrap().replace("First.", "First, in the file.");
    fs::write(&page, text).unwrap();
    assert_eq!(base.plan(&base.path("out")).counts(), "0 new, 1 updated, 1 unchanged, 0 in conflict, 0 left out");
    base.set(2, ArticleField::Body, "First, by hand.\n\nSecond, see [VPN](KB-1).\n");
    assert_eq!(base.plan(&base.path("out")).counts(), "0 new, 0 updated, 1 unchanged, 1 in conflict, 0 left out");
}

#[test]
fn a_site_has_a_page_for_each_published_article_and_an_index() {
    let mut base = Base::new();
    two_pages(&base);
    base.page("draft.md", "---\nstate: draft\n---\nNot yet.\n");
    base.page("open.md", "---\naudience: everyone\n---\n<b>For</b> all.\n");
    base.wiki();
    let site = |base: &Base, name: &str, audience| {
        export_html(&base.store.read().unwrap(), &base.path(name), audience, &base.moment).unwrap()
    };
    assert_eq!(site(&base, "site", Audience::Staff), Exported { articles: 3, changed: 6 });
    assert_eq!(site(&base, "public", Audience::Everyone).articles, 1);
    let index = fs::read_to_string(base.path("site/index.html")).unwrap();
    assert!(index.contains(">VpnDown</a> — It drops.</li>") && !index.contains("Not yet"), "{index}");
    let vpn = index.split("href=\"").find(|part| part.contains(">VpnDown<")).unwrap();
    let page = fs::read_to_string(base.path("site").join(vpn.split('"').next().unwrap())).unwrap();
    assert!(page.contains("<h2 id=\"meaning\">Meaning</h2>"), "{page}");
    assert!(page.contains(".html#fix\">routes</a>"), "{page}");
}

impl Base {
    fn file(&self, path: &str, bytes: &[u8]) {
        let path = self.path("wiki").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// The files of an article: `rack.png=one`.
    fn files(&self, id: i64) -> Vec<String> {
        let reader = self.store.read().unwrap();
        let told = |one: crate::store::ArticleFile| {
            let bytes = reader.contents(&one.file).unwrap();
            format!("{}={}", one.file.name, String::from_utf8_lossy(&bytes))
        };
        reader.article_files(ArticleId(id)).unwrap().into_iter().map(told).collect()
    }

    fn attach(&mut self, id: i64, name: &str, bytes: &[u8]) {
        let (name, media, bytes) = (name.to_owned(), String::from("image/png"), bytes.to_vec());
        self.done(Command::Knowledge(KnowledgeCommand::Attach { on: ArticleId(id), name, media, source: None, bytes }));
    }
}

/// A page with two pictures of one name, one picture shared with another page, and a file.
fn with_pictures(base: &Base) {
    let shown =
        "![one](../img/a.png \"t\") ![two](b/a.png) [it](<../img/my rack (2).pdf>) ![away](http://x.example/a.png)\n";
    base.page("net/rack.md", &format!("# Rack\n\n{shown}\n![again](../img/a.png) ![gone](no.png)\n"));
    base.page("other.md", "# Other\n\n[![x](img/a.png)](net/rack.md) ![r][1]\n\n[1]: /img/a.png\n");
    base.file("img/a.png", b"one");
    base.file("net/b/a.png", b"two");
    base.file("img/my rack (2).pdf", b"pdf");
    base.file("img/unused.png", b"unused");
}

#[test]
fn pictures_and_files_come_with_the_pages_that_show_them() {
    let mut base = Base::new();
    with_pictures(&base);
    let plan = base.plan(&base.path("wiki"));
    assert_eq!(plan.counts(), "2 new, 0 updated, 0 unchanged, 0 in conflict, 0 left out; 4 files");
    assert_eq!(
        plan.warnings,
        ["net/rack.md: pictures that are not here stay as they are; the article shows what they are called"]
    );
    base.wiki().unwrap();
    assert_eq!(base.files(1), ["a-2.png=two", "a.png=one", "my rack (2).pdf=pdf"]);
    assert_eq!(base.files(2), ["a.png=one"]);
    assert_eq!(
        base.article(1).body,
        "![one](attachment:a.png \"t\") ![two](attachment:a-2.png) [it](attachment:my%20rack%20%282%29.pdf) \
         ![away](http://x.example/a.png)\n\n![again](attachment:a.png) ![gone](no.png)\n"
    );
    assert_eq!(base.article(2).body, "[![x](attachment:a.png)](KB-1) ![r][1]\n\n[1]: attachment:a.png\n");
    assert!(base.wiki().is_none(), "the same folder again changes nothing");
    assert_eq!(base.store.verify().unwrap(), []);
}

#[test]
fn a_picture_that_changed_in_the_folder_is_replaced_and_one_that_was_changed_here_stays() {
    let mut base = Base::new();
    with_pictures(&base);
    base.wiki();
    base.file("img/a.png", b"new");
    assert_eq!(base.fates(), ["update net/rack.md", "update other.md"]);
    base.wiki().unwrap();
    assert_eq!((base.files(1)[1].as_str(), base.files(2)[0].as_str()), ("a.png=new", "a.png=new"));
    base.attach(2, "a.png", b"by hand");
    assert!(base.wiki().is_none(), "what was put in its place here stays");
    base.file("img/a.png", b"newer");
    let plan = base.plan(&base.path("wiki"));
    assert_eq!(plan.counts(), "0 new, 1 updated, 1 unchanged, 0 in conflict, 0 left out; 1 file");
    assert_eq!(plan.warnings[0], "other.md: a.png was changed here, and its file too: it stays as it is here");
    base.wiki();
    assert_eq!((base.files(1)[1].as_str(), base.files(2)[0].as_str()), ("a.png=newer", "a.png=by hand"));
}

#[test]
fn pictures_go_out_to_where_they_came_from_and_in_again_unchanged() {
    let mut base = Base::new();
    with_pictures(&base);
    base.wiki();
    let set = Content::from([
        (ArticleField::Title, vec![Value::from("Own")]),
        (ArticleField::Body, vec![Value::from("![p](attachment:a%3Ab.png)\n")]),
    ]);
    base.done(Command::Knowledge(KnowledgeCommand::Write { set, cite: Vec::new() }));
    base.attach(3, "a:b.png", b"own");
    base.attach(3, ".not shown.md", b"beside");
    assert_eq!(base.export("out"), Exported { articles: 3, changed: 8 });
    assert_eq!(base.export("out"), Exported { articles: 3, changed: 0 });
    let read = |path: &str| fs::read_to_string(base.path("out").join(path)).unwrap();
    for (path, text) in [
        ("wiki/img/a.png", "one"),
        ("wiki/net/b/a.png", "two"),
        ("wiki/img/my rack (2).pdf", "pdf"),
        ("kb-3-own/a_b.png", "own"),
        ("kb-3-own/_.not shown.md.txt", "beside"),
    ] {
        assert_eq!(read(path), text, "{path}");
    }
    assert!(read("kb-3-own.md").contains("files: [\"./kb-3-own/_.not%20shown.md.txt\"]\n"), "{}", read("kb-3-own.md"));
    assert!(read("kb-3-own.md").ends_with("![p](./kb-3-own/a_b.png)\n"), "{}", read("kb-3-own.md"));
    assert!(read("wiki/net/rack.md").contains("[it](../img/my%20rack%20%282%29.pdf)"), "{}", read("wiki/net/rack.md"));
    let plan = base.plan(&base.path("out"));
    assert_eq!(plan.counts(), "0 new, 0 updated, 3 unchanged, 0 in conflict, 0 left out", "{:?}", plan.warnings);
    assert!(plan.command().is_none());
    assert!(base.wiki().is_none(), "the folder from which they came too");

    let mut other = Base::new();
    other.take_in(&base.path("out")).unwrap();
    assert!(other.take_in(&base.path("out")).is_none());
    let own = (1..=3).find(|id| other.article(*id).title == "Own").unwrap();
    assert_eq!(other.files(own), ["_.not shown.md.txt=beside", "a_b.png=own"]);
    let rack = (1..=3).find(|id| other.article(*id).title == "Rack").unwrap();
    assert_eq!(other.files(rack), base.files(1));
    assert_eq!(other.article(rack).body, base.article(1).body);
}

#[test]
fn a_picture_that_was_changed_in_an_export_is_taken_in_unless_it_was_changed_here_too() {
    let mut base = Base::new();
    with_pictures(&base);
    base.wiki();
    base.export("out");
    fs::write(base.path("out/wiki/net/b/a.png"), b"edited").unwrap();
    assert_eq!(base.take_in(&base.path("out")).unwrap().summary, "took in out: 0 new articles, 0 updated");
    assert_eq!(base.files(1)[0], "a-2.png=edited");
    assert!(base.wiki().is_none(), "the folder from which it came says nothing new");
    base.export("out");
    fs::write(base.path("out/wiki/net/b/a.png"), b"edited again").unwrap();
    base.attach(1, "a-2.png", b"by hand");
    let plan = base.plan(&base.path("out"));
    assert_eq!(
        plan.warnings[0],
        "wiki/net/rack.md: a-2.png was changed here, and its file too: it stays as it is here"
    );
    assert!(plan.command().is_none());
}

#[cfg(unix)]
#[test]
fn no_picture_is_taken_from_outside_the_folder() {
    let mut base = Base::new();
    fs::write(base.path("secret.png"), b"secret").unwrap();
    fs::create_dir_all(base.path("wiki/.hidden")).unwrap();
    base.file(".hidden/a.png", b"hidden");
    base.file("real.png", b"real");
    std::os::unix::fs::symlink(base.path("secret.png"), base.path("wiki/leak.png")).unwrap();
    std::os::unix::fs::symlink(base.folder.path(), base.path("wiki/up")).unwrap();
    base.page(
        "a.md",
        "---\nfiles: [../secret.png, \"up/secret.png\", real.png]\n---\n![a](../secret.png) ![b](leak.png) \
         ![c](up/secret.png) ![d](..%2Fsecret.png) ![e](.hidden/a.png) ![f](/etc/passwd) ![g](file:///etc/passwd) \
         ![h](attachment:../x) ![i](real.png)\n",
    );
    base.wiki().unwrap();
    assert_eq!(base.files(1), ["real.png=real"]);
    // A link that comes into the place of a file after the folder was read is not followed.
    base.page("b.md", "![b](b.png)\n");
    base.file("b.png", b"b");
    let pages = read_folder(&base.path("wiki")).unwrap();
    fs::remove_file(base.path("wiki/b.png")).unwrap();
    std::os::unix::fs::symlink(base.path("secret.png"), base.path("wiki/b.png")).unwrap();
    let plan = plan_pages(&base.store.read().unwrap(), &pages, &base.author, &base.moment).unwrap();
    let told = "b.md: b.png is not taken in: it is a link; only what lies in the folder itself is taken";
    assert!(plan.warnings.iter().any(|warning| warning == told), "{:?}", plan.warnings);
}

#[test]
fn a_site_brings_the_files_of_its_articles() {
    let mut base = Base::new();
    with_pictures(&base);
    base.wiki();
    let reader = base.store.read().unwrap();
    export_html(&reader, &base.path("site"), Audience::Staff, &base.moment).unwrap();
    drop(reader);
    let page = fs::read_to_string(base.path("site/KB-1.html")).unwrap();
    assert!(page.contains("<img src=\"files/KB-1/2-a.png\" alt=\"one\" title=\"t\" />"), "{page}");
    assert!(page.contains("<a href=\"files/KB-1/3-my%20rack%20%282%29.pdf\" download>it</a>"), "{page}");
    assert!(page.contains("[picture: gone]"), "{page}");
    assert_eq!(fs::read(base.path("site/files/KB-1/2-a.png")).unwrap(), b"one");
    // Somebody who is not meant to read an article gets none of its files.
    export_html(&base.store.read().unwrap(), &base.path("public"), Audience::Everyone, &base.moment).unwrap();
    assert!(!base.path("public/files").exists());
}
