//! What the pickers of the work on tickets are for: what their lines do, what typing in them means.

use crate::desk::command::Target;
use crate::desk::id::CommandId;
use crate::desk::knowledge::CitationRole;
use crate::desk::link::Relation;
use crate::tui::action::{
    article, cab, cancel, change, ci, draft, file, link, outbox, snippet, solve, start, tag, task, team, time, why,
};
use crate::tui::effect::{Effect, Question, Slot};
use crate::tui::lookup::Lookup;
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::picker::{Item, Picker, Purpose};

/// What a picker's choice is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// What kind of ticket to open, from which template.
    Start,
    /// The team to move to.
    Team,
    /// Tags to add and remove.
    Tag,
    /// What the ticket is to another.
    Relation,
    /// The other ticket of that relation, and whether it is meant from the other side.
    Other(Relation, bool),
    /// The CI that the ticket affects, and whether failure is followed from there.
    Affects(bool),
    /// The ticket that takes over.
    Heir,
    /// One of its links, to go there.
    Link,
    /// One of its files, or a new one.
    File,
    /// What to do with the file in that place.
    FileDeed(usize),
    /// The path of a file to attach.
    Attach,
    /// The folder to save the file in that place in.
    Save(usize),
    /// The command to open the file in that place with.
    OpenWith(usize),
    /// The command that reads the file in that place.
    PipeInto(usize),
    /// A task of the checklist.
    Task,
    /// Time spent.
    Time,
    /// How many shall be cancelled.
    Cancel,
    /// The field to explain.
    Why,
    /// A draft to go on with.
    Draft,
    /// A command that waits in the outbox.
    Outbox,
    /// What to do with it.
    Kept(CommandId),
    /// A meeting of the CAB, or a new one.
    Cab,
    /// An item of its agenda, or what to do with it.
    CabItem,
    /// Whether to judge changes anew that are approved or asked for approval.
    Reassess,
    /// Whether to quit with drafts.
    Leave,
    /// A snippet to insert.
    Snippet,
    /// The class of a new CI.
    CiClass,
    /// The status of CIs.
    CiStatus,
    /// What CIs are to another.
    CiRelation,
    /// That other.
    CiOther,
    /// Where CIs stand.
    CiPlace,
    /// Tags of CIs.
    CiTag,
    /// A field of several CIs to be given.
    CiField,
    /// Of which relation so many must stand.
    CiNeed,
    /// How many.
    CiCount,
    /// The field of a CI to explain.
    CiWhy,
    /// Whether so many CIs are meant.
    CiSure,
    /// What kind of ticket to open on a CI.
    CiTicket,
    /// The type of a new article.
    ArticleType,
    /// The state of articles.
    ArticleState,
    /// Whether so many articles are meant.
    ArticleSure,
    /// What an article is to be linked to.
    ArticleRole,
    /// The ticket that it is linked to.
    ArticleTicket(CitationRole),
    /// The CI that it is about.
    ArticleCi,
    /// The service that it is about.
    ArticleService,
    /// A heading of the article that is read.
    ArticleOutline,
    /// The field of an article to explain.
    ArticleWhy,
    /// The article with which something is done at a ticket.
    Article(solve::Deed),
    /// Whether to tell of a workaround.
    Tell,
}

/// Opens a picker over lines.
pub(super) fn open(model: &mut Model, title: &str, choice: Choice, items: Vec<Item>) -> Vec<Effect> {
    let on = super::ticket::targets(model);
    open_on(model, title, choice, on, items)
}

/// Opens a picker over lines about these tickets.
pub(super) fn open_on(
    model: &mut Model,
    title: &str,
    choice: Choice,
    on: Vec<Target>,
    items: Vec<Item>,
) -> Vec<Effect> {
    model.overlays.push(Overlay::Picker(Picker::new(title, Purpose::Work(choice), items).on(on)));
    typed(model)
}

/// Opens a picker and asks the desk for its lines.
pub(super) fn open_asking(model: &mut Model, title: &str, choice: Choice, what: Lookup) -> Vec<Effect> {
    let on = super::ticket::targets(model);
    ask_on(model, title, choice, on, what)
}

/// Opens a picker about these tickets and asks the desk for its lines.
pub(super) fn ask_on(model: &mut Model, title: &str, choice: Choice, on: Vec<Target>, what: Lookup) -> Vec<Effect> {
    let mut effects = open_on(model, title, choice, on, Vec::new());
    effects.push(model.ask(Slot::Picker, Question::LookUp(what)));
    effects
}

