//! The colours that a theme names, whatever a colour is: a word in a file, a colour of the terminal.

use serde::Deserialize;

/// One value for each colour of a theme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, bound(deserialize = "C: Deserialize<'de> + Default"))]
pub struct Palette<C> {
    /// What is written.
    pub text: C,
    /// What it is written on.
    pub background: C,
    /// What is there when wanted.
    pub quiet: C,
    /// Where one is.
    pub accent: C,
    /// What must be seen.
    pub warning: C,
    /// Red.
    pub red: C,
    /// Green.
    pub green: C,
    /// Yellow.
    pub yellow: C,
    /// Blue.
    pub blue: C,
    /// Magenta.
    pub magenta: C,
    /// Cyan.
    pub cyan: C,
}

impl Palette<Option<String>> {
    /// Reads a theme's file.
    ///
    /// # Errors
    /// The parser's.
    pub fn read(text: &str) -> Result<Palette<Option<String>>, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    /// Makes each word that is there into something else.
    ///
    /// # Errors
    /// The first that can't be.
    pub fn try_map<D>(self, make: impl Fn(&str) -> Result<D, String>) -> Result<Palette<Option<D>>, String> {
        let made = self.map(|word| word.map(|word| make(&word)).transpose());
        Ok(Palette {
            text: made.text?,
            background: made.background?,
            quiet: made.quiet?,
            accent: made.accent?,
            warning: made.warning?,
            red: made.red?,
            green: made.green?,
            yellow: made.yellow?,
            blue: made.blue?,
            magenta: made.magenta?,
            cyan: made.cyan?,
        })
    }
}

impl<C> Palette<C> {
    /// Makes each value into another.
    pub fn map<D>(self, make: impl Fn(C) -> D) -> Palette<D> {
        Palette {
            text: make(self.text),
            background: make(self.background),
            quiet: make(self.quiet),
            accent: make(self.accent),
            warning: make(self.warning),
            red: make(self.red),
            green: make(self.green),
            yellow: make(self.yellow),
            blue: make(self.blue),
            magenta: make(self.magenta),
            cyan: make(self.cyan),
        }
    }
}

impl<C: Copy> Palette<C> {
    /// All values.
    pub fn each(&self) -> [C; 11] {
        [
            self.text,
            self.background,
            self.quiet,
            self.accent,
            self.warning,
            self.red,
            self.green,
            self.yellow,
            self.blue,
            self.magenta,
            self.cyan,
        ]
    }
}
