//! The Knowledge tab as its users meet it: searching, reading, following links and coming back, editing beside others.

use super::*;
use crate::desk::id::ArticleId;
use crate::desk::knowledge::{ArticleField, Content, KnowledgeCommand};
use crate::tui::overlay::Overlay;

impl Sitting {
    pub(super) fn kb(&mut self, command: KnowledgeCommand) -> Receipt {
        self.store.execute(&Request::new(Command::Knowledge(command)), &self.author, &self.moment).unwrap()
    }

    /// Writes an article; publishes it.
    pub(super) fn article(&mut self, title: &str, kind: &str, tags: &str, body: &str) -> ArticleId {
        let mut set = words(&[(ArticleField::Title, title), (ArticleField::Type, kind), (ArticleField::Body, body)]);
        set.insert(ArticleField::Tags, tags.split_whitespace().map(Value::from).collect());
        let id = self.kb(KnowledgeCommand::Write { set, cite: Vec::new() }).articles[0];
        self.kb(KnowledgeCommand::Advance { on: vec![id], to: String::from("published"), at: None });
        id
    }

    /// Bert edits the text of an article.
    fn bert_writes(&mut self, id: i64, body: &str) {
        let set = words(&[(ArticleField::Body, body)]);
        let on = ArticleId(id).into();
        self.bert(Command::Knowledge(KnowledgeCommand::Edit { on, set, settled: Vec::new() }));
    }

    fn body(&self, id: i64) -> String {
        self.store.read().unwrap().article(ArticleId(id)).unwrap().body
    }
}

pub(super) fn words(pairs: &[(ArticleField, &str)]) -> Content {
    pairs.iter().map(|(field, text)| (*field, vec![Value::from(*text)])).collect()
}

/// The keys to a place of the case table.
pub(super) fn place(name: &str) -> Option<&'static str> {
    Some(match name {
        "articles" => "4",
        "article" => "4 Enter",
        "runbook" => "4 j j Enter",
        "found" => "4 / 'vpn Enter",
        "reading" => "4 / 'vpn Enter Enter",
        "links" => "4 Enter g l",
        "versions" => "4 Enter g n",
        "gaps" => "4 [",
        _ => return None,
    })
}

const RUNBOOK: &str = "## Purpose\n\nThe gateway of the VPN hangs: see [what drops](KB-1) and [the cause](KB-1#cause).\n\n\
## Steps\n\n1. Look at it\n\n   ```sh\n   systemctl status vpn\n   ```\n\n2. Restart it\n\n   ```sh\n   systemctl restart vpn\n   ```\n\n\
3. Tell [INC-1](INC-1), note it on [the host](CI-4), read [the maker's page](https://example.org/vpn)\n\n## Escalation\n\n\
Back to [the steps](#steps).\n";

/// Five articles on the desk of racks: a fault, a how-to, a runbook; a draft, and one that was retired.
pub(super) fn shelf(size: (u16, u16)) -> Sitting {
    let mut sitting = super::cmdb::racks(size);
    write(&mut sitting);
    sitting
}

/// Writes them.
pub(super) fn write(sitting: &mut Sitting) {
    let fault = "## Symptom\n\nThe VPN drops when a laptop sleeps.\n\n## Cause\n\nThe gateway forgets the session.\n\n\
## Fix\n\nRestart the client.\n";
    sitting.article("Drops of the VPN after sleep", "fault", "vpn laptop", fault);
    sitting.article("Order a badge", "how_to", "badge", "## Goal\n\nA badge.\n\n## Steps\n\n1. Ask the reception.\n");
    sitting.article("Restart the VPN gateway", "runbook", "vpn", RUNBOOK);
    let draft = words(&[(ArticleField::Title, "Half an idea"), (ArticleField::Body, "Maybe.\n")]);
    sitting.kb(KnowledgeCommand::Write { set: draft, cite: Vec::new() });
    let old = sitting.article("Fax machines", "how_to", "fax", "Do not.\n");
    sitting.kb(KnowledgeCommand::Advance { on: vec![old], to: String::from("retired"), at: None });
    let body = sitting.body(1).replace("Restart the client.", "Restart the client, then the laptop.");
    let on = ArticleId(1).into();
    sitting.kb(KnowledgeCommand::Edit { on, set: words(&[(ArticleField::Body, &body)]), settled: Vec::new() });
    let cited = KnowledgeCommand::Cite {
        on: ArticleId(1),
        role: crate::desk::knowledge::CitationRole::Used,
        tickets: vec![TicketId(1)],
    };
    sitting.kb(cited);
    sitting.kb(KnowledgeCommand::Missed { words: String::from("scanner jam") });
}

