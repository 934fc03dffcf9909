//! A desk whose drive is away, what waits for it, and who else is here.

use super::{Sitting, worker};
use crate::desk::command::{Command, Request, Target};
use crate::desk::field::{Edit, Field, Value};
use crate::desk::id::{ArticleId, TicketId};
use crate::desk::knowledge::{ArticleField, ArticleTarget, KnowledgeCommand};
use crate::desk::refusal::{Conflict, Disputed, Refusal};
use crate::desk::time::Timestamp;
use crate::store::{Doing, Holder, Present, Writing};
use crate::tui::effect::{Effect, Post, Wish};
use crate::tui::key::Key;
use crate::tui::message::{Msg, Welcome};
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::standing::{Kept, Standing, Written};
use crate::tui::term::{Input, TermEvent};
use crate::tui::update::update;

fn sitting() -> Sitting {
    let mut sitting = Sitting::with(&["VPN down", "Mail is slow"], (80, 24));
    sitting.keys("] g g");
    sitting
}

fn kept(command: Command, refused: Option<Refusal>) -> Kept {
    let words = match &command {
        Command::Edit { set, .. } => {
            set.iter().map(|(field, value)| (*field, value.text().unwrap_or_default().to_owned())).collect()
        }
        _ => Vec::new(),
    };
    Kept {
        id: Request::new(command.clone()).id,
        on: vec![TicketId(1)],
        numbers: vec![String::from("INC-1")],
        summary: format!("{} on INC-1", command.verb()),
        command,
        refused,
        words,
        facts: Vec::new(),
    }
}

fn note(text: &str) -> Command {
    Command::Write { on: vec![Target::from(TicketId(1))], public: false, text: text.to_owned() }
}

fn stands(sitting: &mut Sitting, standing: Standing) {
    sitting.happens(Msg::Standing(Box::new(standing)));
}

fn away(waiting: Vec<Kept>) -> Standing {
    let away = Some(String::from("the drive does not answer"));
    Standing {
        away,
        as_of: Some(Timestamp(1_790_000_000_000 - 600_000)),
        waiting,
        unreadable: Vec::new(),
        here: Vec::new(),
    }
}

fn shows(sitting: &Sitting, text: &str) -> bool {
    sitting.screen().iter().any(|row| row.contains(text))
}

#[test]
fn a_drive_that_is_away_is_told_with_the_age_of_what_is_shown_and_what_waits() {
    let mut sitting = sitting();
    stands(&mut sitting, away(vec![kept(note("Calling the provider."), None)]));
    assert!(shows(&sitting, "[drive away, as of 14:03 · 1 waiting]"), "{:#?}", sitting.screen());
    assert!(shows(&sitting, ">~INC-1"), "{:#?}", sitting.screen());
    sitting.keys("Enter");
    assert!(shows(&sitting, "waiting: note on INC-1") && shows(&sitting, "Calling the provider."));
    stands(&mut sitting, Standing::default());
    assert!(!shows(&sitting, "drive away") && !shows(&sitting, "Calling the provider."));
}

#[test]
fn what_waits_is_said_to_wait_and_closes_its_form_and_undo_takes_it_back() {
    let mut sitting = sitting();
    sitting.keys("c").types("Calling.");
    let Some(Overlay::Form(form)) = sitting.model.overlays.last_mut() else { panic!("a form") };
    form.sending = true;
    let wish = form.wish().unwrap();
    form.sent = Some(wish.clone());
    let id = Request::new(note("Calling.")).id;
    let receipt = crate::desk::command::Receipt {
        seq: None,
        tickets: Vec::new(),
        cis: Vec::new(),
        articles: Vec::new(),
        summary: String::from("noted on INC-1"),
        notices: Vec::new(),
        waits: Some(id),
    };
    sitting.happens(Msg::Done(Box::new(wish), Ok(receipt)));
    assert!(sitting.model.overlays.is_empty() && sitting.model.drafts.is_empty());
    assert!(shows(&sitting, "Noted on INC-1: waits until the drive is back"));
    let effects = press(&mut sitting.model, "u");
    assert_eq!(effects, [Effect::Do(Box::new(Wish::TakeBack { id, redo: false }))]);
}

fn press(model: &mut Model, key: &str) -> Vec<Effect> {
    update(model, Msg::Term(TermEvent::Input(Input::Key(key.parse::<Key>().unwrap()))))
}

