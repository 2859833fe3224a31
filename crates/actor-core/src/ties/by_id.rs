//! [`ById`]: a map by a number of our own, of which most hold one entry.

use std::collections::HashMap;

use foldhash::fast::FixedState;

/// Room for twice as many entries is never given back.
pub(super) const KEPT: usize = 32;

/// The first entry lies in place: most processes are linked to their parent and to nobody else, and
/// need no table for it. Nobody chooses the numbers, so the hash may be any, and is a cheap one.
#[derive(Debug)]
pub(crate) struct ById<T> {
    /// Entered while there was no other; it may be gone before the others.
    first: Option<(u64, T)>,
    others: HashMap<u64, T, FixedState>,
}

impl<T> ById<T> {
    pub(crate) fn len(&self) -> usize {
        usize::from(self.first.is_some()) + self.others.len()
    }

    pub(crate) fn get(&self, id: u64) -> Option<&T> {
        match &self.first {
            Some((first, value)) if *first == id => Some(value),
            _ => self.others.get(&id),
        }
    }

    pub(crate) fn get_mut(&mut self, id: u64) -> Option<&mut T> {
        match &mut self.first {
            Some((first, value)) if *first == id => Some(value),
            _ => self.others.get_mut(&id),
        }
    }

    /// Enters a value under a number that has none; gives it back otherwise.
    pub(crate) fn enter(&mut self, id: u64, value: T) -> Option<T> {
        if self.get(id).is_some() {
            return Some(value);
        }
        match self.first.is_none() && self.others.is_empty() {
            true => self.first = Some((id, value)),
            false => drop(self.others.insert(id, value)),
        }
        None
    }

    /// Takes an entry out. The table gives back its room at each halving: a process that had a million
    /// ties, and lives on, keeps nothing of them (F-58).
    pub(crate) fn remove(&mut self, id: u64) -> Option<T> {
        if let Some((_, value)) = self.first.take_if(|(first, _)| *first == id) {
            return Some(value);
        }
        let value = self.others.remove(&id)?;
        let left = self.others.len();
        if left >= KEPT && left.is_power_of_two() {
            self.others.shrink_to(2 * left); // at least half of it is unused then, or nothing happens
        }
        Some(value)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &T> {
        let first = self.first.as_ref().map(|(_, value)| value);
        first.into_iter().chain(self.others.values())
    }

    /// All entries, by rising number.
    pub(crate) fn into_sorted(self) -> impl Iterator<Item = (u64, T)> {
        let mut others: Vec<_> = self.others.into_iter().collect();
        let mut alone = self.first;
        if !others.is_empty() {
            others.extend(alone.take());
            others.sort_unstable_by_key(|(id, _)| *id);
        }
        alone.into_iter().chain(others)
    }

    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.others.capacity()
    }
}

impl<T> Default for ById<T> {
    fn default() -> Self {
        Self {
            first: None,
            others: HashMap::default(),
        }
    }
}
