//! Two people changed the same fields: which value stays is decided field by field; neither side is lost.

use crate::desk::command::{Settled, Target};
use crate::desk::field::Field;
use crate::desk::knowledge::{ArticleField, Decided};
use crate::desk::refusal::Conflict;
use crate::tui::action::{ActionId, ActionSpec, always, outbox, ticket};
use crate::tui::effect::{Effect, Post, Question, Slot, Wish};
use crate::tui::inquiry::knowledge::Inquiry;
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::conflict::{Contest, Side};
use crate::tui::overlay::form::Draft;
use crate::tui::update;

pub(super) static ROWS: &[ActionSpec] = &[
    work!(ConflictAccept "conflict.accept" "so be it" Conflict Write ["Enter"], 90, always, "Write the fields where mine was taken; where theirs was, it stays.", accept),
    work!(ConflictTheirs "conflict.theirs" "keep theirs" Conflict Read ["t"], 80, always, "Keep theirs in this field.", |m| side(m, Side::Theirs)),
    work!(ConflictMine "conflict.mine" "take mine" Conflict Read ["m"], 79, always, "Take mine in this field.", |m| side(m, Side::Mine)),
    work!(ConflictEdit "conflict.edit" "edit" Conflict Write ["e"], 70, always, "Go back to what I typed, and write something else.", edit),
    work!(ConflictClose "conflict.close" "later" Conflict Read ["Esc", "q"], 60, always, "Decide later: theirs stays on the desk, mine among the drafts.", close),
    work!(ConflictDown "conflict.down" "down" Conflict Read ["j", "Down"], 0, always, "Go to the next field.", |m| step(m, 1)),
    work!(ConflictUp "conflict.up" "up" Conflict Read ["k", "Up"], 0, always, "Go to the previous field.", |m| step(m, -1)),
];

/// Opens the decision; what I wanted is among the drafts until it is made.
pub(crate) fn open(model: &mut Model, wish: Wish, conflict: Conflict) -> Vec<Effect> {
    let mut effects = Vec::new();
    if let Wish::Edit { on, fields } = &wish
        && !matches!(model.overlays.last(), Some(Overlay::Form(_)))
    {
        let texts = fields.iter().map(|(field, text)| (field.spec().label.to_owned(), text.clone(), String::new()));
        let draft = Draft { on: on.clone(), fields: texts.collect(), ..Draft::default() };
        let draft = serde_json::to_string(&draft).unwrap_or_default();
        let ids: Vec<String> = on.iter().map(|target| target.id.to_string()).collect();
        effects = update::keep(model, format!("edit {}", ids.join(",")), draft);
    }
    let sides = vec![Side::Theirs; conflict.fields.len()];
    model.overlays.push(Overlay::Conflict(Box::new(Contest { wish, conflict, sides, at: 0 })));
    effects
}

fn contest(model: &mut Model) -> Option<&mut Contest> {
    match model.overlays.last_mut() {
        Some(Overlay::Conflict(contest)) => Some(contest),
        _ => None,
    }
}

fn side(model: &mut Model, side: Side) -> Vec<Effect> {
    if let Some(contest) = contest(model) {
        let at = contest.at;
        if let Some(place) = contest.sides.get_mut(at) {
            *place = side;
        }
    }
    step(model, 1)
}

fn step(model: &mut Model, by: isize) -> Vec<Effect> {
    if let Some(contest) = contest(model) {
        contest.at = contest.at.saturating_add_signed(by).min(contest.sides.len().saturating_sub(1));
    }
    Vec::new()
}

/// The wish as of the version that was just seen: a third change in between is a conflict again.
fn caught_up(contest: &Contest) -> Vec<Target> {
    contest
        .wish
        .targets()
        .iter()
        .map(|target| Target { version: target.version.max(Some(contest.conflict.theirs)), ..*target })
        .collect()
}

/// The undo with what was decided so far: what is mine is taken back, what is theirs stays.
fn settled(contest: &Contest) -> Option<Wish> {
    let Wish::Undo { seq, redo, settled } = &contest.wish else { return None };
    let (table, row) = contest.conflict.row.clone()?;
    let decided = contest.conflict.fields.iter().zip(&contest.sides).map(|(disputed, side)| Settled {
        table: table.clone(),
        row,
        field: disputed.field.clone(),
        seen: contest.conflict.theirs,
        take_back: *side == Side::Mine,
    });
    // Of two decisions about one field the newer counts.
    let kept = settled.iter().filter(|one| {
        !(one.table == table && one.row == row && contest.conflict.fields.iter().any(|field| field.field == one.field))
    });
    Some(Wish::Undo { seq: *seq, redo: *redo, settled: kept.cloned().chain(decided).collect() })
}

/// The edit of an article with what was decided so far: of what both changed, one wording stands.
fn decided(contest: &Contest) -> Option<Wish> {
    let now = contest.conflict.fields.iter().zip(&contest.sides).map(|(disputed, side)| Decided {
        what: disputed.field.clone(),
        theirs: disputed.theirs.clone(),
        mine: *side == Side::Mine,
    });
    contest.wish.settle(&now.collect::<Vec<_>>())
}

