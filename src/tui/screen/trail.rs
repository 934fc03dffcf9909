//! Where somebody has been: back, forward, and the last place, as in a browser and as `cd -` in a shell.

use crate::desk::id::{ArticleId, CiId, TicketId};
use crate::desk::time::Timestamp;
use crate::tui::inquiry::knowledge::Entry;
use crate::tui::screen::changes::Face as Plan;
use crate::tui::screen::cmdb::Face;
use crate::tui::screen::knowledge::{Face as ArticleFace, View};

/// At most so many places are remembered.
const REMEMBERED: usize = 100;

/// A place in one of the tabs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Among tickets.
    Queue(TicketPlace),
    /// In the calendar of changes.
    Changes(PlanPlace),
    /// Among CIs.
    Cmdb(CiPlace),
    /// Among articles.
    Knowledge(ArticlePlace),
}

/// A view, narrowed by a filter, and the ticket that is read there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TicketPlace {
    /// The view's name; numbers change when views are added.
    pub view: String,
    /// The filter.
    pub filter: String,
    /// The ticket being read; `None` is the list.
    pub reading: Option<TicketId>,
    /// The ticket under the cursor, where the cursor goes on return. Moving it alone is no new place.
    pub cursor: Option<TicketId>,
}

/// A calendar, narrowed by a filter, and where its cursor is. Moving it alone is no new place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanPlace {
    /// How it is looked at.
    pub face: Plan,
    /// The filter.
    pub filter: String,
    /// The instant under the cursor, where it goes on return.
    pub at: Timestamp,
    /// The change under the cursor, likewise.
    pub cursor: Option<TicketId>,
}

/// A class, narrowed by a filter, and the CI that is looked at there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CiPlace {
    /// The class.
    pub class: String,
    /// The filter.
    pub filter: String,
    /// The CI looked at, and what of it; `None` is the list.
    pub reading: Option<(CiId, Face)>,
    /// The CIs on the way to it.
    pub walk: Vec<(CiId, String)>,
    /// The CI under the cursor of the list, where the cursor goes on return.
    pub cursor: Option<CiId>,
}

/// A view or a search, and the article that is read there. Reading on is no new place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArticlePlace {
    /// The view.
    pub view: View,
    /// The words searched.
    pub filter: String,
    /// The article read, and what of it; `None` is the list.
    pub reading: Option<(ArticleId, ArticleFace)>,
    /// The row from which it is read, where it goes on upon return.
    pub row: usize,
    /// What is under the cursor of the list, where the cursor goes on return.
    pub cursor: Option<Entry>,
}

impl Place {
    fn is(&self, other: &Place) -> bool {
        match (self, other) {
            (Place::Queue(a), Place::Queue(b)) => (&a.view, &a.filter, a.reading) == (&b.view, &b.filter, b.reading),
            (Place::Cmdb(a), Place::Cmdb(b)) => (&a.class, &a.filter, a.reading) == (&b.class, &b.filter, b.reading),
            (Place::Changes(a), Place::Changes(b)) => (a.face, &a.filter) == (b.face, &b.filter),
            (Place::Knowledge(a), Place::Knowledge(b)) => {
                (a.view, &a.filter, a.reading) == (b.view, &b.filter, b.reading)
            }
            _ => false,
        }
    }
}

/// The places before and after this one.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    here: Option<Place>,
    back: Vec<Place>,
    ahead: Vec<Place>,
}

impl Trail {
    /// Notes where somebody is now: a new place makes the one before it part of the way back.
    pub fn note(&mut self, now: Place) {
        match self.here.replace(now) {
            Some(before) if self.here.as_ref().is_some_and(|here| !here.is(&before)) => {
                self.back.push(before);
                let over = self.back.len().saturating_sub(REMEMBERED);
                self.back.drain(..over);
                self.ahead.clear();
            }
            _ => {}
        }
    }

    /// Goes a place back, or forward again.
    pub fn step(&mut self, forward: bool) -> Option<Place> {
        let (from, to) = if forward { (&mut self.ahead, &mut self.back) } else { (&mut self.back, &mut self.ahead) };
        let place = from.pop()?;
        to.extend(self.here.replace(place.clone()));
        Some(place)
    }

    /// Goes to the place before this one, so that the next time leads here again.
    pub fn swap(&mut self) -> Option<Place> {
        let place = self.back.pop()?;
        self.back.extend(self.here.replace(place.clone()));
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(view: &str) -> Place {
        Place::Queue(TicketPlace { view: view.to_owned(), ..TicketPlace::default() })
    }

    #[test]
    fn back_and_forward_lead_the_same_way_and_a_new_place_ends_the_way_forward() {
        let mut trail = Trail::default();
        ["a", "b", "b", "c"].iter().for_each(|view| trail.note(place(view)));
        assert_eq!(trail.step(false), Some(place("b")));
        assert_eq!(trail.step(false), Some(place("a")));
        assert_eq!(trail.step(false), None);
        assert_eq!(trail.step(true), Some(place("b")));
        trail.note(place("d"));
        assert_eq!(trail.step(true), None);
        assert_eq!(trail.step(false), Some(place("b")));
    }

    #[test]
    fn the_last_place_leads_back_here() {
        let mut trail = Trail::default();
        ["a", "b"].iter().for_each(|view| trail.note(place(view)));
        assert_eq!(trail.swap(), Some(place("a")));
        assert_eq!(trail.swap(), Some(place("b")));
        assert_eq!(trail.swap(), Some(place("a")));
    }
}
