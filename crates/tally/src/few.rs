//! Lists that nearly always hold one thing.

use std::{ops::Deref, slice};

/// None, one or many. One stands where the list stands: a country has a million stations with one
/// witness each, who read the form once.
#[derive(Clone, Debug, Default)]
pub enum Few<T> {
    /// Nothing.
    #[default]
    None,
    /// One.
    One(T),
    /// More than one.
    Many(Vec<T>),
}

impl<T> Few<T> {
    /// Puts one more behind the others.
    pub fn push(&mut self, one: T) {
        *self = match std::mem::take(self) {
            Self::None => Self::One(one),
            Self::One(first) => Self::Many(vec![first, one]),
            Self::Many(mut all) => {
                all.push(one);
                Self::Many(all)
            }
        };
    }

    pub(crate) fn get_mut(&mut self, place: usize) -> Option<&mut T> {
        match self {
            Self::None => None,
            Self::One(one) => (place == 0).then_some(one),
            Self::Many(all) => all.get_mut(place),
        }
    }
}

impl<T> Deref for Few<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Self::None => &[],
            Self::One(one) => slice::from_ref(one),
            Self::Many(all) => all,
        }
    }
}

impl<T: PartialEq> PartialEq for Few<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Eq> Eq for Few<T> {}

#[cfg(test)]
mod tests {
    use super::Few;

    #[test]
    fn a_list_of_few_is_a_list() {
        let (mut few, mut all) = (Few::None, Vec::new());
        for number in 0..5 {
            assert_eq!(*few, *all);
            assert_eq!(few.get_mut(number), None);
            few.push(number);
            all.push(number);
            assert_eq!(few.get_mut(number), Some(&mut all[number]));
            assert_eq!(few.get_mut(0), Some(&mut 0));
        }
    }
}
