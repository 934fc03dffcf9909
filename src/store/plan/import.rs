//! Taking in records from another system.

use crate::desk::command::Import;
use crate::desk::refusal::Refusal;
use crate::store::plan::draft::Draft;

pub(super) fn import(_draft: &mut Draft, _import: &Import) -> Result<String, Refusal> {
    Err(Refusal::rule("…"))
}
