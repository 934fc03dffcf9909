//! Snippets: the desk's texts, put into the field that is typed in.

use crate::desk::rules::fill;
use crate::desk::ticket::Ticket;
use crate::tui::action::choice::Choice;
use crate::tui::action::{ActionSpec, always};
use crate::tui::effect::Effect;
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::picker::{Item, Picker, Purpose};
use crate::tui::update;

pub(super) static ROWS: &[ActionSpec] = &[
    work!(Snippet "form.snippet" "snippet" Form Read ["ctrl-x s"], 0, always, "Insert a text of the desk, its placeholders filled in.", pick),
];

fn pick(model: &mut Model) -> Vec<Effect> {
    let (Some(rules), Some(Overlay::Form(form))) = (&model.rules, model.overlays.last()) else { return Vec::new() };
    let on = form.targets().to_vec();
    let items = rules.snippets.iter().map(|(word, snippet)| Item::new(word, &snippet.name)).collect();
    model.overlays.push(Overlay::Picker(Picker::new("Insert", Purpose::Work(Choice::Snippet), items).on(on)));
    Vec::new()
}

pub(super) fn chosen(model: &mut Model, item: &Item) -> Vec<Effect> {
    let Some(snippet) = model.rules.as_ref().and_then(|rules| rules.snippets.get(&item.word)) else {
        return Vec::new();
    };
    let Some(Overlay::Form(form)) = model.overlays.last() else { return Vec::new() };
    // For several tickets at once no name is right: the placeholders stay to be seen.
    let ticket = match form.targets() {
        [target] => model.ticket(target.id),
        _ => None,
    };
    let text = fill(&snippet.text, &|name| known(model, ticket, name));
    update::typed(model, text.trim_end())
}

fn known(model: &Model, ticket: Option<&Ticket>, name: &str) -> Option<String> {
    match name {
        "requester" => {
            let ticket = ticket?;
            ticket.requester.map(|id| model.names_of(ticket).person(id).to_owned())
        }
        "number" => Some(ticket?.number.to_string()),
        "title" => Some(ticket?.title.clone()),
        "me" => {
            let me = model.directory.people.iter().find(|(login, _)| *login == model.author.login);
            Some(me.map_or_else(|| model.author.login.clone(), |(_, name)| name.clone()))
        }
        "today" => Some(model.moment.today().to_string()),
        _ => None,
    }
}
