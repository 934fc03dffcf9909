//! The Knowledge tab as its users meet it: searching, reading, following links and coming back, editing beside others.

use super::*;
use crate::desk::id::ArticleId;
use crate::desk::knowledge::{ArticleField, Content, KnowledgeCommand};
use crate::tui::layout;
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
    let joined = form.body().unwrap();
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
fn tabs_in_code_outlive_the_form_and_the_editor() {
    let mut sitting = shelf((80, 24));
    let id = sitting.article("Make", "how_to", "", "```make\nall:\n\tcc x.c\n```\n\nOld.\n");
    sitting.keys("4 g i").types(&id.to_string()).keys("Enter e").types("d").keys("Esc d");
    sitting.keys("E");
    let effects = edited(&mut sitting.model, "```make\nall:\n\tcc x.c\n\tstrip x\n```\n\nOld.\n");
    sitting.settle(effects);
    sitting.keys("ctrl-w").types("New.").keys("Esc Enter").shows("Set body of KB-6");
    assert_eq!(sitting.body(6), "```make\nall:\n\tcc x.c\n\tstrip x\n```\n\nNew.\n");
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
fn a_jump_shows_the_article_it_is_for_from_each_tab_and_not_the_one_read_before() {
    for size in [(80, 24), (160, 45)] {
        for from in ["", "1", "2", "3"] {
            // Where the tab was never looked at, from its list, and from an article read there.
            for before in ["", "4", "4 Enter", "4 j"] {
                let mut sitting = shelf(size);
                sitting.keys(before).keys(from).keys("g i").types("kb3").keys("Enter");
                assert_eq!(sitting.on(), "KB-3", "{size:?} from '{from}' after '{before}'");
                sitting.shows("KB-3  Restart the VPN gateway").shows("The gateway of the VPN hangs");
                sitting.happens(Msg::Changed);
                assert_eq!(sitting.on(), "KB-3", "after a refresh");
            }
        }
    }
}

#[test]
fn the_way_back_leads_to_articles_that_the_list_does_not_hold() {
    for size in [(80, 24), (160, 45)] {
        for back in ["Backspace", "H", "-"] {
            let mut sitting = shelf(size);
            sitting.keys("4 Enter g i").types("kb5").keys("Enter").shows("KB-5  Fax machines");
            sitting.keys("g i").types("kb3").keys("Enter").shows("KB-3  Restart").keys(back);
            assert_eq!(sitting.on(), "KB-5", "{size:?} by {back}");
            sitting.shows("KB-5  Fax machines").keys("1").keys(if back == "-" { "-" } else { "H" });
            assert_eq!(sitting.on(), "KB-5", "{size:?} by {back} from the queue");
            sitting.shows("KB-5  Fax machines");
        }
    }
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

/// Anna and Bert both changed paragraph 6 and the tags; she is asked about it.
fn contested() -> Sitting {
    let mut sitting = shelf((80, 24));
    sitting.keys("4 Enter e");
    let place = |sitting: &Sitting| match sitting.model.overlays.last() {
        Some(crate::tui::overlay::Overlay::Form(form)) => form.fields[form.at].label.clone(),
        _ => String::new(),
    };
    while place(&sitting) != "Tags" {
        sitting.keys("Tab");
    }
    sitting.shows("laptop, vpn").keys("ctrl-u").types("laptop vpn c");
    while place(&sitting) != "Text" {
        sitting.keys("Tab");
    }
    let mut set = words(&[(ArticleField::Body, &sitting.body(1).replace("Restart the client", "Wait"))]);
    set.insert(ArticleField::Tags, ["laptop", "vpn", "d"].into_iter().map(Value::from).collect());
    let mine = sitting.body(1).replace("Restart the client", "Reboot");
    sitting.bert(Command::Knowledge(KnowledgeCommand::Edit { on: ArticleId(1).into(), set, settled: Vec::new() }));
    let effects = edited(&mut sitting.model, &mine);
    sitting.settle(effects);
    sitting.keys("Esc Enter").shows("paragraph 6");
    sitting
}

#[test]
fn both_wordings_in_one_text_leave_what_a_colleague_did_to_other_fields() {
    let mut sitting = contested();
    sitting.keys("e").shows("both wordings stand between");
    let Some(crate::tui::overlay::Overlay::Form(form)) = sitting.model.overlays.last() else { panic!("a form") };
    let joined = form.body().unwrap();
    let settled = format!("{}Wait, then reboot.", joined.split("<<<<<<<").next().unwrap());
    let effects = edited(&mut sitting.model, &settled);
    sitting.settle(effects);
    sitting.keys("Esc Enter").shows("Set tags, body of KB-1");
    assert!(sitting.body(1).ends_with("Wait, then reboot.\n"), "{}", sitting.body(1));
    let mut tags = sitting.store.read().unwrap().article(ArticleId(1)).unwrap().tags;
    tags.sort();
    assert_eq!(tags, ["c", "d", "laptop", "vpn"]);
}

#[test]
fn a_key_pressed_before_both_wordings_have_come_is_typed_when_they_have() {
    let mut sitting = contested();
    let effects = update(&mut sitting.model, Msg::Term(TermEvent::Input(Input::Key(Key::char('e')))));
    assert!(update(&mut sitting.model, Msg::Term(TermEvent::Input(Input::Key(Key::char('Z'))))).is_empty());
    sitting.settle(effects);
    assert_eq!(sitting.model.held, []);
    sitting.shows("Z<<<<<<< theirs");
}

#[test]
fn both_wordings_that_do_not_come_hold_no_key() {
    let mut sitting = contested();
    update(&mut sitting.model, Msg::Term(TermEvent::Input(Input::Key(Key::char('e')))));
    update(&mut sitting.model, Msg::Term(TermEvent::Input(Input::Key(Key::char('Z')))));
    let generation = sitting.model.asked[&Slot::ArticleJoin];
    let why = Err(Refusal::Unavailable(String::from("the drive is away")));
    sitting.happens(Msg::Answer(Slot::ArticleJoin, generation, why));
    assert_eq!(sitting.model.held, []);
    sitting.shows("the drive is away").hides("Z").types("Q").shows("Q");
}

#[test]
fn the_links_of_an_article_that_is_used_much_are_the_newest_and_a_true_count() {
    let mut sitting = shelf((80, 24));
    for n in 0..60 {
        let set = Edit::from([(Field::Title, Value::from(format!("Case {n}").as_str()))]);
        let open = OpenTicket {
            kind: Kind::Incident,
            set,
            tags: Vec::new(),
            tasks: Vec::new(),
            links: Vec::new(),
            created: None,
        };
        let seq = sitting.store.execute(&Request::new(Command::Open(open)), &sitting.author, &sitting.moment).unwrap();
        let ticket = sitting.store.read().unwrap().ticket_numbered(seq.tickets[0]).unwrap().id;
        let role = crate::desk::knowledge::CitationRole::Used;
        sitting.kb(KnowledgeCommand::Cite { on: ArticleId(1), role, tickets: vec![ticket] });
    }
    sitting.keys("4 R Enter g l").shows("Used by (61)").shows("Case 59").keys("G").shows("and 11 more");
    assert!(layout::article_text(&sitting.model).stops.len() < 70);
}

#[test]
fn an_article_opens_on_what_it_says_and_a_difference_is_left_for_the_editions() {
    let mut sitting = shelf((80, 24));
    sitting.keys("4 Enter g l q").keys("j Enter").shows("[Article]").keys("q k Enter g n Enter");
    sitting.shows("from edition 1 to edition 2").keys("Backspace").shows("[Versions 2]").hides("from edition 1");
    sitting.keys("g e o").shows("> Symptom").hides(">   Symptom");
}

#[test]
fn a_new_article_is_written_under_its_first_heading() {
    let mut sitting = shelf((80, 24));
    sitting.keys("4 n").types("fault").keys("Enter").types("Mail waits").keys("Esc Esc n").types("fault").keys("Enter");
    while !matches!(sitting.model.overlays.last(),
        Some(crate::tui::overlay::Overlay::Form(form)) if form.fields[form.at].label == "Text")
    {
        sitting.keys("Tab");
    }
    sitting.types("It waits.").keys("Esc Enter").shows("Added KB-6 Mail waits");
    assert!(sitting.body(6).starts_with("## Symptom\nIt waits.\n"), "{}", sitting.body(6));
}

#[test]
fn tab_completes_a_value_of_a_list_and_stays_for_another() {
    let mut sitting = shelf((80, 24));
    sitting.keys("4 Enter e");
    let label = |sitting: &Sitting| match sitting.model.overlays.last() {
        Some(crate::tui::overlay::Overlay::Form(form)) => form.fields[form.at].label.clone(),
        _ => String::new(),
    };
    while label(&sitting) != "CIs" {
        sitting.keys("Tab");
    }
    sitting.types("CI-1, CI-2").keys("Tab");
    assert_eq!(label(&sitting), "Review", "what is whole is left");
}

#[test]
fn one_article_is_retired_after_it_was_asked_for() {
    let mut sitting = shelf((80, 24));
    sitting.keys("4 D").shows("Retire KB-1 Drops of the VPN after sleep? Type 1").types("1").keys("Enter");
    sitting.shows("KB-1").hides("> KB-1");
}

#[test]
fn a_picture_of_an_article_is_saved_or_opened_as_a_ticket_s_files_are() {
    let mut sitting = shelf((80, 24));
    sitting.article("Racks", "how_to", "", "Look: ![the rack](attachment:rack.png)\n");
    sitting.keys("4 g i").types("kb6").keys("Enter f").types("1").keys("Enter").shows("has no file rack.png");
    let folder = tempfile::tempdir().unwrap();
    let (name, media) = (String::from("rack.png"), String::from("image/png"));
    sitting.kb(KnowledgeCommand::Attach { on: ArticleId(6), name, media, source: None, bytes: b"png".to_vec() });
    sitting.happens(Msg::Changed);
    sitting.keys("f").types("1").keys("Enter").shows("save").shows("open").hides("take away").keys("Enter");
    sitting.types(&format!("{}/", folder.path().display())).keys("Enter").shows("Saved as");
    assert_eq!(std::fs::read(folder.path().join("rack.png")).unwrap(), b"png");
}