#[test]
fn a_text_that_was_refused_is_offered_again_in_its_form() {
    let mut sitting = sitting();
    let kept = kept(note("It is the router."), Some(Refusal::rule("INC-1 is closed")));
    let id = kept.id;
    stands(&mut sitting, Standing { waiting: vec![kept], ..Standing::default() });
    sitting.keys("g o");
    assert!(shows(&sitting, "note on INC-1: INC-1 is closed") && shows(&sitting, "refused"));
    sitting.keys("Enter Enter");
    assert!(shows(&sitting, "It is the router.") && shows(&sitting, "INC-1 is closed"), "{:#?}", sitting.screen());
    sitting.keys("Esc");
    let effects = press(&mut sitting.model, "Enter");
    let wish = Wish::Write {
        on: vec![Target::from(TicketId(1))],
        public: false,
        text: String::from("It is the router."),
        filled: false,
    };
    assert_eq!(effects.last(), Some(&Effect::Do(Box::new(Wish::Instead { of: id, wish: Box::new(wish) }))));
}

fn retitled() -> (Command, Refusal) {
    let on = vec![Target { id: TicketId(1), version: None }];
    let set = Edit::from([(Field::Title, Value::from("VPN down in Lyon"))]);
    let command = Command::Edit { on, set, tag: Vec::new(), untag: Vec::new() };
    let conflict = Conflict {
        what: String::from("INC-1"),
        theirs: crate::desk::id::Seq(4),
        author: String::from("bert"),
        row: None,
        fields: vec![Disputed {
            field: String::from("title"),
            base: Value::from("VPN down"),
            theirs: Value::from("VPN down in Paris"),
            yours: Value::from("VPN down in Lyon"),
        }],
    };
    (command, Refusal::Conflict(Box::new(conflict)))
}

#[test]
fn a_conflict_that_came_up_later_is_decided_in_three_columns() {
    let mut sitting = sitting();
    let (command, refusal) = retitled();
    let kept = kept(command, Some(refusal));
    let id = kept.id;
    stands(&mut sitting, Standing { waiting: vec![kept], ..Standing::default() });
    sitting.keys("g o Enter Enter");
    assert!(shows(&sitting, "INC-1 was changed by bert meanwhile"), "{:#?}", sitting.screen());
    sitting.keys("m");
    let effects = press(&mut sitting.model, "Enter");
    let [Effect::Do(wish)] = &effects[..] else { panic!("{effects:?}") };
    assert!(matches!(wish.as_ref(), Wish::Instead { of, .. } if *of == id));
    sitting.keys("g o Enter Enter t");
    assert_eq!(press(&mut sitting.model, "Enter"), [Effect::Post(Post::Discard(id))]);
    assert_eq!(sitting.model.standing.waiting, []);
}

#[test]
fn what_waits_can_be_sent_again_or_discarded() {
    let mut sitting = sitting();
    let kept = kept(note("Calling."), Some(Refusal::rule("INC-1 is closed")));
    let id = kept.id;
    stands(&mut sitting, Standing { waiting: vec![kept], ..Standing::default() });
    sitting.keys("g o Enter").types("again");
    assert_eq!(press(&mut sitting.model, "Enter"), [Effect::Post(Post::Again(id))]);
    sitting.keys("g o Enter").types("discard");
    assert_eq!(press(&mut sitting.model, "Enter"), [Effect::Post(Post::Discard(id))]);
    sitting.happens(Msg::Posted(Post::Discard(id)));
    sitting.keys("g o");
    assert!(shows(&sitting, "Nothing waits in the outbox"));
}

#[test]
fn whom_a_command_waits_for_is_told_and_ctrl_c_gives_it_up() {
    let mut sitting = sitting();
    let holder = Holder { login: String::from("bob"), host: String::from("c2"), pid: 7, ..Holder::default() };
    sitting.happens(Msg::Held(holder));
    assert!(shows(&sitting, "[waiting for bob on c2 (process 7)]"));
    assert_eq!(press(&mut sitting.model, "ctrl-c"), [Effect::GiveUp]);
    let wish = Wish::Assign { on: vec![Target::from(TicketId(1))], to: String::from("me") };
    sitting.happens(Msg::Done(Box::new(wish), Err(Refusal::Unavailable(String::from("stopped")))));
    assert!(shows(&sitting, "given up: nothing was changed") && !shows(&sitting, "waiting for bob"));
}

#[test]
fn the_first_copy_shows_how_far_it_is_and_can_be_left() {
    let sitting = sitting();
    let (author, look, moment) = (sitting.author.clone(), sitting.model.look, sitting.moment);
    let mut model = Model::new(author, "ops", (80, 24), look, moment.now, moment.zone);
    update(&mut model, Msg::Copying(43, 100));
    let sitting = Sitting { model, ..sitting };
    assert!(shows(&sitting, "Copying the desk from its drive: 43 %"), "{:#?}", sitting.screen());
    let mut sitting = sitting;
    assert_eq!(press(&mut sitting.model, "q"), [Effect::Quit(130)]);
    assert_eq!(press(&mut sitting.model, "ctrl-c"), [Effect::Quit(130)]);
}

