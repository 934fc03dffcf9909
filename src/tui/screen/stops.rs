//! Reading a text in which the cursor stands on some things: going from one to the next, and over what lies between.

use std::ops::Range;

/// Something on which the cursor can stand, and where that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop<S> {
    /// What it is.
    pub spot: S,
    /// In which row.
    pub row: usize,
    /// Which of its row, from the left, from 0.
    pub column: usize,
    /// What of the row it takes: pieces or bytes, as its text says.
    pub part: Range<usize>,
}

/// A text as far as it is walked: its stops in the order of reading, all its rows, and how many of them are seen.
#[derive(Clone, Copy, Debug)]
pub struct Walk<'t, S> {
    /// The stops.
    pub stops: &'t [Stop<S>],
    /// Rows of the text.
    pub rows: usize,
    /// Rows seen at once.
    pub height: usize,
}

/// Where somebody is in a text: the first row seen, and the stop on which the cursor stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct At {
    /// The first row.
    pub top: usize,
    /// The stop, by its place.
    pub stop: Option<usize>,
}

impl<S> Walk<'_, S> {
    fn height(&self) -> usize {
        self.height.max(1)
    }

    /// The last row that can be the first.
    #[must_use]
    pub fn last(&self) -> usize {
        self.rows.saturating_sub(self.height())
    }

    fn row(&self, stop: Option<usize>) -> Option<usize> {
        stop.and_then(|stop| self.stops.get(stop)).map(|stop| stop.row)
    }

    /// The stop of a row that lies nearest to a column.
    fn nearest(&self, row: usize, column: usize) -> Option<usize> {
        let own = self.stops.iter().enumerate().filter(|(_, stop)| stop.row == row);
        own.min_by_key(|(_, stop)| stop.column.abs_diff(column)).map(|(at, _)| at)
    }

    /// Goes to the nearest stop below or above; without one in sight, the text moves by a row.
    #[must_use]
    pub fn step(&self, at: At, down: bool) -> At {
        let height = self.height();
        let top = at.top.min(self.last());
        let seen = |top: usize, row: usize| (top..top + height).contains(&row);
        let here = self.row(at.stop).filter(|row| seen(top, *row));
        let rows = self.stops.iter().map(|stop| stop.row);
        let next = match (here, down) {
            (Some(here), true) => rows.filter(|row| *row > here).min(),
            (Some(here), false) => rows.filter(|row| *row < here).max(),
            (None, true) => rows.filter(|row| *row >= top).min(),
            (None, false) => rows.filter(|row| *row < top + height).max(),
        };
        // What lies between is read first.
        let near = |row: &usize| if down { *row < top + height + 2 } else { *row + 2 >= top };
        let column = here.and(at.stop).and_then(|stop| self.stops.get(stop)).map_or(0, |stop| stop.column);
        let stop = next.filter(near).and_then(|row| self.nearest(row, column));
        match (stop, self.row(stop)) {
            (Some(stop), Some(row)) => {
                let above = self.stops.iter().all(|stop| stop.row >= row);
                let top = if above && !down { 0 } else { top.min(row) };
                At { top: top.max((row + 1).saturating_sub(height)).min(self.last()), stop: Some(stop) }
            }
            _ => {
                let top = if down { top + 1 } else { top.saturating_sub(1) }.min(self.last());
                At { top, stop: at.stop.filter(|_| here.is_none_or(|row| seen(top, row))) }
            }
        }
    }

    /// Moves the text, and the cursor in it where there is one, by many rows.
    #[must_use]
    pub fn leap(&self, at: At, by: isize) -> At {
        let height = self.height();
        let top = at.top.min(self.last()).saturating_add_signed(by).min(self.last());
        let Some(row) = self.row(at.stop) else { return At { top, ..at } };
        let wanted = row.saturating_add_signed(by);
        let nearest = self.stops.iter().enumerate().min_by_key(|(_, stop)| stop.row.abs_diff(wanted));
        let stop = nearest.map(|(at, _)| at);
        let row = self.row(stop).unwrap_or(0);
        At { top: top.min(row).max((row + 1).saturating_sub(height)).min(self.last()), stop }
    }

    /// The stop beside this one in its row, if there is one.
    #[must_use]
    pub fn beside(&self, at: At, right: bool) -> Option<usize> {
        let here = self.stops.get(at.stop?)?;
        let column = if right { here.column + 1 } else { here.column.checked_sub(1)? };
        self.stops.iter().position(|stop| (stop.row, stop.column) == (here.row, column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stops(rows: &[usize]) -> Vec<Stop<usize>> {
        let stop = |(n, row): (usize, &usize)| Stop { spot: n, row: *row, column: 0, part: 0..1 };
        rows.iter().enumerate().map(stop).collect()
    }

    #[test]
    fn the_cursor_goes_from_stop_to_stop_and_reads_what_lies_between() {
        let stops = stops(&[2, 30]);
        let walk = Walk { stops: &stops, rows: 40, height: 10 };
        let mut at = walk.step(At::default(), true);
        assert_eq!(at, At { top: 0, stop: Some(0) });
        at = walk.step(at, true);
        assert_eq!(at, At { top: 1, stop: Some(0) }, "the other is far: the text moves");
        for _ in 0..18 {
            at = walk.step(at, true);
        }
        assert_eq!(at, At { top: 19, stop: None }, "what it stood on is out of sight");
        at = walk.step(at, true);
        assert_eq!(at, At { top: 21, stop: Some(1) });
        assert_eq!(walk.step(walk.step(at, true), true).top, 23);
    }
}
