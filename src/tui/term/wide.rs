//! What wide symbols cover: in a buffer such cells hold leftovers of whoever drew there, on a terminal nothing of their own.
//!
//! A difference of buffers takes a leftover for something shown. When a wide symbol then makes room, or another covers one
//! half of it, the cell that comes out may equal the leftover: it is not drawn, and shows what the terminal makes of half a
//! symbol. Marked cells are never drawn, and equal nothing that is.

use ratatui::buffer::{Buffer, Cell, CellDiffOption, CellWidth};

/// Marks in `buffer` what wide symbols cover.
pub(super) fn mark_covered(buffer: &mut Buffer) {
    let columns = usize::from(buffer.area.width).max(1);
    for row in buffer.content.chunks_mut(columns) {
        let mut covered = 0;
        for cell in row {
            if covered > 0 {
                cover(cell);
                covered -= 1;
            } else {
                covered = cell.cell_width().saturating_sub(1);
            }
        }
    }
}

/// Marks a cell as covered. One form of it also makes equal rows equal.
pub(super) fn cover(cell: &mut Cell) {
    cell.reset();
    cell.set_diff_option(CellDiffOption::Skip);
}
