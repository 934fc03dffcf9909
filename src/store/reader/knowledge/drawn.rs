//! What an article starts with that is made from a ticket.

use crate::desk::field::Value;
use crate::desk::knowledge::{ArticleField, Content, drawn_from};
use crate::desk::refusal::Refusal;
use crate::desk::ticket::Ticket;
use crate::store::reader::Reader;

impl Reader<'_> {
    /// What an article of a type starts with: its template; made from a ticket, what that tells, what it concerns, its tags.
    ///
    /// # Errors
    /// When there is no such type, or the file can't be read.
    pub fn drawn(&self, kind: &str, ticket: Option<&Ticket>) -> Result<Content, Refusal> {
        let kind = self.rules().knowledge.find_type(kind).map_err(Refusal::NotFound)?;
        let mut affected = Vec::new();
        let mut set = Content::new();
        if let Some(ticket) = ticket {
            if let Some(service) = ticket.service {
                affected.extend(self.key_of("service", service.0)?);
            }
            let own = ticket.ci.as_ref().and_then(|ci| ci.parse().ok());
            let cis: Vec<_> = own.into_iter().chain(self.affected(ticket.id)?.into_iter().map(|ci| ci.id)).collect();
            for id in &cis {
                affected.extend(self.ci_name(*id)?);
            }
            set.insert(ArticleField::Cis, cis.into_iter().map(|id| Value::Int(id.0)).collect());
            set.insert(ArticleField::Tags, self.tags(ticket.id)?.into_iter().map(Value::from).collect());
        }
        set.extend(drawn_from(kind, ticket, &affected.join(", ")));
        set.retain(|_, values| !values.is_empty());
        Ok(set)
    }
}
