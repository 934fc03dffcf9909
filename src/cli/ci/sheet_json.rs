//! A CI with all that belongs to it as one JSON object; its shape is stable.

use serde_json::{Map, Value as Json, json};

use crate::cli::ci::facts;
use crate::cli::ci::history::fact_json;
use crate::cli::ci::sheet::Whole;
use crate::cli::failure::Outcome;
use crate::desk::cmdb::Common;
use crate::desk::field::Value;

impl Whole<'_, '_> {
    /// Everything: the fields that every CI has beside each other, those of its class below `attributes`.
    pub(super) fn json(&self) -> Outcome<Json> {
        let (sheet, ci) = (&self.sheet, &self.sheet.ci);
        let model = &self.reader.rules().cmdb;
        let mut object = Map::new();
        object.insert(String::from("number"), ci.id.number().into());
        object.insert(String::from("version"), ci.version.0.into());
        for common in Common::ALL {
            object.insert(common.name().to_owned(), facts::all_data(self.reader, ci, common.name())?);
        }
        let mut attributes = Map::new();
        for attribute in model.classes.attributes(&ci.class) {
            attributes.insert(attribute.name.clone(), facts::all_data(self.reader, ci, &attribute.name)?);
        }
        let reading = |name: &str, reverse| {
            model.relations.get(name).map_or(name.to_owned(), |kind| kind.reading(reverse).to_owned())
        };
        let relations = sheet.relations.iter().map(|one| {
            json!({
                "relation": one.relation, "reads": reading(&one.relation, one.reverse), "reverse": one.reverse,
                "number": one.id.number(), "name": one.name, "class": one.class, "status": one.status,
                "soft": one.soft, "source": one.source,
            })
        });
        let tickets = sheet
            .tickets
            .iter()
            .map(|one| json!({ "number": one.number, "title": one.title, "state": one.state, "path": one.path }));
        let sightings = sheet
            .sightings
            .iter()
            .map(|one| json!({ "source": one.source, "key": one.key, "at": one.at.rfc3339(), "sha256": one.sha256 }));
        let values = |field: &str, values: &[Value]| -> Outcome<Vec<Json>> {
            values.iter().map(|value| facts::data(self.reader, &ci.class, field, value)).collect()
        };
        let mut drift = Vec::new();
        for (source, field, found, now) in &self.drift {
            drift.push(json!({
                "source": source, "field": field, "found": values(field, found)?, "recorded": values(field, now)?,
            }));
        }
        let software = self.reader.software(ci.id)?;
        let software =
            software.iter().map(|(title, version, by)| json!({ "title": title, "version": version, "publisher": by }));
        let findings = self
            .findings
            .iter()
            .map(|one| json!({ "rule": one.key, "name": one.name, "severity": one.severity.word() }));
        let mut history = Vec::new();
        for event in &self.history {
            let entry = &event.transaction;
            let changes = event.changes.iter().map(|fact| fact_json(self.reader, &ci.class, fact));
            history.push(json!({
                "seq": entry.seq.0, "at": entry.at.rfc3339(), "author": entry.author, "via": entry.via,
                "verb": entry.verb, "reason": entry.reason, "changes": changes.collect::<Outcome<Vec<_>>>()?,
            }));
        }
        let worth = self.worth.map(|worth| facts::data(self.reader, &ci.class, "cost", &Value::Int(worth.value)));
        let places = sheet.location.iter().map(|(id, name)| json!({ "number": id.number(), "name": name }));
        let redundancies = sheet.redundancies.iter().map(|(name, need)| (name.clone(), Json::from(need.to_string())));
        let position = self.licence.as_ref().map(
            |one| json!({ "used": one.used, "entitled": one.entitled, "left": one.balance(), "state": one.verdict() }),
        );
        let trouble = self.trouble.as_ref().map(|one| {
            let path: Vec<String> = one.path.iter().map(|id| id.number()).collect();
            json!({ "state": one.state.word(), "because": one.because, "path": path })
        });
        let articles = sheet
            .articles
            .iter()
            .map(|one| json!({ "number": one.id.number(), "title": one.title, "type": one.kind, "state": one.state }));
        let parts: [(&str, Json); 15] = [
            ("trouble", trouble.unwrap_or_default()),
            ("attributes", Json::Object(attributes)),
            ("worth", worth.transpose()?.unwrap_or_default()),
            ("licence", position.unwrap_or_default()),
            ("locked", Json::from(ci.locked.clone())),
            ("places", places.collect()),
            ("relations", relations.collect()),
            ("redundancies", Json::Object(redundancies.collect())),
            ("tickets", tickets.collect()),
            ("articles", articles.collect()),
            ("sightings", sightings.collect()),
            ("drift", Json::Array(drift)),
            ("software", software.collect()),
            ("findings", findings.collect()),
            ("history", Json::Array(history)),
        ];
        object.extend(parts.map(|(name, part)| (name.to_owned(), part)));
        Ok(Json::Object(object))
    }
}
