//! The usual shape of a row of the table: an action on tickets.

/// A row of [`Scope::Ticket`](super::Scope), unless it names another scope.
macro_rules! work {
    ($id:ident $name:literal $title:literal $scope:ident $risk:ident $keys:expr, $rank:literal, $enabled:expr, $help:literal, $run:expr) => {
        $crate::tui::action::ActionSpec {
            id: $crate::tui::action::ActionId::$id,
            name: $name,
            title: $title,
            help: $help,
            scope: $crate::tui::action::Scope::$scope,
            keys: &$keys,
            rank: $rank,
            risk: $crate::tui::action::Risk::$risk,
            enabled: $enabled,
            run: $run,
        }
    };
}
