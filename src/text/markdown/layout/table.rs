//! Tables that fit: wide columns give way first and wrap; where even that is too wide, each row becomes a list of
//! `header: cell`.

use super::flow::Flow;
use super::{Line, Piece, Role};
use crate::text::markdown::block::{Align, Span, plain};
use crate::text::width;

/// Between two columns.
const BETWEEN: &str = " │ ";
/// No column that would be wider is made narrower than this.
const NARROWEST: usize = 8;

/// The lines of a table in `room` columns.
pub(super) fn lines(columns: &[Align], head: &[Vec<Span>], rows: &[Vec<Vec<Span>>], room: usize) -> Vec<Line> {
    let heads: Vec<Flow> = head.iter().map(|cell| Flow::strong(cell)).collect();
    let cells: Vec<Vec<Flow>> = rows.iter().map(|row| row.iter().map(|cell| Flow::of(cell)).collect()).collect();
    let mut natural: Vec<usize> = heads.iter().map(|head| widest(head).max(1)).collect();
    for row in &cells {
        for (wide, cell) in natural.iter_mut().zip(row) {
            *wide = (*wide).max(widest(cell));
        }
    }
    let Some(widths) = fit(&natural, room) else { return listed(head, &cells, room) };
    let mut out = row(&heads, columns, &widths);
    let rule: Vec<String> = widths.iter().map(|wide| "─".repeat(*wide)).collect();
    let rule = vec![Piece::new(Role::Quiet, rule.join("─┼─"))];
    // Rows of several lines are told apart by a line; rows of one need none.
    let set: Vec<Vec<Line>> = cells.iter().map(|cells| row(cells, columns, &widths)).collect();
    let parted = set.iter().any(|lines| lines.len() > 1);
    for (n, lines) in set.into_iter().enumerate() {
        if n == 0 || parted {
            out.push(rule.clone());
        }
        out.extend(lines);
    }
    if rows.is_empty() {
        out.push(rule);
    }
    out
}

fn widest(flow: &Flow) -> usize {
    flow.text.split('\n').map(width).max().unwrap_or_default()
}

/// How wide each column is, so that all fit: none wider than it needs, and the wide ones alike. `None` where they can't.
fn fit(natural: &[usize], room: usize) -> Option<Vec<usize>> {
    let between = natural.len().saturating_sub(1) * width(BETWEEN);
    let room = room.checked_sub(between)?;
    let taken = |most: usize| natural.iter().map(|wide| (*wide).min(most)).sum::<usize>();
    let widest = natural.iter().copied().max().unwrap_or_default();
    let mut most = widest.min(NARROWEST);
    if taken(most) > room {
        return None;
    }
    // The widest that fits, by halving what is left to try.
    let mut too_wide = widest + 1;
    while most + 1 < too_wide {
        let middle = most.midpoint(too_wide);
        if taken(middle) <= room { most = middle } else { too_wide = middle }
    }
    let mut left = room - taken(most);
    // What is left of the room goes to the first that want it.
    Some(
        natural
            .iter()
            .map(|wide| {
                let own = (*wide).min(most);
                let more = (*wide - own).min(left).min(1);
                left -= more;
                own + more
            })
            .collect(),
    )
}

/// A row: each cell wrapped in its column.
fn row(cells: &[Flow], columns: &[Align], widths: &[usize]) -> Vec<Line> {
    let cells: Vec<Vec<Line>> = cells.iter().zip(widths).map(|(cell, wide)| cell.lines(*wide)).collect();
    let tall = cells.iter().map(Vec::len).max().unwrap_or_default();
    let mut lines = Vec::with_capacity(tall);
    for n in 0..tall {
        let mut line = Line::new();
        for (at, (cell, wide)) in cells.iter().zip(widths).enumerate() {
            if at > 0 {
                line.push(Piece::new(Role::Quiet, BETWEEN));
            }
            let pieces = cell.get(n).map_or(&[][..], Vec::as_slice);
            let blank = wide.saturating_sub(pieces.iter().map(|piece| width(&piece.text)).sum());
            let before = match columns.get(at).copied().unwrap_or_default() {
                Align::Left => 0,
                Align::Middle => blank / 2,
                Align::Right => blank,
            };
            let blanks = |count: usize| Some(Piece::new(Role::Text, " ".repeat(count))).filter(|_| count > 0);
            line.extend(blanks(before));
            line.extend(pieces.iter().cloned());
            line.extend(blanks(blank - before));
        }
        lines.push(line);
    }
    lines
}

/// Each row as a list of `header: cell`; empty cells say nothing.
fn listed(head: &[Vec<Span>], rows: &[Vec<Flow>], room: usize) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for row in rows {
        if !lines.is_empty() {
            lines.push(Line::new());
        }
        for (head, cell) in head.iter().zip(row).filter(|(_, cell)| !cell.text.trim().is_empty()) {
            let name = plain(head);
            lines.extend(cell.named(&name).lines(room));
        }
    }
    if rows.is_empty() {
        lines.extend(head.iter().flat_map(|head| Flow::strong(head).lines(room)));
    }
    lines
}
