//! Planning changes of the CMDB: CIs, their relations, what tickets concern, assets going out and coming back.

mod assets;
mod concern;
mod draft;
mod edit;
mod facts;
pub(crate) mod inventory;
mod relate;

use crate::desk::cmdb::CmdbCommand;
use crate::desk::people::Deed;
use crate::desk::refusal::Refusal;
use crate::store::plan::draft::Draft;

pub(super) use relate::{Standing, stand};

pub(super) fn carry_out(draft: &mut Draft, command: &CmdbCommand) -> Result<String, Refusal> {
    draft.may(match command {
        CmdbCommand::Inventory(_) => Deed::Import,
        CmdbCommand::Concern { .. } => Deed::WorkTickets,
        _ => Deed::KeepCmdb,
    })?;
    match command {
        CmdbCommand::New { class, set, relate } => edit::add(draft, class, set, relate),
        CmdbCommand::Edit { on, set, add, remove } => edit::edit(draft, on, set, add, remove),
        CmdbCommand::Relate { from, relation, to, soft } => relate::relate(draft, *from, relation, *to, *soft),
        CmdbCommand::Unrelate { from, to, relation } => relate::unrelate(draft, *from, *to, relation.as_deref()),
        CmdbCommand::Redundancy { on, relation, need } => relate::redundancy(draft, *on, relation, *need),
        CmdbCommand::Concern { ticket, add, remove, impact } => concern::concern(draft, *ticket, add, remove, *impact),
        CmdbCommand::CheckOut { on, to, until, count } => assets::check_out(draft, *on, *to, until.as_deref(), *count),
        CmdbCommand::CheckIn { on, count } => assets::check_in(draft, *on, *count),
        CmdbCommand::Inventory(inventories) => inventory::take_in(draft, inventories),
    }
}