/// Carries out the choice of a line; the picker is closed already.
pub(crate) fn chosen(model: &mut Model, choice: Choice, picker: Picker, item: &Item) -> Vec<Effect> {
    match choice {
        Choice::Start => start::chosen(model, item),
        Choice::Team => team::chosen(&picker, item),
        Choice::Tag => tag::chosen(&picker, item),
        Choice::Relation => link::related(model, picker, item),
        Choice::Other(relation, reverse) => link::chosen(&picker, relation, reverse, item),
        Choice::Affects(impact) => link::affects(&picker, impact, item),
        Choice::Heir => link::merged(&picker, item),
        Choice::Link => link::gone_to(model, &picker, item),
        Choice::File => file::chosen(model, picker, item),
        Choice::FileDeed(place) => file::deed(model, picker, place, item),
        Choice::Attach => file::attached(model, picker, item),
        Choice::Save(place) => file::saved(model, picker, place, item),
        Choice::OpenWith(place) => file::opened(&picker, place, item),
        Choice::PipeInto(place) => file::piped(&picker, place, item),
        Choice::Task => task::chosen(model, picker, item),
        Choice::Time => time::chosen(&picker),
        Choice::Cancel => cancel::chosen(model, &picker),
        Choice::Why => why::chosen(model, &picker, item),
        Choice::Draft => draft::chosen(model, item),
        Choice::Outbox => outbox::chosen(model, item),
        Choice::Kept(id) => outbox::deed(model, id, item),
        Choice::Cab => cab::chosen(model, item),
        Choice::CabItem => cab::item_chosen(model, &picker, item),
        Choice::Reassess => change::reassess_chosen(picker, item),
        Choice::Leave => draft::left(model, item),
        Choice::Snippet => snippet::chosen(model, item),
        Choice::Article(deed) => solve::chosen(model, deed, picker, item),
        Choice::Tell => solve::tell_chosen(&picker, item),
        Choice::CiTicket => start::chosen_on(model, item, &picker.about),
        Choice::ArticleType
        | Choice::ArticleState
        | Choice::ArticleSure
        | Choice::ArticleRole
        | Choice::ArticleTicket(_)
        | Choice::ArticleCi
        | Choice::ArticleService
        | Choice::ArticleOutline
        | Choice::ArticleWhy => article::chosen(model, choice, picker, item),
        choice => ci::chosen(model, choice, picker, item),
    }
}

/// What follows from the letters typed in the picker on top: a line made of them, or a question.
pub(crate) fn typed(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Picker(picker)) = model.overlays.last_mut() else { return Vec::new() };
    let Purpose::Work(choice) = picker.purpose else { return Vec::new() };
    let text = picker.field.text().to_owned();
    match choice {
        Choice::Tag | Choice::CiTag => picker.extra = tag::line(&text),
        Choice::CiSure => picker.extra = Some(ci::sure_line(picker.cis.len(), &text)),
        Choice::ArticleSure => picker.extra = Some(ci::sure_line(article::ids(&picker.about).len(), &text)),
        Choice::CiCount => picker.extra = Some(ci::count_line(&text)),
        Choice::CiOther | Choice::CiPlace | Choice::Affects(_) | Choice::ArticleCi => {
            picker.answered = true;
            let classes = match choice {
                Choice::Affects(_) | Choice::ArticleCi => Vec::new(),
                Choice::CiPlace => vec![String::from("place")],
                _ => ci::others(model),
            };
            return vec![model.ask(Slot::Picker, Question::LookUp(Lookup::Cis { typed: text, classes }))];
        }
        Choice::Task => picker.extra = task::line(&text),
        Choice::Time => picker.extra = Some(time::line(&text)),
        Choice::Cancel => picker.extra = Some(cancel::line(picker.on.len(), &text)),
        Choice::OpenWith(_) | Choice::PipeInto(_) => picker.extra = file::command(&text),
        Choice::Other(..) | Choice::Heir | Choice::ArticleTicket(_) => {
            picker.answered = true;
            return vec![model.ask(Slot::Picker, Question::LookUp(Lookup::Tickets(text)))];
        }
        // Its links are few, and are narrowed by the letters typed.
        Choice::Article(solve::Deed::Unlink) => return solve::typed(model, ""),
        Choice::Article(_) => {
            picker.answered = true;
            return solve::typed(model, &text);
        }
        Choice::Attach | Choice::Save(_) => {
            picker.answered = true;
            return vec![model.ask(Slot::Picker, Question::LookUp(Lookup::Paths(text)))];
        }
        _ => {}
    }
    Vec::new()
}

/// The picker on top, if it is for such a choice.
pub(super) fn picker_for(model: &mut Model, fits: impl Fn(Choice) -> bool) -> Option<&mut Picker> {
    match model.overlays.last_mut() {
        Some(Overlay::Picker(picker)) => {
            matches!(picker.purpose, Purpose::Work(choice) if fits(choice)).then_some(picker)
        }
        _ => None,
    }
}