#[test]
fn the_tab_looks_as_agreed_narrow_and_wide() {
    let scenes = [
        ("list", "4"),
        ("found", "4 / 'vpn_gate"),
        ("reading", "4 / 'gateway Enter j Enter n n"),
        ("runbook", "4 j j Enter j j j j j"),
        ("links", "4 Enter g l"),
        ("versions", "4 Enter g n"),
        ("difference", "4 Enter g n Enter"),
        ("history", "4 Enter g h"),
        ("gaps", "4 ["),
        ("form", "4 n 'how-to Enter"),
    ];
    for (name, keys) in scenes {
        for size in [(80, 24), (160, 45)] {
            let mut sitting = shelf(size);
            for word in keys.split(' ') {
                match word.strip_prefix('\'') {
                    Some(text) => drop(sitting.types(&text.replace('_', " "))),
                    None => drop(sitting.keys(word)),
                }
            }
            insta::assert_snapshot!(format!("knowledge_{name}_{}x{}", size.0, size.1), sitting.screen().join("\n"));
        }
    }
}

#[test]
fn words_are_found_as_they_are_typed_and_marked_where_they_stand() {
    let mut sitting = shelf((80, 24));
    sitting.keys("4").shows("[Published 3]").shows("Drafts 1").shows("Drops of the VPN after sleep");
    sitting.shows("Order a badge").hides("Half an idea");
    sitting.keys("/").types("vpn gate").shows("[Found 2]").shows("Restart the VPN gateway").hides("Order a badge");
    sitting.keys("Enter").shows("Knowledge ▸ Found, vpn gate").shows("The gateway of the VPN hangs");
    sitting.keys("Enter").shows("KB-3").shows("n next hit").keys("n").shows("Hit 1 of").keys("n").shows("Hit 2 of");
    sitting.keys("Esc Esc").shows("[Published 3]");
    sitting.keys("/").types("gatway").keys("Enter").shows("nothing has that; taken: gatway for gateway");
}

#[test]
fn a_search_that_finds_nothing_is_noted_once_it_is_settled_and_becomes_an_article() {
    let mut sitting = shelf((80, 24));
    sitting.keys("4 /").types("toner cartridge").shows("Nothing is known about toner cartridge");
    assert_eq!(sitting.store.read().unwrap().gaps(9).unwrap().len(), 1, "not while it is typed");
    sitting.keys("Enter Esc [").shows("[Gaps]").shows("toner cartridge").shows("scanner jam");
    while !sitting.screen().iter().any(|row| row.starts_with("> 1") && row.contains("toner cartridge")) {
        sitting.keys("j");
    }
    sitting.keys("Enter").shows("New article: its type").types("how").keys("Enter").shows("New How-to");
    sitting.shows("toner cartridge").keys("Tab").types("Where they are.").keys("Esc Enter");
    sitting.shows("Added KB-6 toner cartridge").shows("KB-6  toner cartridge").shows("draft").shows("Where they are.");
    sitting.keys("s").types("publ").keys("Enter h").shows("scanner jam").hides("  toner cartridge");
}

