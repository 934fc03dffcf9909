//! A dump of Django's: objects by model and row, with the kinds of references that such a dump has.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::exchange::inventory::tell::{plain, text};

/// Objects of NetBox, by model and row.
pub(super) struct Dump<'j> {
    models: BTreeMap<&'j str, BTreeMap<i64, &'j Json>>,
}

/// What a reference that may lead to several models points at: `("dcim.interface", 7)`.
pub(super) type Target = (String, i64);

impl<'j> Dump<'j> {
    pub(super) fn read(json: &'j Json) -> Result<Dump<'j>, String> {
        let Some(objects) = json.as_array() else {
            return Err(String::from(
                "it is no dump of NetBox: a list of objects is expected, as manage.py dumpdata writes it",
            ));
        };
        let mut models: BTreeMap<&str, BTreeMap<i64, &Json>> = BTreeMap::new();
        for object in objects {
            let model = object.get("model").and_then(Json::as_str);
            let (Some(model), Some(fields)) = (model, object.get("fields")) else { continue };
            if let Some(pk) = object.get("pk").and_then(Json::as_i64) {
                models.entry(model).or_default().insert(pk, fields);
            }
        }
        if !models.keys().any(|model| ["dcim.", "virtualization.", "ipam."].iter().any(|app| model.starts_with(app))) {
            return Err(String::from("it is no dump of NetBox: nothing of dcim, virtualization or ipam is in it"));
        }
        Ok(Dump { models })
    }

    /// All objects of a model, in the order of their rows.
    pub(super) fn all(&self, model: &str) -> impl Iterator<Item = (i64, &'j Json)> {
        self.models.get(model).into_iter().flatten().map(|(pk, fields)| (*pk, *fields))
    }

    pub(super) fn get(&self, model: &str, pk: i64) -> Option<&'j Json> {
        self.models.get(model)?.get(&pk).copied()
    }

    /// The object to which a field refers.
    pub(super) fn follow(&self, fields: &Json, field: &str, model: &str) -> Option<&'j Json> {
        self.get(model, fields.get(field)?.as_i64()?)
    }

    /// The name of the object to which a field refers.
    pub(super) fn name(&self, fields: &Json, field: &str, model: &str) -> Option<String> {
        text(self.follow(fields, field, model)?, "/name")
    }

    /// A reference that says itself to which model it leads: by words, or by the row of a content type.
    pub(super) fn target(&self, fields: &Json, model: &str, row: &str) -> Option<Target> {
        let model = match fields.get(model)? {
            Json::Array(words) => words.iter().filter_map(plain).collect::<Vec<_>>().join("."),
            Json::Number(row) => {
                let kind = self.get("contenttypes.contenttype", row.as_i64()?)?;
                format!("{}.{}", text(kind, "/app_label")?, text(kind, "/model")?)
            }
            _ => return None,
        };
        Some((model, fields.get(row)?.as_i64()?))
    }
}

/// A row to which a field refers, as the key of a thing: `device/7`.
pub(super) fn key(fields: &Json, field: &str, sort: &str) -> Option<String> {
    Some(format!("{sort}/{}", fields.get(field)?.as_i64()?))
}
