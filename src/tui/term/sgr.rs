//! Colours and attributes as the terminal is told them: only what differs from what is on.

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// Colours and attributes that are on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pen {
    foreground: Color,
    background: Color,
    modifier: Modifier,
}

/// The attributes that we draw with, and the numbers that turn them on.
const ATTRIBUTES: &[(Modifier, &str)] = &[
    (Modifier::BOLD, "1"),
    (Modifier::DIM, "2"),
    (Modifier::ITALIC, "3"),
    (Modifier::UNDERLINED, "4"),
    (Modifier::REVERSED, "7"),
    (Modifier::CROSSED_OUT, "9"),
];

impl Pen {
    /// What a cell is drawn with.
    pub(super) fn of(cell: &Cell) -> Pen {
        let known = ATTRIBUTES.iter().fold(Modifier::empty(), |all, (one, _)| all | *one);
        Pen { foreground: cell.fg, background: cell.bg, modifier: cell.modifier & known }
    }

    /// The shorter of two ways here from `before`: adding to it, or beginning anew.
    pub(super) fn after(self, before: Option<Pen>) -> Vec<u8> {
        let anew = sequence(&[vec![String::from("0")], self.codes(Pen::default())].concat());
        let added = before.filter(|before| self.modifier.contains(before.modifier)).map(|before| {
            let codes = self.codes(before);
            if codes.is_empty() { Vec::new() } else { sequence(&codes) }
        });
        added.filter(|added| added.len() < anew.len()).unwrap_or(anew)
    }

    /// The numbers that lead here from a pen with no more attributes.
    fn codes(self, before: Pen) -> Vec<String> {
        let on = ATTRIBUTES.iter().filter(|(one, _)| self.modifier.contains(*one) && !before.modifier.contains(*one));
        let mut codes: Vec<String> = on.map(|(_, code)| (*code).to_owned()).collect();
        if self.foreground != before.foreground {
            codes.push(colour(self.foreground, 30));
        }
        if self.background != before.background {
            codes.push(colour(self.background, 40));
        }
        codes
    }
}

/// `ESC [ m` is `ESC [ 0 m`.
fn sequence(codes: &[String]) -> Vec<u8> {
    match codes {
        [zero] if zero == "0" => b"\x1b[m".to_vec(),
        codes => format!("\x1b[{}m", codes.join(";")).into_bytes(),
    }
}

/// A colour's number; `base` is 30 for the foreground, 40 for the background.
fn colour(colour: Color, base: u8) -> String {
    let dark = |n: u8| (base + n).to_string();
    let bright = |n: u8| (base + 60 + n).to_string();
    match colour {
        Color::Reset => dark(9),
        Color::Black => dark(0),
        Color::Red => dark(1),
        Color::Green => dark(2),
        Color::Yellow => dark(3),
        Color::Blue => dark(4),
        Color::Magenta => dark(5),
        Color::Cyan => dark(6),
        Color::Gray => dark(7),
        Color::DarkGray => bright(0),
        Color::LightRed => bright(1),
        Color::LightGreen => bright(2),
        Color::LightYellow => bright(3),
        Color::LightBlue => bright(4),
        Color::LightMagenta => bright(5),
        Color::LightCyan => bright(6),
        Color::White => bright(7),
        Color::Indexed(n) => format!("{};5;{n}", base + 8),
        Color::Rgb(r, g, b) => format!("{};2;{r};{g};{b}", base + 8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(pen: Pen, before: Option<Pen>) -> String {
        String::from_utf8(pen.after(before)).unwrap()
    }

    #[test]
    fn the_shorter_way_is_taken() {
        let plain = Pen::default();
        let red = Pen { foreground: Color::Red, ..plain };
        let bold = Pen { modifier: Modifier::BOLD, ..red };
        assert_eq!(text(plain, None), "\x1b[m");
        assert_eq!(text(red, Some(plain)), "\x1b[31m");
        assert_eq!(text(bold, Some(red)), "\x1b[1m");
        assert_eq!(text(plain, Some(bold)), "\x1b[m");
        assert_eq!(text(red, Some(bold)), "\x1b[0;31m");
        assert_eq!(text(Pen { foreground: Color::Rgb(1, 2, 3), ..plain }, Some(plain)), "\x1b[38;2;1;2;3m");
    }
}