#[test]
fn two_who_edit_one_article_decide_paragraph_by_paragraph_and_no_word_is_lost() {
    let mut sitting = shelf((80, 24));
    sitting.keys("4 Enter E");
    let theirs = sitting.body(1).replace("drops when a laptop sleeps", "drops at night").replace("forgets", "loses");
    sitting.bert_writes(1, &theirs);
    let mine = "## Symptom\n\nThe VPN drops when a Mac sleeps.\n\n## Cause\n\nThe gateway forgets the session.\n\n\
## Fix\n\nRestart the client, then the Mac.\n";
    let effects = edited(&mut sitting.model, mine);
    sitting.settle(effects);
    sitting.keys("Esc Enter").shows("was changed by bert meanwhile").shows("paragraph 2").shows("at night.");
    // Decided later, it is among the drafts, and asked again with the same words.
    sitting.keys("Esc").shows("Kept as a draft").keys("g w Enter").shows("when a Mac sleeps").keys("Esc Enter");
    sitting.shows("at night.").keys("m Enter").shows("Set body of KB-1");
    let body = sitting.body(1);
    assert!(body.contains("The VPN drops when a Mac sleeps."), "{body}");
    assert!(body.contains("loses the session"), "what only bert changed is his: {body}");
    assert!(body.contains("then the Mac."), "{body}");
    assert_eq!(sitting.model.drafts.len(), 0);
    sitting.keys("u");
    assert!(sitting.body(1).contains("drops at night"));
}

#[test]
fn both_wordings_can_be_edited_between_marks_and_marks_are_not_published() {
    let mut sitting = shelf((80, 24));
    sitting.keys("4 Enter e");
    while !sitting
        .model
        .overlays
        .iter()
        .any(|it| matches!(it, crate::tui::overlay::Overlay::Form(form) if form.at == 11))
    {
        sitting.keys("Tab");
    }
    sitting.keys("ctrl-u").types("Half: ");
    let theirs = sitting.body(1).replace("Restart the client, then the laptop.", "Wait.");
    sitting.bert_writes(1, &theirs);
    let mine = sitting.body(1).replace("Wait.", "Reboot the laptop.");
    let effects = edited(&mut sitting.model, &mine);
    sitting.settle(effects);
    sitting.keys("Esc Enter").shows("paragraph 6").keys("e").shows("both wordings stand between");
    let Some(crate::tui::overlay::Overlay::Form(form)) = sitting.model.overlays.last() else { panic!("a form") };
    let joined = form.body().unwrap().to_owned();
    assert!(joined.ends_with("<<<<<<< theirs\nWait.\n=======\nReboot the laptop.\n>>>>>>> yours"), "{joined}");
    sitting.keys("Esc Enter").shows("two wordings stand between");
    let settled =
        joined.replace("<<<<<<< theirs\nWait.\n=======\nReboot the laptop.\n>>>>>>> yours", "Wait, then reboot.");
    let effects = edited(&mut sitting.model, &settled);
    sitting.settle(effects);
    sitting.keys("Esc Enter");
    assert!(sitting.body(1).ends_with("Wait, then reboot.\n"));
}

#[test]
fn an_edition_is_compared_and_restored() {
    let mut sitting = shelf((80, 24));
    sitting.keys("4 Enter g n").shows("[Versions 2]").shows("  2").shows("shows what changed against the one before");
    sitting.keys("Enter").shows("KB-1: from edition 1 to edition 2").shows("-Restart the client.");
    sitting.happens(Msg::Term(TermEvent::Resize(60, 24)));
    assert_eq!(sitting.model.knowledge.shown.as_ref().unwrap().old.as_ref().unwrap().prose.width, 58);
    sitting.happens(Msg::Term(TermEvent::Resize(80, 24)));
    sitting.shows("+Restart the client, then the laptop.").keys("Esc").shows("shows what changed");
    sitting.keys("Space j Enter").shows("from edition 1 to edition 2").keys("h p").shows("KB-1 edition 1");
    sitting.keys("h j x").shows("back to edition 1");
    assert!(sitting.body(1).ends_with("Restart the client.\n"));
    sitting.shows("[Versions 3]").keys("u");
    assert!(sitting.body(1).ends_with("then the laptop.\n"));
    sitting.keys("g h").shows("[History]").shows("1 line came, 1 went").shows("kb restore");
}

