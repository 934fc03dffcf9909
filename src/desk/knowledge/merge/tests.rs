//! What a merge promises: nobody's paragraph is lost, and only the same paragraph clashes.

use proptest::prelude::*;

use super::*;

#[test]
fn neighbouring_paragraphs_changed_by_two_are_merged() {
    let base = "# VPN\n\nRestart it.\n\nCall the vendor.\n";
    let theirs = "# VPN\n\nRestart the gateway.\n\nCall the vendor.\n";
    let yours = "# VPN\n\nRestart it.\n\nCall the vendor at 112.\n\n\nOr mail them.\n";
    assert_eq!(
        merge(base, theirs, yours).unwrap(),
        "# VPN\n\nRestart the gateway.\n\nCall the vendor at 112.\n\n\nOr mail them.\n"
    );
}

#[test]
fn the_same_paragraph_changed_in_two_ways_is_shown_with_all_three() {
    let clashes = merge("a\n\nb\n\nc", "a\n\nB\n\nc", "a\n\nbb\n\nC").unwrap_err();
    let expected = Clash { paragraph: 2, base: "b".into(), theirs: "B".into(), yours: "bb".into() };
    assert_eq!(clashes, [expected]);
    let gone = merge("a\n\nb", "a", "a\n\nb!").unwrap_err();
    assert_eq!(gone, [Clash { paragraph: 2, base: "b".into(), theirs: String::new(), yours: "b!".into() }]);
}

#[test]
fn what_both_did_alike_is_there_once() {
    assert_eq!(merge("a\n\nb", "a\n\nB\n\nnew", "a\n\nB\n\nnew\n").unwrap(), "a\n\nB\n\nnew\n");
    assert_eq!(merge("a\n\nb\n\nc", "a\n\nc", "a\n\nc\n\nd").unwrap(), "a\n\nc\n\nd\n");
}

#[test]
fn a_block_of_code_is_one_paragraph() {
    let base = "Run:\n\n```sh\none\n\ntwo\n```\n\nDone.";
    let found: Vec<&str> = paragraphs(base).into_iter().map(|one| one.text).collect();
    assert_eq!(found, ["Run:", "```sh\none\n\ntwo\n```", "Done."]);
    let merged = merge(base, &base.replace("two", "2"), &base.replace("Done", "Done well")).unwrap();
    assert_eq!(merged, "Run:\n\n```sh\none\n\n2\n```\n\nDone well.\n");
}

#[test]
fn blank_lines_stay_as_they_were() {
    let base = "\n\na\n\n\n\nb  \nstill b\n \nc\n\n";
    let found: Vec<(&str, &str)> = paragraphs(base).into_iter().map(|one| (one.text, one.gap)).collect();
    assert_eq!(found, [("a", "\n\n\n\n"), ("b  \nstill b", "\n \n"), ("c", "\n\n")]);
    assert!(paragraphs(" \n\n").is_empty());
}

/// What somebody does to one paragraph of a text.
#[derive(Clone, Debug)]
enum Deed {
    Rewrite,
    TakeOut,
    WriteBefore,
}

fn text(paragraphs: &[String]) -> String {
    paragraphs.iter().map(|one| format!("{one}\n\n")).collect()
}

fn edited(base: &[String], who: &str, deeds: &[(usize, Deed)]) -> Vec<String> {
    let mut made = Vec::new();
    for (place, paragraph) in base.iter().enumerate() {
        match deeds.iter().find(|(at, _)| *at == place).map(|(_, deed)| deed) {
            Some(Deed::Rewrite) => made.push(format!("{who} rewrote {place}")),
            Some(Deed::TakeOut) => {}
            Some(Deed::WriteBefore) => made.extend([format!("{who} wrote at {place}"), paragraph.clone()]),
            None => made.push(paragraph.clone()),
        }
    }
    made
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![Just(Deed::Rewrite), Just(Deed::TakeOut), Just(Deed::WriteBefore)]
}

proptest! {
    /// Edits of different paragraphs never clash, and both survive in their places.
    #[test]
    fn edits_of_different_paragraphs_both_survive(
        (deeds, whose) in (1_usize..14).prop_flat_map(|n| {
            (prop::collection::vec(prop::option::of(deed()), n), prop::collection::vec(any::<bool>(), n))
        })
    ) {
        let base: Vec<String> = (0..deeds.len()).map(|n| format!("paragraph {n} of the base, as it was")).collect();
        let own = |mine: bool| -> Vec<(usize, Deed)> {
            let all = deeds.iter().zip(&whose).enumerate();
            all.filter(|(_, (_, whose))| **whose == mine).filter_map(|(n, (deed, _))| Some((n, deed.clone()?))).collect()
        };
        let (theirs, yours) = (own(false), own(true));
        let merged = merge(&text(&base), &text(&edited(&base, "anna", &theirs)), &text(&edited(&base, "bert", &yours)));
        let merged = merged.expect("different paragraphs");
        let merged: Vec<&str> = paragraphs(&merged).into_iter().map(|one| one.text).collect();
        for (who, deeds) in [("anna", &theirs), ("bert", &yours)] {
            for (place, deed) in deeds.iter() {
                let old = merged.contains(&base[*place].as_str());
                let new = format!("{who} rewrote {place}");
                let wrote = format!("{who} wrote at {place}");
                match deed {
                    Deed::Rewrite => prop_assert!(!old && merged.contains(&new.as_str())),
                    Deed::TakeOut => prop_assert!(!old),
                    Deed::WriteBefore => prop_assert!(old && merged.contains(&wrote.as_str())),
                }
            }
        }
        let untouched = base.iter().enumerate().filter(|(n, _)| deeds[*n].is_none());
        let kept: Vec<&str> = untouched.map(|(_, text)| text.as_str()).collect();
        let left: Vec<&str> = merged.iter().copied().filter(|text| kept.contains(text)).collect();
        prop_assert_eq!(left, kept, "what nobody touched stands in its order");
    }

    /// Whatever the texts are: no panic, and merging with what did not change gives the other.
    #[test]
    fn any_texts_merge_or_clash(base in "[ab`\n ]{0,40}", theirs in "[ab`\n ]{0,40}", yours in "[ab~\n ]{0,40}") {
        let _ = merge(&base, &theirs, &yours);
        prop_assert_eq!(merge(&base, &theirs, &base), Ok(theirs.clone()));
        prop_assert_eq!(merge(&base, &base, &yours), Ok(yours.clone()));
    }
}
