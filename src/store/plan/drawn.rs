//! The records of one kind on which a plan works: as they were, as they are now, in the order in which it changed them first.

use std::collections::BTreeMap;

use crate::desk::refusal::Refusal;

#[derive(Clone)]
pub(super) struct Drawn<Id, Record> {
    worked: BTreeMap<Id, Worked<Record>>,
    order: Vec<Id>,
}

#[derive(Clone)]
struct Worked<Record> {
    /// As it is in the file; `None` for a new one.
    before: Option<Record>,
    now: Record,
    touched: bool,
}

impl<Id, Record> Default for Drawn<Id, Record> {
    fn default() -> Self {
        Drawn { worked: BTreeMap::new(), order: Vec::new() }
    }
}

impl<Id: Copy + Ord, Record: Clone + PartialEq> Drawn<Id, Record> {
    /// A record as the plan has made it so far, read from the file when it is asked for first.
    pub(super) fn get(&mut self, id: Id, read: impl FnOnce() -> Result<Record, Refusal>) -> Result<Record, Refusal> {
        if let Some(worked) = self.worked.get(&id) {
            return Ok(worked.now.clone());
        }
        let record = read()?;
        self.worked.insert(id, Worked { before: Some(record.clone()), now: record.clone(), touched: false });
        Ok(record)
    }

    /// Notes that the plan changes a record that it got, or rows that belong to it.
    pub(super) fn touch(&mut self, id: Id) {
        if let Some(worked) = self.worked.get_mut(&id)
            && !std::mem::replace(&mut worked.touched, true)
        {
            self.order.push(id);
        }
    }

    /// Adds a record that did not exist.
    pub(super) fn add(&mut self, id: Id, record: Record) {
        self.order.push(id);
        self.worked.insert(id, Worked { before: None, now: record, touched: true });
    }

    /// What a record that the plan got shall be from here on. The same as it was is no change.
    pub(super) fn put(&mut self, id: Id, record: Record) {
        if let Some(worked) = self.worked.get_mut(&id).filter(|worked| worked.now != record) {
            worked.now = record;
            self.touch(id);
        }
    }

    /// Whether the plan adds the record; `None` for one that it did not get.
    pub(super) fn is_new(&self, id: Id) -> Option<bool> {
        self.worked.get(&id).map(|worked| worked.before.is_none())
    }

    /// All records that the plan got, as they are now.
    pub(super) fn all(&self) -> impl Iterator<Item = &Record> {
        self.worked.values().map(|worked| &worked.now)
    }

    /// The records that the plan changes: as they were, if they were, and as they will be.
    pub(super) fn changed(&self) -> impl Iterator<Item = (Id, Option<&Record>, &Record)> {
        self.order.iter().filter_map(|id| {
            let worked = self.worked.get(id)?;
            Some((*id, worked.before.as_ref(), &worked.now))
        })
    }
}
