//! Text that has the statistics of text: words by Zipf's law, so that some stand in every ticket and most in a few.

/// The most frequent words, in their order; the rest are made of syllables.
const HEAD: &[&str] = &[
    "the",
    "to",
    "is",
    "not",
    "on",
    "and",
    "user",
    "error",
    "since",
    "after",
    "server",
    "working",
    "cannot",
    "access",
    "mail",
    "login",
    "please",
    "with",
    "laptop",
    "password",
    "printer",
    "update",
    "network",
    "slow",
    "email",
    "screen",
    "account",
    "reset",
    "office",
    "new",
    "request",
    "install",
    "software",
    "connect",
    "file",
    "share",
    "outlook",
    "windows",
    "restart",
    "phone",
    "wifi",
    "teams",
    "drive",
    "folder",
    "permission",
    "license",
    "browser",
    "timeout",
    "disk",
    "backup",
    "database",
    "certificate",
    "switch",
    "router",
    "firewall",
    "monitor",
    "keyboard",
    "dock",
];

/// How many different words there are.
const WORDS: usize = 4_000;

/// A source of words.
pub struct Words {
    all: Vec<String>,
    /// The chance that a word is this one or one before it.
    reach: Vec<f64>,
}

impl Words {
    /// The same words every time.
    pub fn new() -> Words {
        let syllables =
            ["ba", "con", "dex", "fi", "gor", "ha", "jin", "kel", "lo", "mar", "net", "ot", "pra", "ruk", "sil", "tum"];
        let made =
            |n: usize| -> String { [n % 16, n / 16 % 16, n / 256 % 16].iter().map(|at| syllables[*at]).collect() };
        let all: Vec<String> =
            HEAD.iter().map(|word| (*word).to_owned()).chain((0..WORDS - HEAD.len()).map(made)).collect();
        let mut total = 0.0;
        let mut reach: Vec<f64> = (1..=all.len())
            .map(|rank| {
                total += 1.0 / f64::from(u32::try_from(rank).unwrap_or(u32::MAX));
                total
            })
            .collect();
        reach.iter_mut().for_each(|r| *r /= total);
        Words { all, reach }
    }

    /// One word.
    pub fn one(&self, rng: &mut fastrand::Rng) -> &str {
        let dice = rng.f64();
        let at = self.reach.partition_point(|reach| *reach < dice);
        &self.all[at.min(self.all.len() - 1)]
    }

    /// Between `least` and `most` words. One text in 5,000 holds `kerberos`, one in 110 `vpn`.
    pub fn text(&self, rng: &mut fastrand::Rng, least: usize, most: usize) -> String {
        let mut text = String::new();
        for n in 0..rng.usize(least..=most) {
            if n > 0 {
                text.push(' ');
            }
            text.push_str(self.one(rng));
        }
        if rng.u32(0..5_000) == 0 {
            text.push_str(" kerberos");
        }
        if rng.u32(0..110) == 0 {
            text.push_str(" vpn");
        }
        text
    }
}
