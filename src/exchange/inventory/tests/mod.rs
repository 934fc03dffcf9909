//! Small inventories of our own, read.