fn accept(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Conflict(contest)) = model.overlays.pop() else { return Vec::new() };
    if let Some(wish) = decided(&contest) {
        if let Some(Overlay::Form(form)) = model.overlays.last_mut() {
            form.sending = true;
            form.sent = Some(wish.clone());
        }
        return vec![Effect::Do(Box::new(wish))];
    }
    if let Some(wish) = settled(&contest) {
        return vec![Effect::Do(Box::new(wish))];
    }
    let on = caught_up(&contest);
    let theirs: Vec<Field> = contest
        .conflict
        .fields
        .iter()
        .zip(&contest.sides)
        .filter(|(_, side)| **side == Side::Theirs)
        .filter_map(|(disputed, _)| Field::named(&disputed.field))
        .collect();
    let contest_wish = contest.wish.clone();
    match contest.wish.without(&theirs) {
        Some(wish) => {
            let wish = wish.on(on);
            if let Some(Overlay::Form(form)) = model.overlays.last_mut() {
                form.sending = true;
                form.sent = Some(wish.clone());
            }
            vec![Effect::Do(Box::new(wish))]
        }
        None => {
            model.say("Theirs was kept; yours was put away");
            if let Wish::Instead { of, .. } = contest_wish {
                model.standing.waiting.retain(|kept| kept.id != of);
                return vec![Effect::Post(Post::Discard(of))];
            }
            let place = match model.overlays.last() {
                Some(Overlay::Form(form)) => form.place(),
                _ => format!("edit {}", on.iter().map(|target| target.id.to_string()).collect::<Vec<_>>().join(",")),
            };
            if matches!(model.overlays.last(), Some(Overlay::Form(_))) {
                model.overlays.pop();
            }
            let mut effects = update::keep(model, place, String::new());
            effects.extend(update::refresh(model));
            effects
        }
    }
}

fn edit(model: &mut Model) -> Vec<Effect> {
    if contest(model).is_some_and(|contest| matches!(contest.wish, Wish::Undo { .. })) {
        let [theirs, mine] = [ActionId::ConflictTheirs, ActionId::ConflictMine].map(|id| model.key(id));
        model.refuse(format!(
            "An undo puts back what was there: {theirs} keeps the field as it is, {mine} takes it back"
        ));
        return Vec::new();
    }
    let Some(Overlay::Conflict(contest)) = model.overlays.pop() else { return Vec::new() };
    let on = caught_up(&contest);
    if let Wish::Instead { of, .. } = contest.wish
        && !matches!(model.overlays.last(), Some(Overlay::Form(_)))
    {
        let mut effects = outbox::edit_kept(model, of);
        if contest.wish.edits_an_article() {
            effects.extend(edit_article(model, &contest));
            return effects;
        }
        if let Some(Overlay::Form(form)) = model.overlays.last_mut() {
            form.retarget(&on);
        }
        return effects;
    }
    if contest.wish.edits_an_article() {
        return edit_article(model, &contest);
    }
    if let Some(Overlay::Form(form)) = model.overlays.last_mut() {
        form.retarget(&on);
        form.refused = Some(format!("{} changed it meanwhile; sending writes yours", contest.conflict.author));
        return Vec::new();
    }
    match on.first().and_then(|target| model.ticket(target.id)).cloned() {
        Some(one) => ticket::edit_one(model, on, &one),
        None => Vec::new(),
    }
}

/// Goes back to what was typed of an article: what both changed stands there in both wordings.
fn edit_article(model: &mut Model, contest: &Contest) -> Vec<Effect> {
    let Some(Overlay::Form(form)) = model.overlays.last_mut() else {
        let key = model.key(ActionId::Drafts);
        model.say(format!("Yours is among the drafts: {key}"));
        return Vec::new();
    };
    let Some(on) = form.articles().first().copied() else { return Vec::new() };
    let fields = contest.conflict.fields.iter();
    let (texts, others): (Vec<_>, Vec<_>) = fields.partition(|one| ArticleField::named(&one.field).is_none());
    others.into_iter().for_each(|one| form.settle(&one.field, one.theirs.clone()));
    match form.body().filter(|_| !texts.is_empty()) {
        Some(body) => {
            // It is not typed in until both stand in it.
            form.sending = true;
            let join = Inquiry::Joined { on, body };
            vec![model.ask(Slot::ArticleJoin, Question::Knowledge(Box::new(join)))]
        }
        None => {
            form.refused = Some(format!("{} changed it meanwhile; sending writes yours", contest.conflict.author));
            Vec::new()
        }
    }
}

fn close(model: &mut Model) -> Vec<Effect> {
    let kept = contest(model).is_some_and(|contest| matches!(contest.wish, Wish::Instead { .. }));
    if let Some(Overlay::Conflict(contest)) = model.overlays.pop()
        && matches!(contest.wish, Wish::Undo { .. })
    {
        let again = model.key(ActionId::Undo);
        model.say(format!("Nothing was taken back; {again} asks again"));
        return update::refresh(model);
    }
    if matches!(model.overlays.last(), Some(Overlay::Form(_))) {
        return update::form_keep(model);
    }
    if kept {
        let key = model.key(ActionId::Outbox);
        model.say(format!("Theirs stays; yours waits in the outbox: {key}"));
        return Vec::new();
    }
    let key = model.key(ActionId::Drafts);
    model.say(format!("Theirs stays; yours is among the drafts: {key}"));
    update::refresh(model)
}
