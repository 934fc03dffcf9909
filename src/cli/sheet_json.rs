//! A ticket with all that belongs to it as one JSON object; its shape is stable.

use serde_json::{Value as Json, json};

use crate::cli::change::Planned;
use crate::cli::show::Whole;
use crate::desk::field::{Field, Value};
use crate::desk::id::PersonId;
use crate::desk::knowledge::CitationRole;
use crate::desk::time::Timestamp;
use crate::store::{Event, machine};

impl Whole {
    /// Everything, in the order in which people think of it.
    pub(super) fn json(&self) -> Json {
        let sheet = &self.sheet;
        let ticket = &sheet.ticket;
        let login = |id: Option<PersonId>| id.map_or(Json::Null, |id| Json::from(self.names.login(id)));
        let mut object = serde_json::Map::new();
        object.insert(String::from("number"), ticket.number.to_string().into());
        object.insert(String::from("kind"), ticket.kind().word().into());
        object.insert(String::from("version"), ticket.version.0.into());
        for field in Field::ALL {
            object.insert(field.name().to_owned(), machine(*field, &ticket.value(*field), &self.names));
        }
        let entries = sheet.entries.iter().map(|entry| {
            json!({ "at": entry.at.rfc3339(), "author": login(entry.author), "public": entry.public, "text": entry.text })
        });
        let links = sheet.links.iter().map(
            |link| json!({ "relation": link.name(), "number": link.number, "title": link.title, "state": link.state }),
        );
        let tasks =
            sheet.tasks.iter().map(|task| {
                let time = |at: Option<Timestamp>| at.map(|at| at.rfc3339());
                json!({
                    "position": task.position, "done": task.done, "text": task.text, "began": time(task.began), "ended": time(task.ended),
                    "article": task.origin.as_ref().map(|origin| origin.article.number()),
                    "step": task.origin.as_ref().map(|origin| origin.step.clone()),
                })
            });
        let worklog = sheet.worklog.iter().map(|log| {
            json!({ "at": log.at.rfc3339(), "person": login(log.person), "minutes": log.minutes, "text": log.text })
        });
        let files = sheet.attachments.iter().map(|file| {
            json!({ "at": file.at.rfc3339(), "name": file.name, "media": file.media, "size": file.size, "sha256": file.sha256 })
        });
        let history = self.history.iter().map(|event| self.event_json(event));
        let affected =
            sheet.affected.iter().map(|ci| json!({ "ci": ci.id.number(), "name": ci.name, "path": ci.path }));
        let articles = sheet.articles.iter().map(|one| {
            json!({ "number": one.id.number(), "role": one.role.map(CitationRole::word), "title": one.title, "state": one.state })
        });
        let parts: [(&str, Json); 10] = [
            ("tags", Json::from(sheet.tags.clone())),
            ("entries", entries.collect()),
            ("links", links.collect()),
            ("affected", affected.collect()),
            ("articles", articles.collect()),
            ("tasks", tasks.collect()),
            ("worklog", worklog.collect()),
            ("attachments", files.collect()),
            ("watchers", sheet.watchers.iter().map(|id| login(Some(*id))).collect()),
            ("history", history.collect()),
        ];
        object.extend(parts.map(|(name, part)| (name.to_owned(), part)));
        let planned = self.planned.iter().flat_map(Planned::json);
        object.extend(planned.map(|(name, part)| (name.to_owned(), part)));
        Json::Object(object)
    }

    fn event_json(&self, event: &Event) -> Json {
        let changes = event.changes.iter().map(|change| {
            let face = |value: &Value| match change.field {
                Some(field) => machine(field, value, &self.names),
                None => value.text().map_or(Json::Null, Json::from),
            };
            json!({ "what": change.what, "before": face(&change.before), "after": face(&change.after) })
        });
        let entry = event.transaction.as_ref();
        json!({
            "seq": entry.map(|entry| entry.seq.0), "at": event.at.rfc3339(), "author": event.who,
            "via": entry.and_then(|entry| entry.via.clone()), "verb": entry.map(|entry| entry.verb.clone()),
            "reason": entry.and_then(|entry| entry.reason.clone()), "changes": changes.collect::<Vec<_>>(),
        })
    }
}