fn somebody(login: &str, writing: Option<Writing>) -> Present {
    Present { login: login.to_owned(), doing: Doing { ticket: Some(TicketId(1)), writing }, ..Present::default() }
}

#[test]
fn the_ticket_tells_who_else_has_it_open_and_who_writes() {
    let mut sitting = sitting();
    let here = vec![somebody("anna", None), somebody("bob\u{1b}[2J", None), somebody("carl", Some(Writing::Reply))];
    stands(&mut sitting, Standing { here, ..Standing::default() });
    sitting.keys("Enter");
    assert!(shows(&sitting, "carl is writing a reply") && shows(&sitting, "bob is here"), "{:#?}", sitting.screen());
    assert!(!shows(&sitting, "anna is here"), "that is me, in another window");
    assert!(!shows(&sitting, "drive away"));
}

#[test]
fn others_may_know_which_ticket_i_read_and_what_i_write() {
    let mut sitting = sitting();
    assert_eq!(sitting.model.doing(), Doing::default());
    sitting.keys("Enter");
    let here = sitting.id();
    assert_eq!(sitting.model.doing(), Doing { ticket: Some(here), writing: None });
    sitting.keys("r");
    assert_eq!(sitting.model.doing(), Doing { ticket: Some(here), writing: Some(Writing::Reply) });
    sitting.keys("Esc c");
    assert_eq!(sitting.model.doing().writing, Some(Writing::Note));
}

#[test]
fn what_was_refused_is_counted_apart_from_what_only_waits() {
    let mut sitting = sitting();
    let refused = Some(Refusal::rule("INC-1 is closed"));
    let waiting = vec![kept(note("First."), None), kept(note("Second."), refused)];
    stands(&mut sitting, Standing { waiting, ..Standing::default() });
    assert!(shows(&sitting, "[1 waiting · 1 refused]"), "{:#?}", sitting.screen());
}

#[test]
fn what_was_typed_for_a_command_that_is_discarded_is_among_the_drafts() {
    let mut sitting = sitting();
    let kept = kept(note("Calling the provider."), None);
    let id = kept.id;
    stands(&mut sitting, away(vec![kept]));
    sitting.keys("g o Enter").types("discard");
    assert_eq!(press(&mut sitting.model, "Enter"), [Effect::Post(Post::Discard(id))]);
    let effects = update(&mut sitting.model, Msg::Posted(Post::Discard(id)));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::KeepDraft { place, .. } if place == "note 1")));
    assert!(shows(&sitting, "what was typed is among the drafts: g w"), "{:#?}", sitting.screen());
    sitting.keys("c");
    assert!(shows(&sitting, "Calling the provider."), "{:#?}", sitting.screen());
}

#[test]
fn what_can_not_be_read_in_the_outbox_is_counted_and_listed() {
    let mut sitting = sitting();
    let unreadable = vec![String::from("/home/anna/0190.json: it is cut off")];
    stands(&mut sitting, Standing { unreadable, ..Standing::default() });
    assert!(shows(&sitting, "[1 unreadable]"), "{:#?}", sitting.screen());
    sitting.keys("g o");
    assert!(shows(&sitting, "0190.json: it is cut off") && shows(&sitting, "unreadable"), "{:#?}", sitting.screen());
    sitting.keys("Enter");
    assert!(shows(&sitting, "it can't be read, and stays: /home/anna/0190.json"), "{:#?}", sitting.screen());
}

#[test]
fn what_only_waits_can_be_taken_back_as_a_draft_and_changed() {
    let mut sitting = sitting();
    let kept = kept(note("Calling."), None);
    let id = kept.id;
    stands(&mut sitting, away(vec![kept.clone()]));
    sitting.keys("g o Enter").types("edit");
    assert_eq!(press(&mut sitting.model, "Enter"), [Effect::Post(Post::TakeBack(id))]);
    let effects = update(&mut sitting.model, Msg::Posted(Post::TakeBack(id)));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::KeepDraft { place, .. } if place == "note 1")));
    assert!(shows(&sitting, "Calling.") && sitting.model.standing.waiting.is_empty(), "{:#?}", sitting.screen());
    sitting.types(" Again.").keys("Esc Esc");
    // A draft that is there is not written over.
    stands(&mut sitting, away(vec![kept]));
    sitting.keys("g o Enter").types("edit");
    assert_eq!(press(&mut sitting.model, "Enter"), []);
    assert!(shows(&sitting, "another draft of yours is there already: g w"), "{:#?}", sitting.screen());
    assert_eq!(sitting.model.drafts.len(), 1);
}

