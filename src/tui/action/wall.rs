//! Actions of a list that is only watched: few, since it hangs on a wall.

use crate::tui::action::{ActionSpec, always, go, list};
use crate::tui::effect::Effect;
use crate::tui::model::Model;

macro_rules! row {
    ($id:ident $name:literal $title:literal $keys:expr, $rank:literal, $help:literal, $run:expr) => {
        work!($id $name $title Watch Read $keys, $rank, always, $help, $run)
    };
}

pub(super) static ROWS: &[ActionSpec] = &[
    row!(WatchDown "watch.down" "down" ["j", "Down"], 70, "Go one row down.", |m| list::step(m, 1)),
    row!(WatchUp "watch.up" "up" ["k", "Up"], 60, "Go one row up.", |m| list::step(m, -1)),
    row!(WatchHelp "watch.help" "help" ["?"], 90, "Show what the keys do here.", go::help),
    row!(WatchQuit "watch.quit" "quit" ["q", "ctrl-c"], 80, "Quit.", quit),
];

fn quit(_: &mut Model) -> Vec<Effect> {
    vec![Effect::Quit(0)]
}
