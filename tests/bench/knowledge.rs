//! What the knowledge base costs at 20,000 articles: a search at each key, what is suggested beside a form, a long article.

use std::path::PathBuf;

use deskhand::desk::command::{Command, Request};
use deskhand::desk::field::Value;
use deskhand::desk::id::ArticleId;
use deskhand::desk::knowledge::{ArticleField, Content, KnowledgeCommand};
use deskhand::store::Store;
use deskhand::text::markdown::{gist, read};

use sha2::{Digest, Sha256};

use crate::desk::{author, cache, moment};
use crate::figures::{figure, measure};
use crate::raw;
use crate::words::Words;

/// How many articles: `DESKHAND_BENCH_ARTICLES`, twenty thousand if it is not set.
fn wanted() -> usize {
    std::env::var("DESKHAND_BENCH_ARTICLES").ok().and_then(|text| text.parse().ok()).unwrap_or(20_000)
}

/// The desk, built through the changing door and kept.
fn ready() -> PathBuf {
    let made = [
        include_str!("../../assets/schema/006_knowledge.sql"),
        include_str!("../../assets/schema/article_text.sql"),
        include_str!("../../src/store/full_text/article.rs"),
        include_str!("knowledge.rs"),
    ];
    let edition: String = Sha256::digest(made.concat()).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let path = cache().join(format!("knowledge-{}-{edition}.desk", wanted()));
    if path.exists() {
        return path;
    }
    std::fs::create_dir_all(cache()).unwrap();
    let began = std::time::Instant::now();
    let articles = articles();
    Store::build(&path, &author(), &moment(), "knowledge", |store| {
        let mut id = 0;
        for portion in articles.chunks(200) {
            let write = portion.iter().cloned().map(|set| KnowledgeCommand::Write { set, cite: Vec::new() });
            let all = write.map(Command::Knowledge).collect();
            store.execute(&Request::new(Command::Each(all)), &author(), &moment())?;
            let on = (id + 1..=id + i64::try_from(portion.len()).unwrap()).map(ArticleId).collect();
            id += i64::try_from(portion.len()).unwrap();
            // Nearly all are published.
            let publish = KnowledgeCommand::Advance { on, to: String::from("published"), at: None };
            store.execute(&Request::new(Command::Knowledge(publish)), &author(), &moment())?;
        }
        Ok(())
    })
    .unwrap();
    println!("built {} in {:?}", path.display(), began.elapsed());
    path
}

/// Articles of about 300 words in sections; the first is 200 kB long.
fn articles() -> Vec<Content> {
    let mut dice = fastrand::Rng::with_seed(11);
    let words = Words::new();
    let article = |n: usize, dice: &mut fastrand::Rng| {
        let mut body = String::new();
        let sections = if n == 0 { 400 } else { dice.usize(2..=5) };
        for _ in 0..sections {
            let heading = words.text(dice, 1, 4);
            let (first, second) = (words.text(dice, 30, 60), words.text(dice, 10, 40));
            body.push_str(&format!(
                "## {heading}\n\n{first}\n\n```sh\nsystemctl status {}\n```\n\n- {second}\n\n",
                n % 977
            ));
        }
        if n.is_multiple_of(40) {
            body.push_str(&format!("Alert KubeJob{n}Failed, error 0x8007{n:04x}.\n"));
        }
        let text = |text: String| vec![Value::Text(text)];
        let tags = [words.one(dice), words.one(dice)];
        Content::from([
            (ArticleField::Title, text(words.text(dice, 3, 8))),
            (ArticleField::Summary, text(words.text(dice, 5, 15))),
            (ArticleField::Tags, tags.into_iter().map(Value::from).collect()),
            (ArticleField::Body, text(body)),
        ])
    };
    (0..wanted()).map(|n| article(n, &mut dice)).collect()
}

pub fn all() -> Vec<String> {
    let path = ready();
    let store = Store::open(&path).unwrap();
    let conn = raw::open(&path);
    let reader = store.read().unwrap();
    let now = moment().now;
    let count = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let mut table = vec![format!(
        "{} articles, {} kB of text",
        count("SELECT count(*) FROM article"),
        count("SELECT sum(length(body)) / 1024 FROM article")
    )];
    for typed in [
        "p",
        "pr",
        "pri",
        "printer",
        "server",
        "printer n",
        "printer network",
        "printer network sl",
        "kerberos",
        "KubeJob40Failed",
        "0x80070028",
        "\"cannot access\"",
        "pirnter",
        "nothing like this",
    ] {
        let ours = measure(50, || reader.search_articles(typed, 20, now).unwrap());
        table.push(figure(format!("search as typed, '{typed}', p99"), ours.1, None, "<= 16 ms"));
    }
    let (title, description) = (
        "laptop does not connect to the network after update",
        "since the update of yesterday my laptop cannot connect to wifi, the certificate is shown as expired and outlook asks for my password",
    );
    let ours = measure(50, || reader.suggest(title, description).unwrap());
    table.push(figure("suggested beside a form, p99", ours.1, None, "<= 30 ms"));
    // Each article that is offered says what it helps with: its text is read for that.
    let ours = measure(50, || {
        let found = reader.suggest(title, description).unwrap();
        let remedy = |hit: &deskhand::store::ArticleHit| reader.remedy_of(&reader.article(hit.id).unwrap()).unwrap();
        found.articles.iter().map(remedy).collect::<Vec<_>>()
    });
    table.push(figure("offered with what helps, p99", ours.1, None, "<= 30 ms"));
    let long = ArticleId(1);
    let ours = measure(50, || {
        let article = reader.article(long).unwrap();
        (gist(&article.body), reader.backlinks(long).unwrap(), reader.cited(long).unwrap())
    });
    let bytes = reader.article(long).unwrap().body.len();
    table.push(figure(format!("an article of {} kB with its outline, p99", bytes / 1024), ours.1, None, "<= 16 ms"));
    let body = reader.article(long).unwrap().body;
    let ours = measure(50, || read(&body).layout(100).lines.len());
    table.push(figure("the same read and laid out in 100 columns, p99", ours.1, None, "<= 16 ms"));
    let ours = measure(5, || {
        let mut document = read(&body);
        document.colour();
        document
    });
    table.push(figure("its code coloured, in the background", ours.0, None, ""));
    let ours = measure(20, || reader.articles_due(now).unwrap());
    table.push(figure("what is due", ours.0, None, ""));
    table
}
