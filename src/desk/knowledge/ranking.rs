//! In which order a search shows what it finds.
//!
//! ```text
//! score = relevance × fit × freshness × proof × standing
//! ```
//!
//! - *relevance* is BM25 over the fields, weighted by [`WEIGHTS`] (Robertson & Zaragoza 2009, section 3.6, as FTS5 computes it):
//!   a word in a title says more than the same word in a body.
//! - *fit*: a title that is what was typed is meant (×3); one that holds each word whole is likely meant (×1.4).
//! - *freshness* halves the doubtful part with each year since somebody last confirmed the article: from 1 towards 0.6. A
//!   review makes an old article fresh, an edit alone does not.
//! - *proof* is what use and votes say: each doubling of uses adds a tenth, at most half; the share of those whom it helped,
//!   smoothed as if one had been helped and one not (Laplace), takes away up to a third or adds as much.
//! - *standing*: what is published comes before what is not, and what no longer holds comes last.
//!
//! All factors lie near one, so that none of them lifts an article that hardly has the words over one that is about them.

use crate::desk::knowledge::Phase;
use crate::desk::time::DAY;

/// What a word weighs in each column of the index: title, headings, body, tags, codes.
pub const WEIGHTS: [f64; 5] = [10.0, 4.0, 1.0, 6.0, 5.0];

/// What readers made of an article.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// How many tickets it helped to work.
    pub uses: i64,
    /// How many say that it helped.
    pub helped: i64,
    /// How many say that it did not.
    pub failed: i64,
}

/// How well a title fits what was typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fit {
    /// Not all words are in it, or only their beginnings.
    #[default]
    Loose,
    /// Each word is in it, whole.
    Whole,
    /// It is what was typed.
    Same,
}

/// What is known of an article that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Signals {
    /// BM25, the higher the better.
    pub relevance: f64,
    /// How its title fits.
    pub fit: Fit,
    /// Milliseconds since somebody last confirmed it.
    pub age: i64,
    /// What readers made of it.
    pub proof: Proof,
    /// Where it is in its life.
    pub phase: Phase,
}

/// How much an article deserves to stand first.
#[must_use]
pub fn score(signals: &Signals) -> f64 {
    let fit = match signals.fit {
        Fit::Loose => 1.0,
        Fit::Whole => 1.4,
        Fit::Same => 3.0,
    };
    let standing = match signals.phase {
        Phase::Live => 1.0,
        Phase::Due => 0.95,
        Phase::Review => 0.8,
        Phase::Draft => 0.7,
        Phase::Gone => 0.2,
    };
    signals.relevance * fit * freshness(signals.age) * proof(signals.proof) * standing
}

/// From 1 for what was confirmed just now towards 0.6.
#[must_use]
pub fn freshness(age: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a weight")]
    let years = age.max(0) as f64 / (365 * DAY) as f64;
    0.6 + 0.4 * 0.5_f64.powf(years)
}

/// From two thirds, where it failed everybody, to two, where many used it and all were helped.
#[must_use]
pub fn proof(proof: Proof) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a weight")]
    let number = |n: i64| n.max(0) as f64;
    let used = 1.0 + (0.1 * (1.0 + number(proof.uses)).log2()).min(0.5);
    let share = (number(proof.helped) + 1.0) / (number(proof.helped) + number(proof.failed) + 2.0);
    used * (2.0 / 3.0 + share * 2.0 / 3.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(relevance: f64) -> Signals {
        Signals { relevance, fit: Fit::Loose, age: 0, proof: Proof::default(), phase: Phase::Live }
    }

    #[test]
    fn a_fresh_proven_published_article_comes_before_its_like() {
        let plain = score(&found(5.0));
        assert!((plain - 5.0).abs() < 1e-9, "what nothing is known about is as relevant as it is");
        assert!(score(&Signals { age: 730 * DAY, ..found(5.0) }) < plain);
        assert!(score(&Signals { proof: Proof { uses: 12, helped: 3, failed: 0 }, ..found(5.0) }) > plain);
        assert!(score(&Signals { proof: Proof { uses: 0, helped: 0, failed: 4 }, ..found(5.0) }) < plain);
        assert!(score(&Signals { phase: Phase::Draft, ..found(5.0) }) < plain);
        assert!(score(&Signals { fit: Fit::Same, ..found(2.0) }) > plain);
    }

    #[test]
    fn no_use_lifts_what_hardly_has_the_words_over_what_is_about_them() {
        let loved = Signals { proof: Proof { uses: 10_000, helped: 10_000, failed: 0 }, ..found(1.0) };
        let old = Signals { age: 3_650 * DAY, ..found(4.0) };
        assert!(score(&loved) < score(&old));
        assert!(freshness(i64::MAX) >= 0.6 && proof(loved.proof) <= 2.0);
    }
}
