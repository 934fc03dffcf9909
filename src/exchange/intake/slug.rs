//! Logins and keys made from the words of another system: lower case, safe to type, the same every time.

use sha2::{Digest, Sha256};

/// No login or key has more characters.
const LONGEST: usize = 80;

/// A login: `Anna Smith` becomes `anna.smith`; letters, digits and `. - _ @` stay.
pub fn login(word: &str) -> String {
    settle(word, '.', |c| matches!(c, '.' | '-' | '_' | '@'))
}

/// A key of a team, service or category: `Service Desk` becomes `service-desk`. Never with a point, which separates levels.
pub fn key(word: &str) -> String {
    settle(word, '-', |c| matches!(c, '-' | '_'))
}

/// A tag: `#VPN down` becomes `vpn-down`.
pub fn tag(word: &str) -> String {
    settle(word.trim_start_matches('#'), '-', |c| matches!(c, '.' | '-' | '_' | '/'))
}

/// What is not safe becomes `-`, or `space` where blanks are among it; none of it stays at the ends.
fn settle(word: &str, space: char, safe: impl Fn(char) -> bool) -> String {
    let mut slug = String::with_capacity(word.len());
    let mut gap = None;
    for c in word.chars() {
        if c.is_alphanumeric() || safe(c) {
            if let Some(gap) = gap.take().filter(|_| !slug.is_empty()) {
                slug.push(gap);
            }
            slug.extend(c.to_lowercase());
        } else if c.is_whitespace() || gap == Some(space) {
            gap = Some(space);
        } else {
            gap = Some('-');
        }
    }
    let slug = slug.trim_matches(['.', '-']);
    match slug {
        // Words of our own in queries and commands.
        "" | "none" | "me" => {
            format!("{}{}", if slug.is_empty() { "unnamed-" } else { "the-" }, short_or_sum(slug, word))
        }
        _ if slug.chars().count() > LONGEST => {
            format!("{}-{}", slug.chars().take(LONGEST - 9).collect::<String>(), sum(word))
        }
        _ => slug.to_owned(),
    }
}

fn short_or_sum(slug: &str, word: &str) -> String {
    if slug.is_empty() { sum(word) } else { slug.to_owned() }
}

/// Eight digits that tell long or unspeakable words apart.
fn sum(word: &str) -> String {
    Sha256::digest(word.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_logins_and_keys_that_can_be_typed() {
        let made = ["Anna Smith", "Jones, Bob", "anna@example.org", "O'Brien", "Zoë", "  caller-8 ", "none"].map(login);
        assert_eq!(made, ["anna.smith", "jones.bob", "anna@example.org", "o-brien", "zoë", "caller-8", "the-none"]);
        assert_eq!(["Service Desk", "R&D (Lyon)", "v2.1", "C++"].map(key), ["service-desk", "r-d-lyon", "v2-1", "c"]);
        assert_eq!(["#VPN down", "net/lan"].map(tag), ["vpn-down", "net/lan"]);
    }

    #[test]
    fn a_word_of_signs_and_a_word_of_a_thousand_letters_have_keys_too() {
        assert_eq!(key("???"), "unnamed-a03b221c");
        let long = key(&"x".repeat(1000));
        assert_eq!(long.chars().count(), LONGEST);
        assert_ne!(long, key(&"x".repeat(1001)));
    }
}
