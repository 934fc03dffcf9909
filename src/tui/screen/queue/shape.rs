//! What the list asks: the view, narrowed by the filter or to the marked tickets, in the order chosen.

use crate::desk::id::{Number, TicketId};
use crate::desk::query::{Expr, Query, SortField, SortKey, Term, TextMatch, parse};
use crate::store::PageFrom;
use crate::tui::effect::Question;
use crate::tui::screen::queue::{Queue, hits};
use crate::tui::screen::typing::meant;

/// How many rows are read at once.
const PAGE: usize = 200;
/// The cursor asks for more rows this far before the end of those held.
const AHEAD: usize = 60;

impl Queue {
    /// What the list shows: the view, narrowed by the filter; or only the marked tickets.
    ///
    /// # Errors
    /// What is wrong with either.
    pub fn query(&self) -> Result<Query, String> {
        let view = match self.views.get(self.view) {
            Some(view) => view.query.clone()?,
            None => Query::default(),
        };
        let filter = parse(&self.filter_meant()).map_err(|error| error.to_string())?;
        let typed = self.typing.is_some() && !filter.sort.is_empty();
        let sort = if !self.order.is_empty() && !typed {
            self.order.clone()
        } else if filter.sort.is_empty() {
            view.sort.clone()
        } else {
            filter.sort.clone()
        };
        let mut query = match (&self.only, filter.filter) {
            (Some(numbers), _) => Query::default().and(Term::Number(numbers.clone()).into()),
            (None, Some(expr)) => view.and(expr),
            (None, None) => view,
        };
        query.sort = sort;
        Ok(query)
    }

    /// The words that the list was searched for.
    #[must_use]
    pub fn words_sought(&self) -> Vec<TextMatch> {
        self.query().map(|query| hits::words(&query)).unwrap_or_default()
    }

    /// The question for the list from its beginning.
    ///
    /// # Errors
    /// What is wrong with the query.
    pub fn first_page(&mut self) -> Result<Question, String> {
        self.extending = false;
        Ok(Question::Page { query: self.query()?, from: PageFrom::Start, limit: PAGE })
    }

    /// The question that reads again what is held.
    ///
    /// # Errors
    /// What is wrong with the query.
    pub fn same_page(&mut self) -> Result<Question, String> {
        self.extending = false;
        let from = match (&self.start, self.rows.first()) {
            (Some(PageFrom::Start) | None, _) | (_, None) => PageFrom::Start,
            (Some(_), Some((_, first))) => PageFrom::At(first.clone()),
        };
        Ok(Question::Page { query: self.query()?, from, limit: self.rows.len().max(PAGE) })
    }

    /// The question for the end of the list.
    ///
    /// # Errors
    /// What is wrong with the query.
    pub fn last_page(&mut self) -> Result<Question, String> {
        self.extending = false;
        Ok(Question::Page { query: self.query()?, from: PageFrom::End, limit: PAGE })
    }

    /// The question for the rows that the cursor nears, if it nears the end of those held.
    pub fn next_page(&mut self) -> Option<Question> {
        if self.extending {
            return None;
        }
        let query = self.query().ok()?;
        let below = self.rows.len().saturating_sub(self.cursor + 1);
        let from = if self.more && below < AHEAD {
            PageFrom::After(self.rows.last()?.1.clone())
        } else if !matches!(self.start, Some(PageFrom::Start) | None) && self.cursor < AHEAD {
            PageFrom::Before(self.rows.first()?.1.clone())
        } else {
            return None;
        };
        self.extending = true;
        Some(Question::Page { query, from, limit: PAGE })
    }

    /// The filter as it is meant: while it is typed, the word at its end may go on.
    #[must_use]
    pub fn filter_meant(&self) -> String {
        meant(&self.filter, self.typing.is_some())
    }

    /// Orders the list by a field: what is new first, what is urgent first; the other way if it is ordered so already.
    pub fn order_by(&mut self, field: SortField) {
        let newest = matches!(
            field,
            SortField::Number | SortField::Created | SortField::Updated | SortField::Resolved | SortField::Closed
        );
        let descending = match self.query().ok().and_then(|query| query.sort.first().copied()) {
            Some(now) if now.field == field => !now.descending,
            _ => newest,
        };
        self.order = vec![SortKey { field, descending }];
    }

    /// Turns the order round.
    pub fn reverse(&mut self) {
        let mut keys = self.query().map(|query| query.sort).unwrap_or_default();
        if keys.is_empty() {
            keys.push(SortKey { field: SortField::Number, descending: true });
        }
        keys.iter_mut().for_each(|key| key.descending = !key.descending);
        self.order = keys;
    }

    /// The order in words of the query language; nothing where it is the view's own.
    #[must_use]
    pub fn order_words(&self) -> Option<String> {
        (!self.order.is_empty()).then(|| Query { filter: None, sort: self.order.clone() }.to_string())
    }

    /// The numbers of the marked tickets, as far as they were seen.
    #[must_use]
    pub fn marked_numbers(&self) -> Vec<Number> {
        self.marks.iter().filter_map(|id| self.numbers.get(id).copied()).collect()
    }

    /// Marks tickets, and keeps their numbers for when their rows are gone.
    pub fn mark_all(&mut self, tickets: impl IntoIterator<Item = (TicketId, Number)>) {
        for (id, number) in tickets {
            self.numbers.insert(id, number);
            self.marks.insert(id);
        }
    }
}

/// The filter with one more condition; unchanged where it stands there already.
#[must_use]
pub fn narrowed(filter: &str, condition: &str) -> String {
    let filter = filter.trim();
    if filter.is_empty() {
        return condition.to_owned();
    }
    match (parse(filter), parse(condition)) {
        // What is said behind an `or` belongs to its last part alone.
        (Ok(query), Ok(Query { filter: Some(expr), .. })) if matches!(query.filter, Some(Expr::Or(_))) => {
            query.and(expr).to_string()
        }
        (Ok(Query { filter: Some(known), .. }), Ok(Query { filter: Some(expr), .. })) if holds(&known, &expr) => {
            filter.to_owned()
        }
        _ => format!("{filter} {condition}"),
    }
}

fn holds(known: &Expr, condition: &Expr) -> bool {
    match known {
        Expr::And(parts) => parts.contains(condition),
        one => one == condition,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_added_once_and_holds_for_both_sides_of_an_or() {
        assert_eq!(narrowed("", "prio:1"), "prio:1");
        assert_eq!(narrowed("vpn", "prio:1"), "vpn prio:1");
        assert_eq!(narrowed("vpn prio:1", "prio:1"), "vpn prio:1");
        let narrowed = narrowed("vpn or mail", "prio:1");
        assert!(matches!(parse(&narrowed).unwrap().filter, Some(Expr::And(parts)) if parts.len() == 2), "{narrowed}");
    }
}
