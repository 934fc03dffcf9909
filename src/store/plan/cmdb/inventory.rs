//! What an inventory found, reconciled with what the desk knows.

use crate::desk::cmdb::Inventory;
use crate::desk::refusal::Refusal;
use crate::store::plan::draft::Draft;

pub(super) fn take_in(_draft: &mut Draft, inventory: &Inventory) -> Result<String, Refusal> {
    Ok(format!("{} found {} things", inventory.source, inventory.found.len()))
}