#[test]
fn what_is_just_being_sent_stays_in_the_outbox_and_is_no_draft() {
    let mut sitting = sitting();
    let kept = kept(note("Calling."), None);
    stands(&mut sitting, away(vec![kept.clone()]));
    for deed in ["edit", "discard"] {
        sitting.keys("g o Enter").types(deed).keys("Enter");
        sitting.happens(Msg::Warned(String::from("it is being sent at this moment")));
        assert!(shows(&sitting, "it is being sent at this moment"), "{:#?}", sitting.screen());
        assert_eq!((sitting.model.drafts.len(), &sitting.model.standing.waiting), (0, &vec![kept.clone()]));
    }
    // It was taken out while its author went on to something else: that stays as it is.
    sitting.keys("g o Enter").types("edit").keys("Enter ?");
    let over = sitting.model.overlays.len();
    sitting.happens(Msg::Posted(Post::TakeBack(kept.id)));
    assert_eq!((sitting.model.overlays.len(), sitting.model.drafts.len()), (over, 1));
}

#[test]
fn a_desk_that_becomes_read_only_or_writable_is_marked_so_without_a_restart() {
    let mut sitting = sitting();
    sitting.happens(Msg::ReadOnly(Some(String::from("this desk is read-only for you"))));
    assert!(shows(&sitting, "[read-only]") && shows(&sitting, "This desk is read-only for you"));
    sitting.keys("c");
    assert!(shows(&sitting, "Can't note: this desk is read-only for you"));
    sitting.happens(Msg::ReadOnly(None));
    assert!(shows(&sitting, "This desk can be changed again") && !shows(&sitting, "[read-only]"));
}

#[test]
fn a_desk_that_is_only_read_tells_why_at_the_beginning_and_how_old_it_is_where_it_could_not_be_copied() {
    let mut sitting = sitting();
    let why = "this desk is only read from here; run ssh far deskhand (the machine that has the disk)";
    let welcome =
        Welcome { read_only: Some(why.to_owned()), ..worker::welcome(&sitting.store, &sitting.author).unwrap() };
    sitting.happens(Msg::Opened(Ok(Box::new(welcome))));
    assert!(shows(&sitting, "This desk is only read from here; run ssh far deskhand (the machine"));
    assert!(shows(&sitting, "[read-only]"));
    stands(&mut sitting, Standing { away: None, ..away(Vec::new()) });
    assert!(shows(&sitting, "[read-only] [as of 14:03]"), "{:#?}", sitting.screen());
    sitting.keys("g g c");
    assert!(shows(&sitting, "Can't note: this desk is only read from here; run ssh far deskhand"));
}

/// An edit of KB-1 that was given while the drive was away, refused since Bert retitled it and rewrote its fix meanwhile.
fn refused_edit(fields: &[(ArticleField, &str)]) -> (Sitting, Kept) {
    let mut sitting = super::knowledge::shelf((80, 24));
    let before = sitting.store.read().unwrap().article(ArticleId(1)).unwrap();
    let body = before.body.replace("Restart the client, then the laptop.", "Bert says: restart both.");
    let set = super::knowledge::words(&[(ArticleField::Title, "What Bert calls it"), (ArticleField::Body, &body)]);
    sitting.bert(Command::Knowledge(KnowledgeCommand::Edit { on: ArticleId(1).into(), set, settled: Vec::new() }));
    let texts: Vec<(ArticleField, String)> = fields
        .iter()
        .map(|(field, text)| match field {
            ArticleField::Body => (*field, before.body.replace("Restart the client, then the laptop.", text)),
            _ => (*field, (*text).to_owned()),
        })
        .collect();
    let on = ArticleTarget { id: ArticleId(1), version: Some(before.version) };
    let set = texts.iter().map(|(field, text)| (*field, vec![Value::from(text.as_str())])).collect();
    let command = Command::Knowledge(KnowledgeCommand::Edit { on, set, settled: Vec::new() });
    let request = Request::new(command.clone());
    let refused = sitting.store.execute(&request, &sitting.author, &sitting.moment).unwrap_err();
    assert!(matches!(refused, Refusal::Conflict(_)), "{refused}");
    let facts = texts.into_iter().map(|(field, word)| Written {
        field,
        word: word.trim_end().to_owned(),
        now: String::from("as it is now"),
    });
    let kept = Kept { facts: facts.collect(), on: Vec::new(), numbers: Vec::new(), ..kept(command, Some(refused)) };
    stands(&mut sitting, Standing { waiting: vec![kept.clone()], ..Standing::default() });
    (sitting, kept)
}

