//! Takes in what was looked up: into the picker or form that asked for it.

use crate::text;
use crate::tui::action::choice::{Choice, picker_for};
use crate::tui::action::{cab, draft, file, link, offer, solve, spoken, task, team, why};
use crate::tui::effect::Effect;
use crate::tui::lookup::{Finding, Found};
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::page::Page;
use crate::tui::overlay::picker::{Item, Purpose};

/// Takes in what was looked up. What nobody waits for any more changes nothing.
pub(crate) fn take(model: &mut Model, finding: Finding) -> Vec<Effect> {
    match finding {
        Finding::Directory(directory) => {
            for overlay in &mut model.overlays {
                if let Overlay::Form(form) = overlay {
                    form.take_names(&directory);
                }
            }
            if let Some(picker) = picker_for(model, |choice| choice == Choice::ArticleService) {
                picker.items = super::article::services(&directory);
            }
            if let Some(picker) = picker_for(model, |choice| choice == Choice::Team) {
                picker.items = team::lines(&directory);
            }
            model.directory = directory;
            if let Some(Overlay::Picker(picker)) = model.overlays.last()
                && picker.purpose == Purpose::Run
            {
                return spoken::typed(model);
            }
        }
        Finding::Tickets(found) => {
            spoken::found(model, &found);
            if let Some(picker) = picker_for(model, |choice| {
                matches!(choice, Choice::Other(..) | Choice::Heir | Choice::ArticleTicket(_))
            }) {
                picker.items = found.into_iter().map(ticket).collect();
            }
        }
        Finding::Offers(about, found) => return offer::take(model, &about, found),
        Finding::Articles(found) => solve::take(model, found),
        Finding::Article(id, prose) => offer::take_article(model, id, prose),
        Finding::Drawn(drawn) => return super::article::form_made(model, &drawn),
        Finding::KnownError(known, tell) => return solve::take_known_error(model, &known, tell),
        Finding::Untold(Some((id, called, count))) => return solve::offer_to_tell(model, id, &called, count),
        Finding::Untold(None) => {}
        Finding::Belongings(sheet) => {
            if let Some(picker) =
                picker_for(model, |choice| matches!(choice, Choice::Task | Choice::File | Choice::Link))
            {
                picker.items = match picker.purpose {
                    Purpose::Work(Choice::Task) => task::lines(&sheet),
                    Purpose::Work(Choice::File) => file::lines(&sheet),
                    _ => link::lines(&sheet),
                };
                picker.sheet = Some(sheet);
            }
        }
        Finding::Cis(found) => {
            if let Some(Overlay::Form(form)) = model.overlays.last_mut()
                && form.ci_typed().is_some()
                && let Some(field) = form.field()
            {
                field.names =
                    found.iter().map(|one| (one.id.number(), format!("{} ({})", one.name, one.label))).collect();
            } else if let Some(picker) = picker_for(model, |choice| {
                matches!(choice, Choice::CiOther | Choice::CiPlace | Choice::Affects(_) | Choice::ArticleCi)
            }) {
                let own = picker.cis.iter().map(|one| one.id).collect::<Vec<_>>();
                let others = found.into_iter().filter(|one| !own.contains(&one.id));
                picker.items = others
                    .map(|one| Item::new(one.id.number(), text::clean_line(&one.name)).hinted(one.label))
                    .collect();
                if picker.items.is_empty() {
                    picker.items.push(Item::new("no CI", "").blocked("none that this relation takes fits"));
                }
            }
        }
        Finding::Meetings(meetings) => cab::take_meetings(model, &meetings),
        Finding::Meeting(meeting, None) => cab::take_meeting(model, &meeting),
        Finding::Meeting(meeting, Some(how)) => {
            return match how.parse() {
                Ok(number) => cab::take_item(model, &meeting, number),
                Err(_) => cab::take_minutes(model, &meeting, &how),
            };
        }
        Finding::Clashes(on, clashes) => {
            if let Some(Overlay::Form(form)) = model.overlays.last_mut()
                && form.plan_of() == Some(on)
            {
                form.told = clashes;
            }
        }
        Finding::Page(title, lines) => {
            model.overlays.push(Overlay::Page(Page { title, lines, top: 0 }));
        }
        Finding::Tags(used, own) => {
            if let Some(picker) = picker_for(model, |choice| matches!(choice, Choice::Tag | Choice::CiTag)) {
                let one = picker.on.len() + picker.cis.len() == 1;
                picker.items = super::tag::lines(&used, if one { &own } else { &[] });
            }
        }
        Finding::Why(number, field, reasons) => why::show(model, number, field, &reasons),
        Finding::Drafted(tickets, names) => {
            model.drafted = tickets;
            model.queue.names.join(*names);
            let items = draft::lines(model);
            if let Some(picker) = picker_for(model, |choice| choice == Choice::Draft) {
                picker.items = items;
            }
        }
        Finding::Paths(paths) => {
            if let Some(picker) = picker_for(model, |choice| matches!(choice, Choice::Attach | Choice::Save(_))) {
                let saving = !matches!(picker.purpose, Purpose::Work(Choice::Attach));
                picker.items = file::paths(picker.field.text(), paths, saving);
            }
        }
    }
    Vec::new()
}

fn ticket(found: Found) -> Item {
    Item::new(found.number.to_string(), text::clean_line(&found.title)).hinted(found.state)
}
