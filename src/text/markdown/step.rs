//! The steps of a runbook: its tasks, or where it has none the items of its numbered lists.

use super::block::{Block, Document, Item, plain};

/// Something to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Which it is in its list, as the reader sees it: `2`, and `2.1` for the first within it.
    pub number: String,
    /// The heading that it stands under; empty where there is none.
    pub under: String,
    /// What to do, in one line.
    pub text: String,
    /// Whether it is ticked in the text itself.
    pub done: bool,
    /// The blocks of code in it, as indices into [`Document::codes`].
    pub codes: Vec<usize>,
}

impl Document {
    /// What this document tells to do, in order.
    ///
    /// ```
    /// # use deskhand::text::markdown::read;
    /// let runbook = read("## Mend\n\n1. Stop it\n\n       kill 1\n\n2. Start it\n");
    /// let steps = runbook.steps();
    /// assert_eq!(steps[1].text, "Start it");
    /// assert_eq!((steps[0].number.as_str(), steps[0].under.as_str()), ("1", "Mend"));
    /// assert_eq!(steps[0].codes, [0]);
    /// ```
    #[must_use]
    pub fn steps(&self) -> Vec<Step> {
        let mut walk = Walk { counting: self.counting(), under: String::new(), steps: Vec::new() };
        walk.blocks(&self.blocks, "");
        walk.steps
    }

    /// Which items are the steps.
    pub(super) fn counting(&self) -> Counting {
        if has_task(&self.blocks) { Counting::Tasks } else { Counting::Numbers }
    }
}

/// Which items of lists are steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counting {
    Tasks,
    Numbers,
}

impl Counting {
    /// Whether an item of a list that starts with this number is a step.
    pub(super) fn counts(self, start: Option<u64>, item: &Item) -> bool {
        match self {
            Counting::Tasks => item.done.is_some(),
            Counting::Numbers => start.is_some(),
        }
    }
}

fn has_task(blocks: &[Block]) -> bool {
    blocks.iter().any(|block| match block {
        Block::List { items, .. } => items.iter().any(|item| item.done.is_some() || has_task(&item.blocks)),
        Block::Quote(blocks) | Block::Footnote { blocks, .. } => has_task(blocks),
        _ => false,
    })
}

struct Walk {
    counting: Counting,
    under: String,
    steps: Vec<Step>,
}

impl Walk {
    fn blocks(&mut self, blocks: &[Block], within: &str) {
        for block in blocks {
            match block {
                Block::Heading { text, .. } => self.under = plain(text),
                Block::Quote(blocks) | Block::Footnote { blocks, .. } => self.blocks(blocks, within),
                Block::List { start, items } => self.list(*start, items, within),
                _ => {}
            }
        }
    }

    fn list(&mut self, start: Option<u64>, items: &[Item], within: &str) {
        for (item, number) in items.iter().zip(start.unwrap_or(1)..) {
            if !self.counting.counts(start, item) {
                self.blocks(&item.blocks, within);
                continue;
            }
            let number = if within.is_empty() { number.to_string() } else { format!("{within}.{number}") };
            let text = item.blocks.iter().find_map(|block| match block {
                Block::Paragraph(text) => Some(plain(text)),
                _ => None,
            });
            self.steps.push(Step {
                number: number.clone(),
                under: self.under.clone(),
                text: text.unwrap_or_default(),
                done: item.done == Some(true),
                codes: item.blocks.iter().filter_map(code).collect(),
            });
            self.blocks(&item.blocks, &number);
        }
    }
}

fn code(block: &Block) -> Option<usize> {
    match block {
        Block::Code(at) => Some(*at),
        _ => None,
    }
}