fn said(sitting: &Sitting) -> (String, String) {
    let article = sitting.store.read().unwrap().article(ArticleId(1)).unwrap();
    (article.title, article.body.lines().last().unwrap_or_default().to_owned())
}

#[test]
fn the_refused_edit_of_an_article_is_decided_field_by_field_and_nothing_else_of_it_is_lost() {
    let edits = [(ArticleField::Title, "What I call it"), (ArticleField::Body, "I say: restart.")];
    for (keys, title, fix) in [
        ("t m", "What Bert calls it", "I say: restart."),
        ("m t", "What I call it", "Bert says: restart both."),
        ("t t", "What Bert calls it", "Bert says: restart both."),
    ] {
        let (mut sitting, _) = refused_edit(&edits);
        sitting.keys("g o Enter Enter");
        assert!(shows(&sitting, "was changed by bert meanwhile"), "{:#?}", sitting.screen());
        sitting.keys(keys).keys("Enter");
        assert_eq!(said(&sitting), (title.to_owned(), fix.to_owned()), "{keys}: {:#?}", sitting.screen());
    }
    // A field that has the name of one of tickets takes nothing else with it.
    let (mut sitting, _) = refused_edit(&[(ArticleField::Title, "What I call it"), (ArticleField::Summary, "Mine.")]);
    sitting.keys("g o Enter Enter t Enter");
    assert_eq!(said(&sitting).0, "What Bert calls it");
    assert_eq!(sitting.store.read().unwrap().article(ArticleId(1)).unwrap().summary, "Mine.");
}

#[test]
fn the_refused_edit_of_an_article_is_put_right_in_a_form_with_both_wordings() {
    let (mut sitting, kept) = refused_edit(&[(ArticleField::Body, "I say: restart.")]);
    sitting.keys("g o Enter Enter e");
    let Some(Overlay::Form(form)) = sitting.model.overlays.last() else { panic!("{:#?}", sitting.screen()) };
    let body = form.body().unwrap();
    assert!(body.contains("Bert says: restart both.") && body.contains("I say: restart."), "{body}");
    assert_eq!(form.instead, Some(kept.id));
}

#[test]
fn a_ticket_that_was_resolved_with_an_article_and_refused_has_its_form_again() {
    let mut sitting = super::knowledge::shelf((80, 24));
    let resolve = Edit::from([(Field::Resolution, Value::from("Restarted it."))]);
    let used =
        KnowledgeCommand::Use { on: ArticleId(1), tickets: vec![TicketId(1).into()], resolve: Some(resolve), to: None };
    let kept = Kept {
        words: vec![(Field::Resolution, String::from("Restarted it."))],
        ..kept(Command::Knowledge(used), Some(Refusal::rule("INC-1 needs an assignee")))
    };
    let id = kept.id;
    stands(&mut sitting, Standing { waiting: vec![kept], ..Standing::default() });
    sitting.keys("] g g g o Enter");
    assert!(shows(&sitting, "put it right and send it"), "{:#?}", sitting.screen());
    sitting.keys("Enter");
    let Some(Overlay::Form(form)) = sitting.model.overlays.last() else { panic!("{:#?}", sitting.screen()) };
    assert_eq!((form.instead, form.solved.as_ref().and_then(|one| one.by)), (Some(id), Some(ArticleId(1))));
    assert!(shows(&sitting, "Restarted it."), "{:#?}", sitting.screen());
}

#[test]
fn a_new_article_that_was_refused_has_its_form_again() {
    let mut sitting = super::knowledge::shelf((80, 24));
    let set = super::knowledge::words(&[(ArticleField::Title, "Paper jam"), (ArticleField::Type, "faq")]);
    let written = |field, word: &str| Written { field, word: word.to_owned(), now: String::new() };
    let kept = Kept {
        facts: vec![written(ArticleField::Title, "Paper jam"), written(ArticleField::Type, "faq")],
        ..kept(
            Command::Knowledge(KnowledgeCommand::Write { set, cite: Vec::new() }),
            Some(Refusal::rule("title: at most 300 characters")),
        )
    };
    stands(&mut sitting, Standing { waiting: vec![kept], ..Standing::default() });
    sitting.keys("g o Enter Enter");
    assert!(shows(&sitting, "New FAQ") && shows(&sitting, "Paper jam"), "{:#?}", sitting.screen());
}