#[test]
fn an_article_that_is_followed_to_is_not_replaced_by_the_one_before_that_comes_late() {
    let mut sitting = shelf((80, 24));
    sitting.keys("4 j j Enter");
    // The article read before is asked for again, and answered only behind the one that a link leads to.
    let effects = update(&mut sitting.model, Msg::Changed);
    sitting.keys("f").types("1").keys("Enter").shows("KB-1  Drops");
    sitting.settle(effects);
    assert_eq!(sitting.on(), "KB-1");
    sitting.shows("KB-1  Drops");
}

#[test]
fn a_large_article_is_laid_out_beside_the_keys_and_anew_for_another_width() {
    let mut sitting = shelf((80, 24));
    let part =
        "## Part\n\nWords that fill the line of a terminal, and more of them: [see](KB-1).\n\n```sh\nls -l\n```\n\n";
    let id = sitting.article("Long", "how_to", "", &part.repeat(2_000));
    sitting.keys("4 g i").types(&id.to_string()).keys("Enter").shows("KB-6  Long");
    sitting.did.clear();
    sitting.keys("j j j j G k k ctrl-u g g ctrl-d");
    let asked = sitting.did.iter().filter(|effect| matches!(effect, Effect::Ask(..))).count();
    assert_eq!(asked, 0, "reading asks nothing");
    let before = sitting.model.knowledge.shown.as_ref().unwrap().record.prose.clone();
    sitting.happens(Msg::Term(TermEvent::Resize(120, 40)));
    let after = sitting.model.knowledge.shown.as_ref().unwrap().record.prose.clone();
    assert!(std::sync::Arc::ptr_eq(&before.document, &after.document), "only laid out, not read again");
    assert!(before.width != after.width && after.coloured);
}

#[test]
fn links_lead_on_and_the_way_leads_back() {
    let mut sitting = shelf((80, 24));
    sitting.keys("4 j j Enter").shows("KB-3  Restart the VPN gateway");
    sitting.keys("f").types("1").keys("Enter").shows("KB-1  Drops of the VPN");
    assert_eq!(sitting.on(), "KB-1");
    sitting.keys("H");
    assert_eq!(sitting.on(), "KB-3");
    sitting.keys("f").types("2").keys("Enter");
    assert_eq!(
        (sitting.on().as_str(), sitting.model.knowledge.scroll > 0),
        ("KB-1", false),
        "it is short: all is seen"
    );
    sitting.keys("- f").types("3").keys("Enter").shows("INC-1  VPN down in Lyon").keys("H").shows("KB-3  Restart");
    sitting.keys("f").types("5").keys("Enter");
    assert!(sitting.outside.contains(&Effect::Copy(String::from("https://example.org/vpn"))));
    sitting.keys("f").types("4").keys("Enter").shows("CMDB ▸").shows("esx1").keys("-").shows("KB-3  Restart");
    sitting.keys("g l").shows("[Links").shows("Links to (1)").shows("KB-1");
    sitting.keys("g i").types("kb1").keys("Enter").shows("KB-1  Drops").keys("g l").shows("Used by (1)").shows("INC-1");
    sitting.shows("Linked from (1)").shows("KB-3");
}

#[test]
fn a_draft_of_all_fields_keeps_its_text_when_the_article_has_grown_long_meanwhile() {
    let mut sitting = shelf((80, 24));
    sitting.keys("4 Enter e");
    let Some(Overlay::Form(form)) = sitting.model.overlays.last_mut() else { panic!("a form") };
    form.at = form.fields.iter().position(|field| field.label == "Text").unwrap();
    sitting.types("Typed with care. ").keys("Esc Esc");
    sitting.bert_writes(1, &"Much more is known of it by now.\n\n".repeat(3000));
    sitting.happens(Msg::Changed);
    sitting.keys("e");
    let Some(Overlay::Form(form)) = sitting.model.overlays.last() else { panic!("{:#?}", sitting.screen()) };
    assert!(form.body().is_some_and(|body| body.contains("Typed with care.")));
}
